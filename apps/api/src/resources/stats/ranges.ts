/** Which buckets of log.db make up a range of the contract. */
import type { STATS_RANGES } from '@weir/shared/contract/stats'
import { bucketStart, Resolution, TopResolution } from '@weir/shared/log/rollup'

export type StatsRange = (typeof STATS_RANGES)[number]

interface RangeShape {
  readonly seconds: number
  /** Of the roll-ups that are read. */
  readonly resolution: number
  /** Of the points that are shown: a whole number of the resolution's buckets. */
  readonly bucketSeconds: number
  /** Of the most frequent keys that are summed. */
  readonly topResolution: number
}

const HOUR = 3600
const DAY = 86_400

const SHAPES: Readonly<Record<StatsRange, RangeShape>> = {
  '15m': { seconds: 900, resolution: Resolution.Minute, bucketSeconds: 60, topResolution: TopResolution.FiveMinutes },
  '1h': { seconds: HOUR, resolution: Resolution.Minute, bucketSeconds: 60, topResolution: TopResolution.FiveMinutes },
  '24h': { seconds: DAY, resolution: Resolution.Minute, bucketSeconds: 300, topResolution: TopResolution.Hour },
  '7d': { seconds: 7 * DAY, resolution: Resolution.Hour, bucketSeconds: HOUR, topResolution: TopResolution.Hour },
  '30d': { seconds: 30 * DAY, resolution: Resolution.Hour, bucketSeconds: 4 * HOUR, topResolution: TopResolution.Day },
  '1y': { seconds: 365 * DAY, resolution: Resolution.Day, bucketSeconds: DAY, topResolution: TopResolution.Day },
}

export interface Window extends RangeShape {
  readonly from: number
  readonly until: number
}

/** The last buckets up to now, the running one included. */
export function windowOf(range: StatsRange, nowMs: number): Window {
  const shape = SHAPES[range]
  const from = bucketStart(nowMs - shape.seconds * 1000, shape.bucketSeconds) + shape.bucketSeconds * 1000
  return { ...shape, from, until: nowMs }
}
