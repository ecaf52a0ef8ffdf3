/** Counts and latencies of the current minute, hour and day, taken from the workers' counters: exact, whatever the log leaves out. */

import type { Database } from '@weir/shared/db/open-database'
import { addEncodedLatency, encodeLatency, LATENCY_BUCKETS } from '@weir/shared/log/latency-buckets'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { bucketStart, RESOLUTIONS } from '@weir/shared/log/rollup'
import { COUNTERS, countsByOutcome, FORWARDED_LATENCY_AT, LOCAL_LATENCY_AT, sumCounters } from './counters.ts'

/** What a bucket holds until it is written. */
interface Bucket {
  readonly resolution: number
  readonly at: number
  readonly outcomes: number[]
  readonly latency: Float64Array
  isDirty: boolean
  /** Does log.db have a row that is not in these numbers yet? */
  isLoaded: boolean
}

/** Longer between two ticks, or less than none: the clock was set, and the counts belong to now. */
const MAX_TICK_MS = 5000
/** Closed buckets that wait for a broken log.db: a day of minutes. Older ones become gaps. */
const MAX_CLOSED = 1500

const emptyBucket = (resolution: number, at: number): Bucket => ({
  resolution,
  at,
  outcomes: OUTCOMES.map(() => 0),
  latency: new Float64Array(LATENCY_BUCKETS),
  isDirty: true,
  isLoaded: false,
})

export class Rollups {
  readonly #slices: readonly SharedArrayBuffer[]
  /** The sums that are accounted for, in shared memory: they outlive a log writer that had to be started again. */
  readonly #accounted: Float64Array
  readonly #sums = new Float64Array(COUNTERS)
  #current: Bucket[] = []
  #closed: Bucket[] = []
  #lastTickMs = Number.NaN

  constructor(slices: readonly SharedArrayBuffer[], accounted: SharedArrayBuffer) {
    this.#slices = slices
    this.#accounted = new Float64Array(accounted)
  }

  /** Books what was counted since the last tick, on the bucket in which that time began. */
  tick(nowMs: number): void {
    const sinceMs = nowMs - this.#lastTickMs
    const bookedAtMs = sinceMs >= 0 && sinceMs <= MAX_TICK_MS ? this.#lastTickMs : nowMs
    this.#lastTickMs = nowMs
    this.#moveTo(bookedAtMs)
    sumCounters(this.#slices, this.#sums)
    const accounted = countsByOutcome(
      this.#accounted,
      OUTCOMES.map(() => 0),
    )
    const counted = countsByOutcome(
      this.#sums,
      OUTCOMES.map(() => 0),
    )
    const outcomes = counted.map((count, i) => Math.max(0, count - accounted[i]!))
    if (outcomes.some((count) => count > 0)) for (const bucket of this.#current) this.#book(bucket, outcomes)
    this.#accounted.set(this.#sums)
  }

  #book(bucket: Bucket, outcomes: readonly number[]): void {
    bucket.isDirty = true
    for (const [i, count] of outcomes.entries()) bucket.outcomes[i]! += count
    for (const at of [LOCAL_LATENCY_AT, FORWARDED_LATENCY_AT])
      for (let i = 0; i < LATENCY_BUCKETS; i++)
        bucket.latency[i]! += Math.max(0, this.#sums[at + i]! - this.#accounted[at + i]!)
  }

  #moveTo(nowMs: number): void {
    this.#current = RESOLUTIONS.map((resolution, i) => {
      const at = bucketStart(nowMs, resolution)
      const current = this.#current[i]
      if (current?.at === at) return current
      if (current) this.#closed.push(current)
      return emptyBucket(resolution, at)
    })
    if (this.#closed.length > MAX_CLOSED) this.#closed.splice(0, this.#closed.length - MAX_CLOSED)
  }

  get hasClosed(): boolean {
    return this.#closed.length > 0
  }

  /** Writes what has changed; inside the caller's transaction. A bucket that has a row already adds to it, once. */
  write(database: Database): void {
    const find = database.prepare('SELECT outcomes, latency FROM rollup WHERE resolution = ? AND at = ?')
    const put = database.prepare(
      'INSERT OR REPLACE INTO rollup (resolution, at, outcomes, latency) VALUES (?, ?, ?, ?)',
    )
    for (const bucket of [...this.#closed, ...this.#current]) {
      if (!bucket.isDirty) continue
      const row = bucket.isLoaded ? undefined : find.get(bucket.resolution, bucket.at)
      if (row) addStored(bucket, row as { outcomes: string; latency: Uint8Array })
      bucket.isLoaded = true
      put.run(bucket.resolution, bucket.at, JSON.stringify(bucket.outcomes), encodeLatency(bucket.latency))
    }
  }

  /** After the transaction of `write` has been committed. */
  written(): void {
    this.#closed = []
    for (const bucket of this.#current) bucket.isDirty = false
  }

  /** After a new log.db was started: rows that were loaded or written are gone with the old one. */
  rewriteAll(): void {
    for (const bucket of this.#current) bucket.isDirty = true
  }
}

function addStored(bucket: Bucket, row: { outcomes: string; latency: Uint8Array }): void {
  const stored = JSON.parse(row.outcomes) as number[]
  for (const [i, count] of stored.entries()) if (i < bucket.outcomes.length) bucket.outcomes[i]! += count
  addEncodedLatency(row.latency, bucket.latency)
}
