/**
 * Log-linear buckets for latencies in microseconds: each power of two is cut into eight, so that a bucket is at most an
 * eighth wide, from 1 µs to 33 s, in 184 counters.
 *
 *     value  0 1 2 … 7 | 8 9 … 15 | 16-17 18-19 … 30-31 | 32-35 36-39 … 60-63 | …
 *     bucket 0 1 2 … 7 | 8 9 … 15 | 16    17    … 23    | 24    25    … 31    | …
 */

const SUB_BUCKET_BITS = 3
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS
/** 2^25 - 1 µs; longer ones count as this long. */
export const MAX_LATENCY_US = 0x1ff_ffff
export const LATENCY_BUCKETS = 23 * SUB_BUCKETS

/** Allocates nothing. @param us not negative; a fraction is cut off */
export function latencyBucket(us: number): number {
  const value = us >= MAX_LATENCY_US ? MAX_LATENCY_US : us | 0
  if (value < SUB_BUCKETS) return value < 0 ? 0 : value
  const exponent = 31 - Math.clz32(value)
  return ((exponent - SUB_BUCKET_BITS + 1) << SUB_BUCKET_BITS) + ((value >>> (exponent - SUB_BUCKET_BITS)) & 7)
}

/** The smallest value in a bucket, µs. That of LATENCY_BUCKETS is the end of the last one. */
export function bucketStartUs(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket
  const shift = (bucket >> SUB_BUCKET_BITS) - 1
  return (SUB_BUCKETS + (bucket & 7)) * 2 ** shift
}

/**
 * The latency in milliseconds that a share of all stayed below, interpolated within its bucket; null without any.
 * @param counts LATENCY_BUCKETS counts
 * @param share 0…1
 */
export function percentileMs(counts: ArrayLike<number>, share: number): number | null {
  let total = 0
  for (let i = 0; i < LATENCY_BUCKETS; i++) total += counts[i]!
  if (total === 0) return null
  const wanted = share * total
  let before = 0
  for (let i = 0; i < LATENCY_BUCKETS; i++) {
    const count = counts[i]!
    if (count > 0 && before + count >= wanted) {
      const start = bucketStartUs(i)
      const us = start + ((bucketStartUs(i + 1) - start) * (wanted - before)) / count
      return Math.round(us) / 1000
    }
    before += count
  }
  return bucketStartUs(LATENCY_BUCKETS) / 1000
}

/** Octets of one bucket that is not empty: its number, then its count as a 32-bit number, little endian. */
const SPARSE_OCTETS = 5

/** The buckets that are not empty; for log.db. Counts above 2^32 - 1 are cut to it. */
export function encodeLatency(counts: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(LATENCY_BUCKETS * SPARSE_OCTETS)
  const view = new DataView(out.buffer)
  let at = 0
  for (let i = 0; i < LATENCY_BUCKETS; i++) {
    if (counts[i]! <= 0) continue
    out[at] = i
    view.setUint32(at + 1, Math.min(counts[i]!, 0xffff_ffff), true)
    at += SPARSE_OCTETS
  }
  return out.subarray(0, at)
}

/** Adds what `encodeLatency` wrote to `counts`; octets that it cannot have written are passed over. */
export function addEncodedLatency(encoded: Uint8Array, counts: Float64Array): void {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  for (let at = 0; at + SPARSE_OCTETS <= encoded.length; at += SPARSE_OCTETS) {
    const bucket = encoded[at]!
    if (bucket < LATENCY_BUCKETS) counts[bucket]! += view.getUint32(at + 1, true)
  }
}
