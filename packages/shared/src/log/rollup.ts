/** Statistics as log.db keeps them: which buckets there are, how long, and how many of the most frequent keys. */
import type { z } from 'zod'
import type { OutcomeCounts, TopQuery } from '../contract/stats.ts'
import { OUTCOMES } from './outcomes.ts'

/** Lengths of roll-up buckets, seconds. Days are those of UTC: a bucket must not change its length with the season. */
export const Resolution = { Minute: 60, Hour: 3600, Day: 86_400 } as const
export const RESOLUTIONS = [Resolution.Minute, Resolution.Hour, Resolution.Day] as const

/** Lengths of buckets of most frequent keys, seconds: a minute of them would be mostly chance. */
export const TopResolution = { FiveMinutes: 300, Hour: 3600, Day: 86_400 } as const
export const TOP_RESOLUTIONS = [TopResolution.FiveMinutes, TopResolution.Hour, TopResolution.Day] as const

/** How long each resolution is kept, days; days themselves as long as `log.statisticsDays` says. */
export const KEPT_DAYS: Readonly<Record<number, number>> = {
  [Resolution.Minute]: 3,
  [TopResolution.FiveMinutes]: 1,
  [Resolution.Hour]: 95,
}

/** Position is the number in log.db: append only. */
export const TOP_KINDS = [
  'names',
  'blocked-names',
  'clients',
  'upstreams',
  'lists',
  'types',
] as const satisfies readonly z.infer<typeof TopQuery>['kind'][]
export type TopKind = (typeof TOP_KINDS)[number]

/** Keys kept per kind when a bucket is written: what is rarer than these is lost to later sums. */
export const TOP_KEYS = 250

/** What hits are counted of; `shadow-`: of what only records, by what it would have decided. Position is the number in log.db: append only. */
export const HIT_KINDS = ['list', 'rule', 'shadow-list', 'shadow-rule'] as const
export type HitKind = (typeof HIT_KINDS)[number]

export const bucketStart = (atMs: number, resolution: number): number => atMs - (atMs % (resolution * 1000))

/** Counts by position in OUTCOMES as an object by name. */
export const outcomeCounts = (counts: ArrayLike<number>): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome, i) => [outcome, counts[i] ?? 0])) as OutcomeCounts

/** Answers that came from upstreams or from the cache: what a cache hit rate is a share of. */
export function cacheHitRate(counts: OutcomeCounts): number | null {
  const hits = counts.cached + counts.stale
  const asked = hits + counts.forwarded + counts.failed
  return asked === 0 ? null : hits / asked
}

export function blockRate(counts: OutcomeCounts): number | null {
  const total = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0)
  return total === 0 ? null : counts.blocked / total
}
