/**
 * From samples and roll-ups to what the charts draw: one row per bucket, gaps where nothing is known, never zeros.
 */
import type { OutcomeCounts, Sample, Series } from '@weir/shared/contract/stats'
import type { z } from 'zod'
import {
  formatClock,
  formatDayAndClock,
  formatMs,
  formatPercent,
  formatQps,
  formatShortCount,
} from '../../lib/format.ts'
import { FAMILIES, FAMILY_LABELS, type OutcomeFamily, sumByFamily } from '../../lib/outcome-family.ts'

export type SeriesData = z.infer<typeof Series>

/** One bucket: rates per second, latencies in milliseconds; all null: a gap. */
export interface TrafficRow {
  /** Seconds since the epoch, as uPlot wants them. */
  readonly at: number
  readonly byFamily: Record<OutcomeFamily, number> | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  /** What the same bucket had in the period before; null where the history does not reach. */
  readonly before: Before | null
}
/** To compare with: all queries per second, and their p95. */
export interface Before {
  readonly qps: number
  readonly p95Ms: number | null
}
export interface Traffic {
  readonly rows: readonly TrafficRow[]
  readonly bucketSeconds: number
  /** Seconds since the epoch; `until` is now. */
  readonly from: number
  readonly until: number
}

const NOTHING = { byFamily: null, p50Ms: null, p95Ms: null, p99Ms: null, before: null }

/**
 * The last `seconds` of samples, to the right edge "now".
 * @param before figures of this hour yesterday: seconds of yesterday are not kept
 */
export function trafficOfSamples(
  samples: readonly Sample[],
  seconds: number,
  nowMs: number,
  before: Before | null = null,
): Traffic {
  const until = Math.max(samples.at(-1)?.at ?? 0, nowMs) / 1000
  const rows = samples.map((sample) => toRow(sample.at, sample.byOutcome, 1, sample))
  return {
    rows: withGaps(rows, 1).map((row) => ({ ...row, before })),
    bucketSeconds: 1,
    from: until - seconds,
    until,
  }
}

/** A range of roll-ups. The bucket that is not over yet counts by the part that has passed. */
export function trafficOfSeries(series: SeriesData): Traffic {
  const { bucketSeconds, until } = series
  const rows = series.points.map((point) => {
    const elapsed = Math.min(bucketSeconds, Math.max((until - point.at) / 1000, 1))
    return toRow(point.at, point.byOutcome, elapsed, point)
  })
  return {
    rows: withBefore(withGaps(rows, bucketSeconds), series),
    bucketSeconds,
    from: series.from / 1000,
    until: until / 1000,
  }
}

/** Lays the period before over this one; where only that one has data, a row with nothing else is put in. */
function withBefore(rows: readonly TrafficRow[], { previous, bucketSeconds, spanSeconds }: SeriesData): TrafficRow[] {
  const byTime = new Map(rows.map((row) => [row.at, row]))
  for (const point of previous) {
    const at = point.at / 1000 + spanSeconds
    const before = { qps: point.total / bucketSeconds, p95Ms: point.p95Ms }
    byTime.set(at, { ...(byTime.get(at) ?? { at, ...NOTHING }), before })
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at)
}

type Latency = Pick<TrafficRow, 'p50Ms' | 'p95Ms' | 'p99Ms'>

function toRow(atMs: number, counts: OutcomeCounts, seconds: number, latency: Latency): TrafficRow {
  const byFamily = sumByFamily(counts)
  for (const family of FAMILIES) byFamily[family] /= seconds
  const { p50Ms, p95Ms, p99Ms } = latency
  return { at: atMs / 1000, byFamily, p50Ms, p95Ms, p99Ms, before: null }
}

/** Puts an empty row where more than a bucket is missing, so that no line is drawn across. */
function withGaps(rows: readonly TrafficRow[], bucketSeconds: number): TrafficRow[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1]
    const isGap = before !== undefined && row.at - before.at > bucketSeconds * 2.5
    const gap = (at: number): TrafficRow => ({ at, ...NOTHING })
    return isGap ? [gap(before.at + bucketSeconds), gap(row.at - bucketSeconds), row] : [row]
  })
}

/** Cumulative sums from the last family down to the first: what uPlot fills between is one family. */
export function stackedColumns(rows: readonly TrafficRow[]): (number | null)[][] {
  return FAMILIES.map((_, depth) =>
    rows.map((row) => {
      const { byFamily } = row
      if (byFamily === null) return null
      return FAMILIES.slice(0, FAMILIES.length - depth).reduce((sum, family) => sum + byFamily[family], 0)
    }),
  )
}

export const totalOf = (row: TrafficRow): number | null =>
  row.byFamily === null ? null : FAMILIES.reduce((sum, family) => sum + row.byFamily![family], 0)

/** The chart in words, for screen readers. */
export function describeTraffic(traffic: Traffic): string {
  const known = traffic.rows.filter((row) => row.byFamily !== null)
  if (known.length === 0) return 'No data in this range.'
  const peak = known.reduce((best, row) => ((totalOf(row) ?? 0) > (totalOf(best) ?? 0) ? row : best))
  const sums = FAMILIES.map((family) => known.reduce((sum, row) => sum + row.byFamily![family], 0))
  const all = sums.reduce((sum, value) => sum + value, 0)
  const shares = FAMILIES.map(
    (family, index) => `${FAMILY_LABELS[family].toLowerCase()} ${formatPercent(all === 0 ? 0 : sums[index]! / all)}`,
  )
  const time = traffic.until - traffic.from > 86_400 ? formatDayAndClock : formatClock
  return `About ${formatShortCount(Math.round(all * traffic.bucketSeconds))} queries: ${shares.join(', ')}. Peak ${formatQps(totalOf(peak) ?? 0)} per second at ${time(peak.at * 1000)}. Latest p95 ${formatMs(known.at(-1)!.p95Ms)}.`
}
