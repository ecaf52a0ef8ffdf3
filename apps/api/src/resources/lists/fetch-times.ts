/** When a subscription is fetched next: regularly, with jitter so that lists do not come all at once; later after failures. */

const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 6 * 3_600_000

/** Up to a tenth early, never late: an interval of a day is kept within the day. */
export function nextRegularFetch(now: number, intervalSeconds: number, random: number): number | null {
  return intervalSeconds === 0 ? null : Math.round(now + intervalSeconds * 1000 * (0.9 + 0.1 * random))
}

/**
 * After 1, 2, 4 … minutes, at most six hours or the interval, each 20 % more or less. Null: only by hand.
 * @param failures in a row, this one included
 */
export function nextRetry(now: number, intervalSeconds: number, failures: number, random: number): number | null {
  if (intervalSeconds === 0) return null
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20)
  return Math.round(now + Math.min(doubled, MAX_RETRY_MS, intervalSeconds * 1000) * (0.8 + 0.4 * random))
}
