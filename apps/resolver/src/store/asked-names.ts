/** The names of the questions that were asked in a period, read from log.db as often as they are needed, or kept. */
import type { Database } from '@weir/shared/db/open-database'
import { PlainName } from './plain-name.ts'
import type { QuestionTable } from './question-table.ts'

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
export const MAX_KEPT_OCTETS = 1 << 26
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
  readonly #maxKeptOctets: number
  #text: Uint8Array
  #length = 0

  /** @param maxKeptOctets text of names in reach that is kept */
  constructor(
    log: Database,
    table: QuestionTable,
    isReached: (name: PlainName) => boolean,
    maxKeptOctets = MAX_KEPT_OCTETS,
  ) {
    this.#log = log
    this.#table = table
    this.#isReached = isReached
    this.#known = new Uint8Array(table.names)
    this.#lineStarts = new Uint32Array(table.names)
    this.#maxKeptOctets = maxKeptOctets
    this.#text = new Uint8Array(Math.min(FIRST_KEPT_OCTETS, maxKeptOctets))
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
    if (octets > this.#maxKeptOctets) {
      this.#lineStarts = null
      this.#text = NOTHING
      return false
    }
    const larger = new Uint8Array(Math.min(this.#maxKeptOctets, 2 * octets))
    larger.set(this.#text.subarray(0, this.#length))
    this.#text = larger
    return true
  }
}
