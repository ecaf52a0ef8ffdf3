/** When a rule ends by itself: a few spans, and what is set already. */
import { formatDayAndClock } from '../../lib/format.ts'

const SPANS: readonly (readonly [label: string, minutes: number])[] = [
  ['in 10 minutes', 10],
  ['in 1 hour', 60],
  ['in 1 day', 24 * 60],
  ['in 1 week', 7 * 24 * 60],
  ['in 30 days', 30 * 24 * 60],
]
const MINUTE_MS = 60_000

export const expiryValue = (expiresAt: number | null): string => (expiresAt === null ? '' : String(expiresAt))

/** Ends fall on whole minutes, so that options stay the same while one looks at them. */
export function expiryOptions(expiresAt: number | null, nowMs: number): (readonly [value: string, label: string])[] {
  const start = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  const spans = SPANS.map(([label, minutes]) => [String(start + minutes * MINUTE_MS), label] as const)
  const isListed = spans.some(([value]) => value === expiryValue(expiresAt))
  const present = expiresAt === null || isListed ? [] : [[String(expiresAt), formatDayAndClock(expiresAt)] as const]
  return [['', 'never'], ...present, ...spans]
}
