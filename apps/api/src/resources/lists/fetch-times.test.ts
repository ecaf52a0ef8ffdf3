import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextRegularFetch, nextRetry } from './fetch-times.ts'

const HOUR_MS = 3_600_000
const share = fc.double({ min: 0, max: 1, noNaN: true })

it('a regular fetch is never late and at most a tenth early', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3600, max: 365 * 86_400 }), share, (seconds, random) => {
      const wait = nextRegularFetch(0, seconds, random) ?? Number.NaN
      expect(wait).toBeLessThanOrEqual(seconds * 1000)
      expect(wait).toBeGreaterThanOrEqual(seconds * 900 - 1)
    }),
  )
})

it('retries wait twice as long each time, at most six hours or the interval', () => {
  const waits = [1, 2, 3, 4, 9, 10, 1000].map((failures) => nextRetry(0, 86_400, failures, 0.5))
  expect(waits).toEqual([60_000, 120_000, 240_000, 480_000, 256 * 60_000, 6 * HOUR_MS, 6 * HOUR_MS])
  expect(nextRetry(0, 3600, 1000, 0.5)).toBe(HOUR_MS)
  expect([nextRetry(0, 86_400, 1, 0), nextRetry(0, 86_400, 1, 1)]).toEqual([48_000, 72_000])
})

it('a list that is fetched only by hand has no next time', () => {
  expect([nextRegularFetch(5, 0, 0.5), nextRetry(5, 0, 3, 0.5)]).toEqual([null, null])
})
