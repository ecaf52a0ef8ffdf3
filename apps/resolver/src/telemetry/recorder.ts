/**
 * Counts and logs finished queries, in the worker that answered them. Nothing is allocated and nothing waits.
 *
 * Counters are exact, always. The log is exact while its writer keeps up; when the ring is more than half full, records
 * are left out at random, the more the fuller it is, so that every client and name keeps its share. Each record that is
 * kept carries the number of those left out before it: weights of all records add up to the number of queries.
 *
 * Queries of one batch leave together, and so have one duration: it is measured, counted and noted once, at its end.
 */
import type { Clock } from '@weir/shared/clock'
import { OUTCOMES, type Outcome } from '@weir/shared/log/outcomes'
import { Privacy } from '../query/log-privacy.ts'
import type { Recorder } from '../query/ports.ts'
import type { QueryContext } from '../query/query-context.ts'
import { CounterRun } from './counter-run.ts'
import { Counters, LOG_KEPT_AT, LOG_LEFT_OUT_AT, LOG_LOST_AT, LOG_WITHHELD_AT, SHADOW_AT } from './counters.ts'
import { LogRingWriter } from './log-ring.ts'
import { QueryRecord } from './query-record.ts'

const at = (outcome: Outcome): number => OUTCOMES.indexOf(outcome)
const FORWARDED = at('forwarded')
const FAILED = at('failed')
const DROPPED = at('dropped')
/** What fits in 31 bits: 36 minutes. */
const MAX_DURATION_US = 0x7fff_ffff
/** Records whose duration is not known yet; a batch of more is measured in parts. */
const MAX_UNMEASURED = 256

/** What a worker's recorder writes to; made in the main thread. */
export interface RecorderMemory {
  readonly counters: SharedArrayBuffer
  readonly ring: SharedArrayBuffer
}

export class SharedRecorder implements Recorder {
  readonly #counters: Counters
  readonly #run: CounterRun
  readonly #ring: LogRingWriter
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #record = new QueryRecord()
  /** Left out or lost since the last record that was kept. */
  #leftOut = 0
  #random: number

  /** When the batch was received; NaN between batches. */
  #batchStartedAtMs = Number.NaN
  /** When queries that have waited are finished; NaN: each by itself. */
  #resumedAtMs = Number.NaN
  /** Where records lie whose queries leave with the batch. */
  readonly #unmeasured = new Int32Array(MAX_UNMEASURED)
  #unmeasuredCount = 0
  /** Records that the log writer does not see yet. */
  #hiddenCount = 0
  /** Answers that leave with the batch, from here and from upstreams. */
  #localCount = 0
  #forwardedCount = 0

  /** @param seed of the sampling, not zero; differs between workers */
  constructor(memory: RecorderMemory, clock: Pick<Clock, 'monotonic'>, seed = 0x9e37_79b9) {
    this.#counters = new Counters(memory.counters)
    this.#run = new CounterRun(this.#counters)
    this.#ring = new LogRingWriter(memory.ring)
    this.#clock = clock
    this.#random = seed | 1
  }

  begin(startedAtMs: number): void {
    this.#batchStartedAtMs = startedAtMs
    this.#ring.look()
  }

  end(): void {
    this.#settle(this.#batchStartedAtMs)
    this.#batchStartedAtMs = Number.NaN
  }

  beginResumed(): void {
    this.#resumedAtMs = this.#clock.monotonic()
    this.#ring.look()
  }

  endResumed(): void {
    this.#resumedAtMs = Number.NaN
    this.#show()
  }

  record(query: QueryContext): void {
    if (query.isOwn) return
    const isOfBatch = query.startedAtMs === this.#batchStartedAtMs
    const isAlone = !isOfBatch && !(this.#resumedAtMs >= 0)
    if (isAlone) this.#ring.look()
    const outcome = query.logOutcome
    const isSent = outcome !== DROPPED && query.outLength > 0
    const rcode = isSent ? query.rcode : -1
    const qtype = query.fault === 'malformed-message' ? 0 : query.view.qtype
    this.#run.count(outcome, query.transport, qtype, rcode, query.decision.reason)
    if (query.shadowEffect >= 0) this.#counters.add(SHADOW_AT + query.shadowEffect, 1)
    if (isSent) {
      if (outcome === FORWARDED || outcome === FAILED) this.#forwardedCount++
      else this.#localCount++
    }
    if (query.privacy === Privacy.None) this.#counters.add(LOG_WITHHELD_AT, 1)
    else if (this.#mayKeep()) this.#keep(query, rcode)
    else {
      this.#leftOut++
      this.#counters.add(LOG_LEFT_OUT_AT, 1)
    }
    if (isAlone) this.#settle(query.startedAtMs)
    else if (!isOfBatch) this.#measure(this.#resumedAtMs, query.startedAtMs)
    else if (this.#unmeasuredCount === MAX_UNMEASURED) this.#settle(this.#batchStartedAtMs)
  }

  /** Always while the ring is less than half full; then with a probability that falls to nothing with the room left. */
  #mayKeep(): boolean {
    const { capacity, used } = this.#ring
    const free = capacity - used
    if (free * 2 >= capacity) return true
    const share = (free * 2) / capacity
    return this.#nextRandom() < share * share * 0x1_0000_0000
  }

  /** Xorshift, 32 bits (Marsaglia 2003): it has to be fast and even, not secret. */
  #nextRandom(): number {
    let x = this.#random
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#random = x
    return x >>> 0
  }

  #keep(query: QueryContext, rcode: number): void {
    const record = this.#record
    record.fill(query, rcode, this.#leftOut + 1)
    const place = this.#ring.write(record)
    if (place < 0) {
      this.#leftOut++
      this.#counters.add(LOG_LOST_AT, 1)
      return
    }
    this.#leftOut = 0
    this.#unmeasured[this.#unmeasuredCount++] = place
  }

  #settle(startedAtMs: number): void {
    this.#measure(this.#clock.monotonic(), startedAtMs)
    this.#show()
  }

  /** Measures what was recorded since the last call, and counts it. */
  #measure(nowMs: number, startedAtMs: number): void {
    const elapsedUs = (nowMs - startedAtMs) * 1000
    const durationUs = elapsedUs > 0 ? Math.min(elapsedUs, MAX_DURATION_US) | 0 : 0
    const counters = this.#counters
    const recordCount = this.#unmeasuredCount
    for (let i = 0; i < recordCount; i++) this.#ring.setDuration(this.#unmeasured[i]!, durationUs)
    if (this.#localCount > 0) counters.countLatency(durationUs, false, this.#localCount)
    if (this.#forwardedCount > 0) counters.countLatency(durationUs, true, this.#forwardedCount)
    this.#hiddenCount += recordCount
    this.#unmeasuredCount = 0
    this.#localCount = 0
    this.#forwardedCount = 0
  }

  /** Shows the log writer what was measured. */
  #show(): void {
    if (this.#hiddenCount > 0) {
      this.#counters.add(LOG_KEPT_AT, this.#hiddenCount)
      this.#ring.publish()
    }
    this.#hiddenCount = 0
    this.#run.settle()
  }
}
