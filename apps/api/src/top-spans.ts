/**
 * Which buckets of most frequent keys make up a time until now. Coarse buckets are written to log.db seldom (an hour's
 * each five minutes, a day's each hour), so the running ones are read from the finer ones where there are any.
 *
 * ```
 *  days ─────────────────────────────────│ hours of today ──────────│ five minutes of this hour ──│ now
 * ```
 */
import type { Database } from '@weir/shared/db/open-database'
import { bucketStart, TOP_RESOLUTIONS } from '@weir/shared/log/rollup'

const FINE_TO_COARSE: readonly number[] = TOP_RESOLUTIONS

interface TopSpan {
  readonly resolution: number
  readonly from: number
  readonly until: number
}

/** A condition on the table `top` of log.db. */
export interface TopCondition {
  readonly sql: string
  readonly values: readonly number[]
}

/** @param from start of a bucket of `resolution` */
export function topCondition(database: Database, resolution: number, from: number, nowMs: number): TopCondition {
  const spans = spansOf(database, resolution, from, nowMs)
  return {
    sql: `(${spans.map(() => '(resolution = ? AND at >= ? AND at < ?)').join(' OR ')})`,
    values: spans.flatMap((span) => [span.resolution, span.from, span.until]),
  }
}

function spansOf(database: Database, resolution: number, from: number, nowMs: number): TopSpan[] {
  const whole = { resolution, from, until: nowMs + 1 }
  const finerResolution = FINE_TO_COARSE[FINE_TO_COARSE.indexOf(resolution) - 1]
  if (finerResolution === undefined) return [whole]
  const running = bucketStart(nowMs, resolution)
  const finer = spansOf(database, finerResolution, Math.max(from, running), nowMs)
  return finer.some((span) => hasAny(database, span)) ? [{ ...whole, until: running }, ...finer] : [whole]
}

const hasAny = (database: Database, { resolution, from, until }: TopSpan): boolean =>
  database
    .prepare('SELECT 1 FROM top WHERE resolution = ? AND at >= ? AND at < ? LIMIT 1')
    .get(resolution, from, until) !== undefined
