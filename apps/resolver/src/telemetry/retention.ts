/**
 * Keeps log.db within its age and its size, in slices, so that the writer never stalls for long.
 *
 * Rows go from the oldest on. Freed pages are used again, and given back to the file system little by little.
 */
import type { Database } from '@weir/shared/db/open-database'
import { KEPT_DAYS, RESOLUTIONS, TOP_RESOLUTIONS } from '@weir/shared/log/rollup'
import { SEGMENT_ROWS } from '@weir/shared/log/segment'
import { pruneEffects } from './effects.ts'
import { NameSweeper } from './name-sweeper.ts'

export interface RetentionLimits {
  readonly retentionDays: number
  readonly maxOctets: number
  readonly statisticsDays: number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** A clock that moves so far between two steps has jumped. Less, and no more than a day's records go early; machines sleep for hours. */
const JUMP_MS = DAY_MS
/** About 5 ms. */
const SLICE_ROWS = 4096
/** Slices in one step, unless time is up before: more than the writer can add in a second. */
const MAX_SLICES = 32
/** How long a step may take: the ring holds more than is logged meanwhile. */
const STEP_MS = 100
/** Pages given back to the file system in a step, 1 MiB. */
const VACUUM_PAGES = 256
/** Names are swept once a day, or after this many segments have gone. */
const SWEEP_AFTER_SEGMENTS = 16

export class Retention {
  #sweeper: NameSweeper | null = null
  #sweptAtMs = 0
  #droppedSegments = 0
  #prunedAtMs = Number.NEGATIVE_INFINITY
  readonly #trusted = new TrustedClock()

  /** Tells a pass that goes on which names are in use. */
  mark(nameId: number): void {
    this.#sweeper?.mark(nameId)
  }

  /** A new or cleared log.db: a pass over the old one means nothing. */
  restart(): void {
    this.#sweeper = null
  }

  /**
   * One step, about once a second. @param monotonic for the time budget
   * @returns whether names have gone: ids in memory must be forgotten
   */
  step(database: Database, limits: RetentionLimits, nowMs: number, monotonic: () => number): boolean {
    const startedAtMs = monotonic()
    const until = startedAtMs + STEP_MS
    const isTrusted = this.#trusted.isAt(nowMs, startedAtMs)
    const slice = database.transaction(() =>
      removeSlice(database, limits, isTrusted ? nowMs : Number.NEGATIVE_INFINITY),
    )
    for (let i = 0; i < MAX_SLICES && slice() && monotonic() < until; i++);
    this.#droppedSegments += database.transaction(() => dropSegments(database))()
    if (isTrusted && (nowMs - this.#prunedAtMs >= HOUR_MS || nowMs < this.#prunedAtMs)) {
      database.transaction(() => pruneStatistics(database, limits, nowMs))()
      this.#prunedAtMs = nowMs
    }
    database.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
    return this.#sweep(database, nowMs)
  }

  #sweep(database: Database, nowMs: number): boolean {
    const isDue = this.#droppedSegments >= SWEEP_AFTER_SEGMENTS || Math.abs(nowMs - this.#sweptAtMs) >= DAY_MS
    if (!this.#sweeper) {
      if (!isDue) return false
      this.#sweeper = new NameSweeper(database)
      this.#sweptAtMs = nowMs
      this.#droppedSegments = 0
    }
    const sweeper = this.#sweeper
    const removed = database.transaction(() => sweeper.step(database))()
    if (removed === null) this.#sweeper = null
    return removed !== null && removed > 0
  }
}

/**
 * Nothing goes for its age by a clock that has just jumped: one that is a year ahead, as after a dead battery, would take all
 * there is with it before somebody puts it right.
 */
class TrustedClock {
  #offsetMs = Number.NaN
  #jumpedAtMs = Number.NEGATIVE_INFINITY

  isAt(nowMs: number, monotonicMs: number): boolean {
    const offsetMs = nowMs - monotonicMs
    if (Math.abs(offsetMs - this.#offsetMs) >= JUMP_MS) this.#jumpedAtMs = monotonicMs
    this.#offsetMs = offsetMs
    return monotonicMs - this.#jumpedAtMs >= HOUR_MS
  }
}

/** Octets of pages in use; free ones are used again before the file grows. */
export const usedOctets = (database: Database): number =>
  ((database.pragma('page_count', { simple: true }) as number) -
    (database.pragma('freelist_count', { simple: true }) as number)) *
  (database.pragma('page_size', { simple: true }) as number)

/** @returns whether there may be more to remove */
function removeSlice(database: Database, limits: RetentionLimits, nowMs: number): boolean {
  const oldest = database.prepare('SELECT id, at FROM query ORDER BY id LIMIT ?').raw().all(SLICE_ROWS) as [
    number,
    number,
  ][]
  if (oldest.length === 0) return false
  const last = oldest[oldest.length - 1]![0]
  const expiredBefore = nowMs - limits.retentionDays * DAY_MS
  // By the order in which they came: what was stamped by a clock that was ahead goes with its neighbours.
  const lastExpired =
    usedOctets(database) > limits.maxOctets ? last : oldest.findLast(([, at]) => at < expiredBefore)?.[0]
  const keptFrom = lastExpired === undefined ? oldest[0]![0] : lastExpired + 1
  if (keptFrom === oldest[0]![0]) return false
  database.prepare('DELETE FROM query WHERE id < ?').run(keptFrom)
  return keptFrom > last
}

/** Postings of segments that have no rows any more. @returns segments dropped */
function dropSegments(database: Database): number {
  const first = database.prepare('SELECT min(id) FROM query').pluck().get() as number | null
  const segment = database
    .prepare('SELECT id FROM segment WHERE id < ? ORDER BY id LIMIT 1')
    .pluck()
    .get(first === null ? Number.MAX_SAFE_INTEGER : Math.floor(first / SEGMENT_ROWS)) as number | undefined
  if (segment === undefined) return 0
  database.prepare('DELETE FROM posting WHERE segment_id = ?').run(segment)
  database.prepare('DELETE FROM asked WHERE segment_id = ?').run(segment)
  // The newest stays, as the mark up to where ids have been given.
  return database.prepare('DELETE FROM segment WHERE id = ? AND id < (SELECT max(id) FROM segment)').run(segment)
    .changes
}

function pruneStatistics(database: Database, { retentionDays, statisticsDays }: RetentionLimits, nowMs: number): void {
  const before = (resolution: number): number =>
    nowMs - Math.min(KEPT_DAYS[resolution] ?? statisticsDays, statisticsDays) * DAY_MS
  for (const [table, resolutions] of [
    ['rollup', RESOLUTIONS],
    ['top', TOP_RESOLUTIONS],
  ] as const)
    for (const resolution of resolutions)
      database.prepare(`DELETE FROM ${table} WHERE resolution = ? AND at < ?`).run(resolution, before(resolution))
  pruneEffects(database, nowMs - retentionDays * DAY_MS)
  database.prepare('DELETE FROM hit WHERE day < ?').run(nowMs - statisticsDays * DAY_MS)
}
