/** What was asked in a period, from log.db: of full segments their digest, of the rest the rows. Newest first. */
import type { Database } from '@weir/shared/db/open-database'
import { decodeAsked, quarterOf } from '@weir/shared/log/asked'
import { SEGMENT_ROWS, segmentOf, segmentStart } from '@weir/shared/log/segment'
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
