/** Figures of the last minute, and of the same hour yesterday to hold them against. */
import type { Sample } from '@weir/shared/contract/stats'
import { sumByFamily } from '../../lib/outcome-family.ts'
import type { SeriesData } from './traffic.ts'

export interface MinuteFigures {
  readonly qps: number
  readonly blockRate: number | null
  readonly cacheHitRate: number | null
  readonly p95Ms: number | null
}

const SECONDS = 60
const DAY_MS = 86_400_000

/** One place per second of the last minute, the newest at the end; null where nothing is known. */
export function lastMinute(samples: readonly Sample[], nowMs: number): (Sample | null)[] {
  const newest = samples.at(-1)?.at ?? nowMs
  // A sample is up to a second late: the edge is the newest one, unless it is old.
  const edge = Math.round((nowMs - newest < 3000 ? newest : nowMs) / 1000)
  const places: (Sample | null)[] = Array.from({ length: SECONDS }, () => null)
  for (const sample of samples.slice(-SECONDS * 2)) {
    const place = SECONDS - 1 - (edge - Math.round(sample.at / 1000))
    if (place >= 0 && place < SECONDS) places[place] = sample
  }
  return places
}

/** Rates weighed by queries; the p95 is the median of the seconds' own. Null without samples. */
export function minuteFigures(samples: readonly Sample[]): MinuteFigures | null {
  if (samples.length === 0) return null
  const sums = { cached: 0, forwarded: 0, blocked: 0, rewritten: 0, failed: 0 }
  for (const sample of samples) {
    const counts = sumByFamily(sample.byOutcome)
    for (const family of Object.keys(sums) as (keyof typeof sums)[]) sums[family] += counts[family]
  }
  const total = Object.values(sums).reduce((sum, count) => sum + count, 0)
  const p95s = samples.flatMap((sample) => sample.p95Ms ?? []).sort((a, b) => a - b)
  return {
    qps: total / samples.length,
    blockRate: total === 0 ? null : sums.blocked / total,
    cacheHitRate: sums.cached + sums.forwarded === 0 ? null : sums.cached / (sums.cached + sums.forwarded),
    p95Ms: p95s[Math.floor(p95s.length / 2)] ?? null,
  }
}

/** The bucket of this hour yesterday; null where the history does not reach. */
export function hourBefore(week: SeriesData, nowMs: number): MinuteFigures | null {
  const bucketMs = week.bucketSeconds * 1000
  const point = week.points.find(
    (candidate) => candidate.at <= nowMs - DAY_MS && nowMs - DAY_MS < candidate.at + bucketMs,
  )
  if (!point) return null
  const sums = sumByFamily(point.byOutcome)
  const total = Object.values(sums).reduce((sum, count) => sum + count, 0)
  return {
    qps: total / week.bucketSeconds,
    blockRate: total === 0 ? null : sums.blocked / total,
    cacheHitRate: sums.cached + sums.forwarded === 0 ? null : sums.cached / (sums.cached + sums.forwarded),
    p95Ms: point.p95Ms,
  }
}
