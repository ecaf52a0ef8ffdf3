/** What one client asked for: counts and most frequent names, from the log's newest segment back to the start of a range. */
import type { ClientActivity } from '@weir/shared/contract/client-activity'
import type { Database } from '@weir/shared/db/open-database'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import {
  decodeOffsets,
  PostingKind,
  SEGMENT_ROWS,
  segmentOf,
  segmentStart,
  uniteOffsets,
} from '@weir/shared/log/segment'
import type { AppDeps } from '../../deps.ts'

const HOUR_MS = 3_600_000
const RANGE_MS = { '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS } as const
/** The API answers other requests on the same thread: what is older than could be read by then is left out, and said so. */
const READ_MS = 150
/** Looked up at once between two looks at the clock. */
const LOOK_UP_ROWS = 2000
const TOP_NAMES = 8
const BLOCKED = OUTCOMES.indexOf('blocked')

interface Tally {
  queries: number
  blocked: number
}

export function readClientActivity(
  { log, clock }: Pick<AppDeps, 'log' | 'clock'>,
  client: string,
  range: keyof typeof RANGE_MS,
): ClientActivity {
  const until = clock.now()
  const from = until - RANGE_MS[range]
  const found = log.read((database) => {
    const count = new ActivityCount(database, from, until, idsOf(database, client))
    count.read(() => clock.monotonic())
    return count.result()
  })
  const nothing = { from, queries: 0, blocked: 0, names: [], blockedNames: [], isWhole: true }
  return found ? { ...found, until, state: 'ok' } : { ...nothing, until, state: 'unavailable' }
}

/** Of one address several, where it gave client ids too. */
function idsOf(database: Database, client: string): number[] {
  const wanted = client.toLowerCase()
  const [condition, value] = wanted.startsWith('id:')
    ? (["client_id = ? AND client_id <> ''", wanted.slice('id:'.length)] as const)
    : (['address = ?', wanted] as const)
  return database.prepare(`SELECT id FROM client WHERE ${condition}`).pluck().all(value) as number[]
}

class ActivityCount {
  readonly #database: Database
  readonly #range: readonly [from: number, until: number]
  readonly #clients: string
  readonly #byName = new Map<number, Tally>()
  /** Of the oldest row that was counted. */
  #oldestAt: number
  #isWhole = true

  constructor(database: Database, from: number, until: number, clientIds: readonly number[]) {
    this.#database = database
    this.#range = [from, until]
    this.#clients = JSON.stringify(clientIds)
    this.#oldestAt = until
  }

  read(monotonic: () => number): void {
    const [oldest, newest] = this.#database
      .prepare('SELECT (SELECT min(id) FROM query), (SELECT max(id) FROM query)')
      .raw()
      .get() as (number | null)[]
    if (oldest == null || newest == null || this.#clients === '[]') return
    const deadline = monotonic() + READ_MS
    const isLate = () => monotonic() >= deadline
    for (let segment = segmentOf(newest); segment >= segmentOf(oldest); segment--) {
      if (isLate()) {
        this.#isWhole = false
        return
      }
      if (!this.#readSegment(segment, isLate)) return
    }
  }

  /** @returns false: nothing older is wanted, or there is no time for it */
  #readSegment(segment: number, isLate: () => boolean): boolean {
    const start = segmentStart(segment)
    const sealed = this.#database
      .prepare<[number], { firstAt: number; lastAt: number }>(
        'SELECT first_at AS firstAt, last_at AS lastAt FROM segment WHERE id = ?',
      )
      .get(segment)
    if (!sealed) {
      this.#count('q.id >= ? AND q.id < ? AND q.client_id IN (SELECT value FROM json_each(?))', [
        start,
        start + SEGMENT_ROWS,
        this.#clients,
      ])
      return true
    }
    if (sealed.lastAt < this.#range[0]) return false
    const postings = this.#database
      .prepare<[number, number, string], Uint8Array>(
        'SELECT offsets FROM posting WHERE segment_id = ? AND kind = ? AND key IN (SELECT value FROM json_each(?))',
      )
      .pluck()
      .all(segment, PostingKind.Client, this.#clients)
    if (postings.length === 0) return true
    const offsets = uniteOffsets(postings.map(decodeOffsets))
    for (let last = offsets.length; last > 0; last -= LOOK_UP_ROWS) {
      const ids = Array.from(offsets.subarray(Math.max(0, last - LOOK_UP_ROWS), last), (offset) => start + offset)
      this.#count('q.id IN (SELECT value FROM json_each(?))', [JSON.stringify(ids)])
      if (last > LOOK_UP_ROWS && isLate()) {
        this.#isWhole = false
        return false
      }
    }
    return true
  }

  #count(condition: string, values: readonly (string | number)[]): void {
    const rows = this.#database
      .prepare(
        `SELECT q.name_id AS nameId, count(*) AS queries, sum(q.outcome = ${BLOCKED}) AS blocked, min(q.at) AS oldestAt
         FROM query q WHERE ${condition} AND q.at >= ? AND q.at <= ? GROUP BY q.name_id`,
      )
      .all(...values, ...this.#range) as (Tally & { nameId: number; oldestAt: number })[]
    for (const { nameId, queries, blocked, oldestAt } of rows) {
      const tally = this.#byName.get(nameId) ?? { queries: 0, blocked: 0 }
      tally.queries += queries
      tally.blocked += blocked
      this.#byName.set(nameId, tally)
      this.#oldestAt = Math.min(this.#oldestAt, oldestAt)
    }
  }

  result(): Pick<ClientActivity, 'from' | 'queries' | 'blocked' | 'names' | 'blockedNames' | 'isWhole'> {
    const tallies = [...this.#byName.values()]
    const [queries, blocked] = [sumOf(tallies, 'queries'), sumOf(tallies, 'blocked')]
    return {
      from: this.#isWhole ? this.#range[0] : this.#oldestAt,
      queries,
      blocked,
      names: this.#top('queries', queries),
      blockedNames: this.#top('blocked', blocked),
      isWhole: this.#isWhole,
    }
  }

  #top(what: keyof Tally, total: number): ClientActivity['names'] {
    const find = this.#database.prepare<[number], string>('SELECT name FROM name WHERE id = ?').pluck()
    return [...this.#byName]
      .filter(([, tally]) => tally[what] > 0)
      .sort(([a, one], [b, other]) => other[what] - one[what] || a - b)
      .slice(0, TOP_NAMES)
      .map(([id, tally]) => ({ name: find.get(id) ?? '', count: tally[what], share: tally[what] / total }))
  }
}

const sumOf = (tallies: readonly Tally[], what: keyof Tally): number =>
  tallies.reduce((sum, tally) => sum + tally[what], 0)
