/**
 * Reads pages of the query log, newest first: full segments through their postings, the open end row by row
 * (packages/shared/src/log/segment.ts). A search that finds little ends after SEARCH_MS, with a cursor to go on from.
 */
import type { Database } from '@weir/shared/db/open-database'
import {
  decodeOffsets,
  intersectOffsets,
  POSTING_COLUMNS,
  SEGMENT_ROWS,
  segmentOf,
  segmentStart,
  uniteOffsets,
} from '@weir/shared/log/segment'
import type { Criterion, ResolvedFilter } from './query-filter.ts'

export interface QueryRow {
  readonly id: number
  readonly at: number
  readonly client: string | null
  readonly clientId: string | null
  readonly name: string | null
  readonly qtype: number
  readonly rcode: number | null
  readonly outcome: number
  readonly reason: number
  readonly transport: number
  readonly durationUs: number
  readonly ruleId: number | null
  readonly listId: number | null
  readonly shadowEffect: number | null
  readonly shadowRuleId: number | null
  readonly shadowListId: number | null
  readonly upstream: string | null
  readonly answer: Uint8Array | null
}

export interface QueryRows {
  readonly rows: QueryRow[]
  /** Where the next page begins: ids below it; null: there is nothing more. */
  readonly nextBefore: number | null
}

/** The API answers other requests on the same thread. */
const SEARCH_MS = 150
/** Ids looked up at once in a segment. */
const LOOK_UP_ROWS = 1000

const SELECT = `SELECT q.id, q.at, c.address AS client, c.client_id AS clientId, n.name, q.qtype, q.rcode, q.outcome, q.reason, q.transport,
  q.duration_us AS durationUs, q.rule_id AS ruleId, q.list_id AS listId,
  q.shadow_effect AS shadowEffect, q.shadow_rule_id AS shadowRuleId, q.shadow_list_id AS shadowListId, u.address AS upstream, q.answer
  FROM query q LEFT JOIN name n ON n.id = q.name_id LEFT JOIN client c ON c.id = q.client_id
  LEFT JOIN upstream u ON u.id = q.upstream_id`

export const findQuery = (database: Database, id: number): QueryRow | undefined =>
  database.prepare<[number], QueryRow>(`${SELECT} WHERE q.id = ?`).get(id)

/** Two look-ups; min and max in one SELECT would read the whole table. */
const ENDS = 'SELECT (SELECT min(id) FROM query), (SELECT max(id) FROM query)'

/**
 * @param before ids from this one on are left out; null: begin with the newest
 * @param monotonic for the bound in time
 */
export function readQueries(
  database: Database,
  filter: ResolvedFilter,
  before: number | null,
  limit: number,
  monotonic: () => number,
): QueryRows {
  const [oldest, newest] = database.prepare(ENDS).raw().get() as (number | null)[]
  if (oldest == null || newest == null || filter.criteria.some(({ keys }) => keys.length === 0))
    return { rows: [], nextBefore: null }
  const search = new Search(database, filter, limit + 1)
  const deadline = monotonic() + SEARCH_MS
  let end = Math.min(before ?? Number.MAX_SAFE_INTEGER, newest + 1)
  while (end > oldest && search.isOpen) {
    const segment = segmentOf(end - 1)
    search.readSegment(segment, end)
    end = segmentStart(segment)
    if (monotonic() >= deadline) break
  }
  const { rows } = search
  if (rows.length > limit) {
    rows.length = limit
    return { rows, nextBefore: rows[limit - 1]!.id }
  }
  return { rows, nextBefore: end > oldest ? end : null }
}

class Search {
  readonly rows: QueryRow[] = []
  readonly #database: Database
  readonly #filter: ResolvedFilter
  readonly #wanted: number

  constructor(database: Database, filter: ResolvedFilter, wanted: number) {
    this.#database = database
    this.#filter = filter
    this.#wanted = wanted
  }

  get isOpen(): boolean {
    return this.rows.length < this.#wanted
  }

  /** Adds the rows of a segment with ids below `end`. */
  readSegment(segment: number, end: number): void {
    const { from, until, criteria, nameCondition } = this.#filter
    const sealed = this.#database
      .prepare('SELECT first_at AS firstAt, last_at AS lastAt FROM segment WHERE id = ?')
      .get(segment) as { firstAt: number; lastAt: number } | undefined
    if (!sealed) return this.#readRange(segment, end, criteria)
    if (sealed.lastAt < from || sealed.firstAt > until) return
    if (nameCondition || criteria.length === 0) return this.#readRange(segment, end, criteria)
    const offsets = this.#offsetsOf(segment)
    if (offsets) this.#readOffsets(segmentStart(segment), offsets, end)
  }

  /** Rows that fit all criteria; undefined when there are none. */
  #offsetsOf(segment: number): Uint16Array | undefined {
    const find = this.#database
      .prepare(
        'SELECT offsets FROM posting WHERE segment_id = ? AND kind = ? AND key IN (SELECT value FROM json_each(?))',
      )
      .pluck()
    let offsets: Uint16Array | undefined
    for (const { kind, keys } of this.#filter.criteria) {
      const found = find.all(segment, kind, JSON.stringify(keys)) as Uint8Array[]
      if (found.length === 0) return undefined
      const united = uniteOffsets(found.map(decodeOffsets))
      offsets = offsets ? intersectOffsets(offsets, united) : united
      if (offsets.length === 0) return undefined
    }
    return offsets
  }

  #readOffsets(start: number, offsets: Uint16Array, end: number): void {
    const statement = this.#database.prepare(
      `${SELECT} WHERE q.id IN (SELECT value FROM json_each(?)) AND q.at >= ? AND q.at <= ? ORDER BY q.id DESC LIMIT ?`,
    )
    for (let last = offsets.length; last > 0 && this.isOpen; last -= LOOK_UP_ROWS) {
      const ids = [...offsets.subarray(Math.max(0, last - LOOK_UP_ROWS), last)].map((offset) => start + offset)
      const wanted = JSON.stringify(ids.filter((id) => id < end))
      this.#add(statement.all(wanted, this.#filter.from, this.#filter.until, this.#missing))
    }
  }

  /** Row by row: at most a segment. */
  #readRange(segment: number, end: number, criteria: readonly Criterion[]): void {
    const { from, until, nameCondition } = this.#filter
    const conditions = ['q.id >= ?', 'q.id < ?', 'q.at >= ?', 'q.at <= ?']
    const start = segmentStart(segment)
    const values: (string | number)[] = [start, Math.min(end, start + SEGMENT_ROWS), from, until]
    for (const { kind, keys } of criteria) {
      conditions.push(`q.${POSTING_COLUMNS[kind]} IN (SELECT value FROM json_each(?))`)
      values.push(JSON.stringify(keys))
    }
    if (nameCondition) {
      conditions.push(nameCondition.sql)
      values.push(...nameCondition.values)
    }
    const sql = `${SELECT} WHERE ${conditions.join(' AND ')} ORDER BY q.id DESC LIMIT ?`
    this.#add(this.#database.prepare(sql).all(...values, this.#missing))
  }

  get #missing(): number {
    return this.#wanted - this.rows.length
  }

  #add(rows: unknown[]): void {
    this.rows.push(...(rows as QueryRow[]))
  }
}
