/** Counters of the shared cache: each thread adds to a slice of its own, readers add the slices up. */
import { HEADER_OCTETS, SLICE_COUNT, SLICE_OCTETS } from './cache-layout.ts'

export interface CacheCounters {
  readonly hits: number
  readonly misses: number
  readonly stored: number
  /** Had to go for others. */
  readonly evicted: number
  /** Not kept: too long, malformed, no TTL, or the shard was busy. */
  readonly refused: number
}

const SLICE_WORDS = SLICE_OCTETS / 8

/** One thread's slice; plain writes, since nobody else writes it. */
export class CounterSlice {
  readonly #values: Float64Array<SharedArrayBuffer>
  constructor(buffer: SharedArrayBuffer, slice: number) {
    this.#values = new Float64Array(buffer, HEADER_OCTETS + slice * SLICE_OCTETS, SLICE_WORDS)
  }
  add(counter: number): void {
    this.#values[counter]!++
  }
}

export function sumCounters(buffer: SharedArrayBuffer): CacheCounters {
  const values = new Float64Array(buffer, HEADER_OCTETS, SLICE_COUNT * SLICE_WORDS)
  const sums = [0, 0, 0, 0, 0]
  for (let slice = 0; slice < SLICE_COUNT; slice++)
    for (let i = 0; i < sums.length; i++) sums[i]! += values[slice * SLICE_WORDS + i]!
  return { hits: sums[0]!, misses: sums[1]!, stored: sums[2]!, evicted: sums[3]!, refused: sums[4]! }
}
