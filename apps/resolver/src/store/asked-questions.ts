/** What was asked in a period, from log.db: of full segments their digest, of the rest the rows. Newest first. */
import type { Database } from '@weir/shared/db/open-database'
import { decodeAsked, quarterOf } from '@weir/shared/log/asked'
import { SEGMENT_ROWS, segmentOf, segmentStart } from '@weir/shared/log/segment'
import { PlainName } from './plain-name.ts'
import { QuestionTable } from './question-table.ts'

export interface AskedPeriod {
  readonly fromMs: number
  readonly untilMs: number
}

export interface AskedQuestions {
  /** Settled. */
  readonly table: QuestionTable
  /** Queries of the log in the period. */
  readonly queries: number
  /** Not all had room: those of before are left out. */
  readonly isCut: boolean
}

/** Two look-ups; min and max in one SELECT would read the whole table. */
const ENDS = 'SELECT (SELECT min(id) FROM query), (SELECT max(id) FROM query)'

/**
 * @param quarterFor  which quarter of an hour stands for each: equal ones are judged as one
 * @param onProgress  told which part of the segments has been read, 0…1
 */
export function readAsked(
  database: Database,
  { fromMs, untilMs }: AskedPeriod,
  quarterFor: (quarter: number) => number,
  onProgress: (part: number) => void = () => {},
): AskedQuestions {
  const [oldest, newest] = database.prepare(ENDS).raw().get() as (number | null)[]
  const table = new QuestionTable(oldest == null || newest == null ? 0 : newest - oldest + 1, quarterOf(fromMs))
  let queries = 0
  let isFull = false
  const add = (nameId: number, clientId: number, qtype: number, quarter: number, count: number): void => {
    if (!table.add(nameId, clientId, qtype, quarterFor(quarter), count)) isFull = true
    else queries += count
  }
  if (oldest == null || newest == null) return { table, queries, isCut: false }
  const first = segmentOf(oldest)
  const last = segmentOf(newest)
  const readSegment = database.prepare<[number], { firstAt: number; lastAt: number; data: Buffer | null }>(
    `SELECT first_at AS firstAt, last_at AS lastAt, data FROM segment LEFT JOIN asked ON segment_id = segment.id
     WHERE segment.id = ?`,
  )
  for (let segment = last; segment >= first && !isFull; segment--) {
    const known = readSegment.get(segment)
    if (known && known.lastAt < fromMs) break
    const isWhole = known && known.firstAt >= fromMs && known.lastAt <= untilMs && segmentStart(segment) >= oldest
    if (isWhole && known.data) decodeAsked(known.data, add)
    else if (!known || known.firstAt <= untilMs) readRows(database, segment, fromMs, untilMs, add)
    onProgress((last - segment + 1) / (last - first + 1))
  }
  table.settle()
  return { table, queries, isCut: isFull }
}

type Add = (nameId: number, clientId: number, qtype: number, quarter: number, count: number) => void

function readRows(database: Database, segment: number, fromMs: number, untilMs: number, add: Add): void {
  const start = segmentStart(segment)
  const rows = database
    .prepare('SELECT name_id, client_id, qtype, at FROM query WHERE id >= ? AND id < ? AND at >= ? AND at <= ?')
    .raw()
    .all(start, start + SEGMENT_ROWS, fromMs, untilMs) as [number, number, number, number][]
  for (const [nameId, clientId, qtype, at] of rows) add(nameId, clientId, qtype, quarterOf(at), 1)
}

/** Ids whose names are read at once. */
const BLOCK_IDS = 16_384
const SPACE = 0x20
const LINE_END = 0x0a
const DIGIT_ZERO = 0x30
const NOTHING = new Uint8Array(0)

/**
 * Names by ascending ids; those that retention has taken are missing. A block comes as one text, `id name` a line: a row
 * of its own for each name would cost several times what is done with it.
 */
class NamesById {
  readonly #read
  #block: Uint8Array = NOTHING
  #at = 0
  /** First id behind the block. */
  #until = 0

  constructor(database: Database) {
    this.#read = database
      .prepare<[number, number], Buffer | null>(
        `SELECT CAST(group_concat(id || ' ' || name, char(10)) AS BLOB)
         FROM (SELECT id, name FROM name WHERE id >= ? AND id < ? ORDER BY id)`,
      )
      .pluck()
  }

  /**
   * @param id above those asked for before
   * @param name gets it
   * @returns false: it is not there, or empty
   */
  read(id: number, name: PlainName): boolean {
    if (id >= this.#until) {
      this.#until = id + BLOCK_IDS
      this.#block = this.#read.get(id, this.#until) ?? NOTHING
      this.#at = 0
    }
    const block = this.#block
    let at = this.#at
    while (at < block.length) {
      const lineAt = at
      let found = 0
      while (block[at] !== SPACE) found = 10 * found + block[at++]! - DIGIT_ZERO
      if (found > id) {
        this.#at = lineAt
        return false
      }
      at++
      if (found === id) {
        const end = name.readLine(block, at)
        this.#at = end + 1
        return end > at
      }
      while (at < block.length && block[at] !== LINE_END) at++
      at++
    }
    this.#at = at
    return false
  }
}

/** What is known of a name that was asked for. */
const Known = { Missing: 0, Named: 1, Reached: 2 } as const
/** Names in reach are judged from the text that was read when they were looked at; with more than this, it is read again. */
const MAX_KEPT_OCTETS = 1 << 26
const FIRST_KEPT_OCTETS = 1 << 18

/** The names of all questions, in their order, and which of them a draft can reach. */
export class AskedNames {
  readonly #log: Database
  readonly #table: QuestionTable
  readonly #isReached: (name: PlainName) => boolean
  readonly #known: Uint8Array
  readonly #name = new PlainName()
  #reader: NamesById
  /** Of each name in reach, a line of `#text`; null: there is too much of it. */
  #lineStarts: Uint32Array | null
  #text: Uint8Array = new Uint8Array(FIRST_KEPT_OCTETS)
  #length = 0

  constructor(log: Database, table: QuestionTable, isReached: (name: PlainName) => boolean) {
    this.#log = log
    this.#table = table
    this.#isReached = isReached
    this.#known = new Uint8Array(table.names)
    this.#lineStarts = new Uint32Array(table.names)
    this.#reader = new NamesById(log)
  }

  /** Reads all of them. @param onProgress told which part is done, 0…1 */
  look(onProgress: (part: number) => void): void {
    const { names } = this.#table
    this.restart()
    for (let at = 0; at < names; at++) {
      if (at % BLOCK_IDS === 0) onProgress(at / names)
      if (!this.#readAnew(at)) continue
      if (this.#isReached(this.#name)) {
        this.#known[at] = Known.Reached
        this.#keep(at)
      } else this.#known[at] = Known.Named
    }
  }

  /** False: a query that could not be read, or a name that log privacy or retention hides. */
  isNamed(at: number): boolean {
    return this.#known[at] !== Known.Missing
  }

  isReached(at: number): boolean {
    return this.#known[at] === Known.Reached
  }

  /** The next name that is read may be any one. */
  restart(): void {
    this.#reader = new NamesById(this.#log)
  }

  /** @param at of a name that is there, behind those read since the last start @returns valid until the next one */
  read(at: number): PlainName {
    if (this.#lineStarts && this.isReached(at)) this.#name.readLine(this.#text, this.#lineStarts[at]!)
    else this.#readAnew(at)
    return this.#name
  }

  forEachReached(visit: (name: PlainName) => void): void {
    this.restart()
    for (let at = 0; at < this.#known.length; at++) if (this.isReached(at)) visit(this.read(at))
  }

  #readAnew(at: number): boolean {
    return this.#reader.read(this.#table.nameIdOf(this.#table.nameStarts[at]!), this.#name)
  }

  #keep(at: number): void {
    if (!this.#lineStarts) return
    const start = this.#length
    const end = start + this.#name.lineLength
    if (end >= this.#text.length && !this.#makeRoom(end + 1)) return
    this.#lineStarts[at] = start
    this.#name.copyLine(this.#text, start)
    this.#text[end] = LINE_END
    this.#length = end + 1
  }

  #makeRoom(octets: number): boolean {
    if (octets > MAX_KEPT_OCTETS) {
      this.#lineStarts = null
      this.#text = NOTHING
      return false
    }
    const larger = new Uint8Array(Math.min(MAX_KEPT_OCTETS, 2 * octets))
    larger.set(this.#text.subarray(0, this.#length))
    this.#text = larger
    return true
  }
}
