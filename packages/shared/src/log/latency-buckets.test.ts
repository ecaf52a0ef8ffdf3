import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addEncodedLatency,
  bucketStartUs,
  encodeLatency,
  LATENCY_BUCKETS,
  latencyBucket,
  MAX_LATENCY_US,
  percentileMs,
} from './latency-buckets.ts'

describe('latency buckets', () => {
  it('hold every value between the start of its bucket and that of the next, an eighth apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_LATENCY_US }), (us) => {
        const bucket = latencyBucket(us)
        expect(bucketStartUs(bucket)).toBeLessThanOrEqual(us)
        expect(bucketStartUs(bucket + 1)).toBeGreaterThan(us)
        expect(bucketStartUs(bucket + 1) - bucketStartUs(bucket)).toBeLessThanOrEqual(Math.max(1, us / 8))
      }),
    )
  })

  it.each([
    [-5, 0],
    [0.9, 0],
    [MAX_LATENCY_US, LATENCY_BUCKETS - 1],
    [Number.POSITIVE_INFINITY, LATENCY_BUCKETS - 1],
  ])('put %d µs into bucket %d', (us, bucket) => expect(latencyBucket(us)).toBe(bucket))

  it('give percentiles within an eighth of the true ones', () => {
    const values = fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 500 })
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
        const counts = new Float64Array(LATENCY_BUCKETS)
        for (const us of all) counts[latencyBucket(us)]! += 1
        const sorted = all.toSorted((a, b) => a - b)
        const exactMs = sorted[Math.max(0, Math.ceil(share * all.length) - 1)]! / 1000
        expect(percentileMs(counts, share)).toBeGreaterThanOrEqual(exactMs / 1.13 - 0.001)
        expect(percentileMs(counts, share)).toBeLessThanOrEqual(exactMs * 1.13 + 0.001)
      }),
    )
  })

  it('have no percentile without values', () => expect(percentileMs(new Float64Array(LATENCY_BUCKETS), 0.5)).toBeNull())

  it('are read back as they were written, added to what is there', () => {
    const buckets = fc.array(fc.nat(1000), { minLength: LATENCY_BUCKETS, maxLength: LATENCY_BUCKETS })
    fc.assert(
      fc.property(buckets, (counts) => {
        const sums = new Float64Array(LATENCY_BUCKETS).fill(1)
        addEncodedLatency(encodeLatency(counts), sums)
        expect([...sums]).toEqual(counts.map((count) => count + 1))
      }),
    )
  })
})
