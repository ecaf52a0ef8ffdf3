/** Statistics of log.db: roll-ups and most frequent keys, never the log itself. */

import type { Database } from '@weir/shared/db/open-database'
import { addEncodedLatency, LATENCY_BUCKETS } from '@weir/shared/log/latency-buckets'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { TOP_KINDS, type TopKind } from '@weir/shared/log/rollup'
import type { TopCondition } from '../../top-spans.ts'

/** Roll-ups of some time, added up. */
export class RollupSum {
  readonly at: number
  /** By position in OUTCOMES. */
  readonly outcomes: number[] = OUTCOMES.map(() => 0)
  readonly latency = new Float64Array(LATENCY_BUCKETS)

  constructor(at: number) {
    this.at = at
  }

  get total(): number {
    return this.outcomes.reduce((sum, count) => sum + count, 0)
  }
}

/** Sums by bucket of `bucketSeconds`, oldest first; those without any roll-up are missing. */
export function readRollups(
  database: Database,
  resolution: number,
  from: number,
  until: number,
  bucketSeconds: number,
): RollupSum[] {
  const rows = database
    .prepare('SELECT at, outcomes, latency FROM rollup WHERE resolution = ? AND at >= ? AND at < ? ORDER BY at')
    .all(resolution, from, until) as { at: number; outcomes: string; latency: Uint8Array }[]
  const sums: RollupSum[] = []
  for (const { at, outcomes, latency } of rows) {
    const bucketAt = from + Math.floor((at - from) / (bucketSeconds * 1000)) * bucketSeconds * 1000
    let sum = sums.at(-1)
    if (sum?.at !== bucketAt) {
      sum = new RollupSum(bucketAt)
      sums.push(sum)
    }
    for (const [i, count] of (JSON.parse(outcomes) as number[]).entries())
      if (i < sum.outcomes.length) sum.outcomes[i]! += count
    addEncodedLatency(latency, sum.latency)
  }
  return sums
}

/** Everything from `from` until before `until`, in one sum; undefined when there are no roll-ups. */
export function sumRollups(database: Database, resolution: number, from: number, until: number): RollupSum | undefined {
  return readRollups(database, resolution, from, until, Math.ceil((until - from) / 1000) + 1)[0]
}

export interface TopCount {
  readonly key: string
  readonly count: number
}

export const readTop = (database: Database, kind: TopKind, buckets: TopCondition, limit: number): TopCount[] =>
  database
    .prepare(
      `SELECT key, sum(count) AS count FROM top WHERE ${buckets.sql} AND kind = ?
       GROUP BY key ORDER BY 2 DESC, key LIMIT ?`,
    )
    .all(...buckets.values, TOP_KINDS.indexOf(kind), limit) as TopCount[]

/** Distinct clients among the most frequent ones of each bucket. */
export const countClients = (database: Database, buckets: TopCondition): number =>
  database
    .prepare(`SELECT count(DISTINCT key) FROM top WHERE ${buckets.sql} AND kind = ?`)
    .pluck()
    .get(...buckets.values, TOP_KINDS.indexOf('clients')) as number
