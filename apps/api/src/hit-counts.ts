/** How often lists and rules decided queries, from the roll-ups of log.db; several resources show it. */
import { type HitCount, RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { Database } from '@weir/shared/db/open-database'
import { bucketStart, HIT_KINDS, type HitKind, Resolution } from '@weir/shared/log/rollup'
import type { LogReader } from './log-reader.ts'

const DAY_MS = 86_400_000
const NO_HITS: HitCount = { today: 0, recent: 0, lastHitAt: null }

interface HitRow extends HitCount {
  readonly id: number
}

/** First day of what counts as recent. */
export const recentSince = (nowMs: number): number =>
  bucketStart(nowMs, Resolution.Day) - (RECENT_HIT_DAYS - 1) * DAY_MS

/** @param ids null: of all that had any. @returns undefined while log.db cannot be read; what had no hits is missing */
export function readHits(
  log: LogReader,
  kind: HitKind,
  ids: readonly number[] | null,
  nowMs: number,
): Map<number, HitCount> | undefined {
  const read = (database: Database): Map<number, HitCount> => {
    const rows = database
      .prepare<[number, number, number, string | null, string | null], HitRow>(
        `SELECT id, coalesce(sum(count) FILTER (WHERE day >= ?), 0) AS today,
           coalesce(sum(count) FILTER (WHERE day >= ?), 0) AS recent, max(last_at) AS lastHitAt
         FROM hit WHERE kind = ? AND (? IS NULL OR id IN (SELECT value FROM json_each(?))) GROUP BY id`,
      )
      .all(bucketStart(nowMs, Resolution.Day), recentSince(nowMs), HIT_KINDS.indexOf(kind), ...both(ids))
    return new Map(rows.map(({ id, ...hits }) => [id, hits]))
  }
  return log.read(read)
}

/** Null while they are not known. */
export const hitsOf = (hits: Map<number, HitCount> | undefined, id: number): HitCount | null =>
  hits === undefined ? null : (hits.get(id) ?? NO_HITS)

const both = (ids: readonly number[] | null): [string | null, string | null] => {
  const text = ids === null ? null : JSON.stringify(ids)
  return [text, text]
}
