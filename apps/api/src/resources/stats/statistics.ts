/** Statistics as the contract shows them. Without log.db they are empty: no points, zero counts. */
import type { Series, Summary, Top, TopQuery } from '@weir/shared/contract/stats'
import type { Database } from '@weir/shared/db/open-database'
import { percentileMs } from '@weir/shared/log/latency-buckets'
import {
  blockRate,
  bucketStart,
  cacheHitRate,
  outcomeCounts,
  Resolution,
  type TopKind,
  TopResolution,
} from '@weir/shared/log/rollup'
import { ALL_RULE_SETS } from '@weir/shared/services/rule-set-number'
import type { z } from 'zod'
import { topCondition } from '../../top-spans.ts'
import { type StatsRange, type Window, windowOf } from './ranges.ts'
import { countClients, RollupSum, readRollups, readTop, sumRollups, type TopCount } from './repository.ts'

type SeriesBody = z.infer<typeof Series>
type SummaryBody = z.infer<typeof Summary>
type TopBody = z.infer<typeof Top>

/** @param log undefined: missing or broken */
export function seriesOf(log: Database | undefined, range: StatsRange, nowMs: number): SeriesBody {
  const { from, until, seconds, resolution, bucketSeconds } = windowOf(range, nowMs)
  const pointsOf = (start: number, end: number): SeriesBody['points'] =>
    log ? readRollups(log, resolution, start, end, bucketSeconds).map(pointOf) : []
  return {
    range,
    bucketSeconds,
    spanSeconds: seconds,
    from,
    until,
    // The running bucket may begin at this very millisecond.
    points: pointsOf(from, until + 1),
    previous: pointsOf(from - seconds * 1000, from),
  }
}

const pointOf = (sum: RollupSum): SeriesBody['points'][number] => ({
  at: sum.at,
  total: sum.total,
  byOutcome: outcomeCounts(sum.outcomes),
  p50Ms: percentileMs(sum.latency, 0.5),
  p95Ms: percentileMs(sum.latency, 0.95),
  p99Ms: percentileMs(sum.latency, 0.99),
})

export function summaryOf(log: Database | undefined, range: StatsRange, nowMs: number): SummaryBody {
  const { from, until, resolution, seconds, topResolution } = windowOf(range, nowMs)
  const sum = (log && sumRollups(log, resolution, from, until + 1)) ?? new RollupSum(from)
  const previous = log && sumRollups(log, resolution, from - seconds * 1000, from)
  const byOutcome = outcomeCounts(sum.outcomes)
  return {
    range,
    total: sum.total,
    byOutcome,
    blockRate: blockRate(byOutcome),
    cacheHitRate: cacheHitRate(byOutcome),
    p50Ms: percentileMs(sum.latency, 0.5),
    p95Ms: percentileMs(sum.latency, 0.95),
    clients: log ? countClients(log, topCondition(log, topResolution, bucketStart(from, topResolution), nowMs)) : 0,
    previousTotal: previous?.total ?? null,
  }
}

/** @param database weir.db, for the names of lists and clients */
export function topOf(
  database: Database,
  log: Database | undefined,
  { kind, range, limit }: z.infer<typeof TopQuery>,
  nowMs: number,
): TopBody {
  if (!log) return { kind, items: [] }
  const window = windowOf(range, nowMs)
  const from = bucketStart(window.from, window.topResolution)
  const counts = readTop(log, kind, topCondition(log, window.topResolution, from, nowMs), limit)
  const whole = wholeOf(log, kind, from, window, counts)
  const labels = labelsOf(database, kind)
  const items = counts.map(({ key, count }) => ({
    key,
    label: labels?.get(key) || key,
    count,
    share: Math.min(1, count / whole),
  }))
  return { kind, items }
}

/** What a count is a share of; at least 1. */
function wholeOf(
  log: Database,
  kind: TopKind,
  from: number,
  { topResolution, until }: Window,
  counts: readonly TopCount[],
): number {
  const resolution = topResolution === TopResolution.FiveMinutes ? Resolution.Minute : topResolution
  const sum = sumRollups(log, resolution, from, until + 1)
  const byOutcome = outcomeCounts(sum?.outcomes ?? [])
  const whole =
    kind === 'blocked-names' || kind === 'lists'
      ? byOutcome.blocked
      : kind === 'upstreams'
        ? byOutcome.forwarded + byOutcome.failed
        : (sum?.total ?? 0)
  return Math.max(whole, counts[0]?.count ?? 1)
}

/** Names that people know keys by, where there are any. */
function labelsOf(database: Database, kind: TopKind): Map<string, string> | undefined {
  if (kind === 'lists')
    return new Map([
      ...ALL_RULE_SETS.map(([listId, { name }]): [string, string] => [String(listId), name]),
      ...(database.prepare('SELECT CAST(id AS TEXT), name FROM list').raw().all() as [string, string][]),
    ])
  if (kind === 'clients')
    return new Map(database.prepare('SELECT prefix, name FROM client').raw().all() as [string, string][])
  return undefined
}
