/**
 * What one worker counts: a slice of doubles in shared memory that only this worker writes and anyone may read.
 *
 *     0        outcome × transport   16 × 4     (room for outcomes to come)
 *     64       query type            32         (the common ones, then "other")
 *     96       RCODE                 32         (0…30, then "other")
 *     128      reason                64
 *     192      totals                16         (log records kept, left out, lost, withheld; latency sums; shadows)
 *     208      latency, answered here   LATENCY_BUCKETS
 *     +184     latency, asked upstream  LATENCY_BUCKETS
 *
 * No Atomics: 64-bit numbers are read and written whole on every platform that Node supports, and a reader that is one
 * query behind is right a moment later. Doubles count exactly to 2^53.
 */
import { LATENCY_BUCKETS, latencyBucket } from '@weir/shared/log/latency-buckets'

const OUTCOME_ROOM = 16
const TRANSPORT_ROOM = 4
export const TYPE_ROOM = 32
export const RCODE_ROOM = 32
export const REASON_ROOM = 64

export const OUTCOMES_AT = 0
export const TYPES_AT = OUTCOMES_AT + OUTCOME_ROOM * TRANSPORT_ROOM
export const RCODES_AT = TYPES_AT + TYPE_ROOM
export const REASONS_AT = RCODES_AT + RCODE_ROOM
const TOTALS_AT = REASONS_AT + REASON_ROOM
export const LOG_KEPT_AT = TOTALS_AT
/** Left out by sampling while the writer was behind. */
export const LOG_LEFT_OUT_AT = TOTALS_AT + 1
/** Lost since the ring was full. */
export const LOG_LOST_AT = TOTALS_AT + 2
/** Sums of the two histograms, µs. */
export const LOCAL_SUM_AT = TOTALS_AT + 3
export const FORWARDED_SUM_AT = TOTALS_AT + 4
/** Kept out of the log, as the client's group wants it. */
export const LOG_WITHHELD_AT = TOTALS_AT + 5
/** Queries to which something that only records would have done something, by position in POLICY_EFFECTS. */
export const SHADOW_AT = TOTALS_AT + 6
export const LOCAL_LATENCY_AT = TOTALS_AT + 16
export const FORWARDED_LATENCY_AT = LOCAL_LATENCY_AT + LATENCY_BUCKETS
export const COUNTERS = FORWARDED_LATENCY_AT + LATENCY_BUCKETS

/** Query types with a counter of their own, in the order of their counters; every other one is "other". */
export const COUNTED_TYPES: readonly number[] = [
  1, 28, 65, 5, 2, 6, 12, 15, 16, 33, 35, 39, 43, 44, 46, 47, 48, 50, 52, 59, 60, 64, 99, 251, 252, 255, 256, 257, 261,
]
const OTHER_TYPE = TYPE_ROOM - 1
const MAX_COUNTED_TYPE = 261
const SLOT_OF_TYPE = new Uint8Array(MAX_COUNTED_TYPE + 1).fill(OTHER_TYPE)
for (const [slot, qtype] of COUNTED_TYPES.entries()) SLOT_OF_TYPE[qtype] = slot

export const createCounters = (): SharedArrayBuffer => new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT)

export class Counters {
  readonly #values: Float64Array

  constructor(slice: SharedArrayBuffer) {
    if (slice.byteLength !== COUNTERS * Float64Array.BYTES_PER_ELEMENT)
      throw new RangeError('a slice of counters of another size')
    this.#values = new Float64Array(slice)
  }

  /** Counts `count` queries that are alike. Allocates nothing. @param rcode -1: nothing was sent */
  countQueries(count: number, outcome: number, transport: number, qtype: number, rcode: number, reason: number): void {
    const values = this.#values
    values[OUTCOMES_AT + ((outcome & 15) << 2) + (transport & 3)]! += count
    values[TYPES_AT + (qtype <= MAX_COUNTED_TYPE ? SLOT_OF_TYPE[qtype]! : OTHER_TYPE)]! += count
    if (rcode >= 0) values[RCODES_AT + (rcode < RCODE_ROOM ? rcode : RCODE_ROOM - 1)]! += count
    values[REASONS_AT + (reason & 63)]! += count
  }

  /** Counts `count` answers that took `us` microseconds each. */
  countLatency(us: number, isForwarded: boolean, count = 1): void {
    const values = this.#values
    values[isForwarded ? FORWARDED_SUM_AT : LOCAL_SUM_AT]! += us * count
    values[(isForwarded ? FORWARDED_LATENCY_AT : LOCAL_LATENCY_AT) + latencyBucket(us)]! += count
  }

  /** @param at one of the LOG_…_AT positions, or SHADOW_AT and on */
  add(at: number, count: number): void {
    this.#values[at]! += count
  }
}

/** Adds up the slices of all workers, into `sums` of COUNTERS numbers. */
export function sumCounters(slices: readonly SharedArrayBuffer[], sums: Float64Array): void {
  sums.fill(0)
  for (const slice of slices) {
    const values = new Float64Array(slice)
    for (let i = 0; i < COUNTERS; i++) sums[i]! += values[i]!
  }
}

/** Queries by position in OUTCOMES, over all transports. @param out as long as OUTCOMES */
export function countsByOutcome(sums: Float64Array, out: number[]): number[] {
  for (let outcome = 0; outcome < out.length; outcome++) {
    const at = OUTCOMES_AT + outcome * TRANSPORT_ROOM
    out[outcome] = sums[at]! + sums[at + 1]! + sums[at + 2]! + sums[at + 3]!
  }
  return out
}
