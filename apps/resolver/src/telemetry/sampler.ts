/** One sample a second of what the resolver does, from the workers' counters; the last five minutes are kept. */
import type { Clock } from '@weir/shared/clock'
import type { Sample } from '@weir/shared/contract/stats'
import { LATENCY_BUCKETS, percentileMs } from '@weir/shared/log/latency-buckets'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { blockRate, cacheHitRate, outcomeCounts } from '@weir/shared/log/rollup'
import {
  COUNTERS,
  countsByOutcome,
  FORWARDED_LATENCY_AT,
  LOCAL_LATENCY_AT,
  LOG_LEFT_OUT_AT,
  LOG_LOST_AT,
  sumCounters,
} from './counters.ts'

/** What the sampler asks the rest of the resolver for, once a second. */
export interface SamplerSources {
  /** Of every worker, those that have died included: their counts stand. */
  readonly counters: readonly SharedArrayBuffer[]
  cache(): { readonly entryCount: number; readonly sizeOctets: number }
  ruleIndexOctets(): number
  inFlight(): number
  /** Records that the log writer could not write. */
  logDropped(): number
}

const KEPT_SAMPLES = 300
const PERIOD_MS = 1000

export class Sampler {
  readonly #sources: SamplerSources
  readonly #clock: Clock
  readonly #listeners = new Set<(sample: Sample) => void>()
  readonly #samples: Sample[] = []
  #before = new Float64Array(COUNTERS)
  #now = new Float64Array(COUNTERS)
  #sampledAt: number
  #timer: NodeJS.Timeout | undefined

  constructor(sources: SamplerSources, clock: Clock) {
    this.#sources = sources
    this.#clock = clock
    this.#sampledAt = clock.monotonic()
    sumCounters(sources.counters, this.#before)
  }

  start(): void {
    this.#timer ??= setInterval(() => this.sample(), PERIOD_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** The last samples, oldest first. */
  get recent(): readonly Sample[] {
    return this.#samples
  }

  /** @returns what ends it */
  subscribe(listener: (sample: Sample) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes a sample of the time since the one before. */
  sample(): Sample {
    const monotonic = this.#clock.monotonic()
    const seconds = Math.max((monotonic - this.#sampledAt) / 1000, 0.001)
    this.#sampledAt = monotonic
    sumCounters(this.#sources.counters, this.#now)
    const sample = this.#describe(seconds)
    ;[this.#before, this.#now] = [this.#now, this.#before]
    this.#samples.push(sample)
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift()
    for (const listener of this.#listeners) listener(sample)
    return sample
  }

  #describe(seconds: number): Sample {
    const before = countsByOutcome(
      this.#before,
      OUTCOMES.map(() => 0),
    )
    const counted = countsByOutcome(
      this.#now,
      OUTCOMES.map(() => 0),
    ).map((count, i) => Math.max(0, count - before[i]!))
    const byOutcome = outcomeCounts(counted.map((count) => count / seconds))
    const latency = this.#latency()
    const cache = this.#sources.cache()
    return {
      at: this.#clock.now(),
      qps: counted.reduce((sum, count) => sum + count, 0) / seconds,
      byOutcome,
      cacheHitRate: cacheHitRate(byOutcome),
      blockRate: blockRate(byOutcome),
      p50Ms: percentileMs(latency, 0.5),
      p95Ms: percentileMs(latency, 0.95),
      p99Ms: percentileMs(latency, 0.99),
      inFlight: this.#sources.inFlight(),
      memory: this.#memory(cache.sizeOctets),
      cacheEntries: cache.entryCount,
      logDropped: this.#now[LOG_LEFT_OUT_AT]! + this.#now[LOG_LOST_AT]! + this.#sources.logDropped(),
    }
  }

  /** Both histograms, of this period. */
  #latency(): Float64Array {
    const latency = new Float64Array(LATENCY_BUCKETS)
    for (const at of [LOCAL_LATENCY_AT, FORWARDED_LATENCY_AT])
      for (let i = 0; i < LATENCY_BUCKETS; i++) latency[i]! += Math.max(0, this.#now[at + i]! - this.#before[at + i]!)
    return latency
  }

  /** @param cacheOctets of shared memory, like the index: not on any heap */
  #memory(cacheOctets: number): Sample['memory'] {
    const { rss, heapUsed } = process.memoryUsage()
    const ruleIndexOctets = this.#sources.ruleIndexOctets()
    return {
      residentOctets: rss,
      ruleIndexOctets,
      cacheOctets,
      heapOctets: heapUsed,
      otherOctets: Math.max(0, rss - ruleIndexOctets - cacheOctets - heapUsed),
    }
  }
}
