/** Numbers, sizes and times in one precision per kind (console principles): QPS 0 decimals, ms 1, % 1. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY_AND_CLOCK = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
const dayAndClock = new Intl.DateTimeFormat('en-GB', DAY_AND_CLOCK)
function clockIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...DAY_AND_CLOCK, timeZone })
  } catch {
    return dayAndClock
  }
}
const exact = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Shown where there is no figure: never a zero. */
export const NO_VALUE = '–'

/** `1,234,567` */
export const formatCount = (count: number): string => whole.format(count)

/** `1,234`, `12.3 k`, `4.56 M`, `1.20 G`: for places where the whole number does not fit. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return whole.format(count)
  if (count < 999_500) return `${(count / 1e3).toFixed(count < 99_950 ? 1 : 0)} k`
  if (count < 999_500_000) return `${(count / 1e6).toFixed(count < 99_950_000 ? 2 : 0)} M`
  return `${(count / 1e9).toFixed(2)} G`
}

/** Queries per second: no decimals, except below 10, where they are most of the figure. */
export const formatQps = (qps: number): string => (qps > 0 && qps < 10 ? qps.toFixed(1) : whole.format(qps))

/** @param share 0…1 */
export const formatPercent = (share: number | null | undefined): string =>
  share === null || share === undefined ? NO_VALUE : `${(share * 100).toFixed(1)} %`

/** @param ms milliseconds; a tenth is the precision, below it the figure says so */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NO_VALUE
  if (ms > 0 && ms < 0.1) return '< 0.1 ms'
  return ms >= 1000 ? `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s` : `${ms.toFixed(1)} ms`
}

const OCTET_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** Binary steps of 1,024, as operating systems show them. */
export function formatOctets(octets: number): string {
  let value = octets
  let unit = 0
  while (value >= 1024 && unit < OCTET_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)
  return `${text} ${OCTET_UNITS[unit]}`
}

export const formatClock = (atMs: number): string => clock.format(atMs)
/** @param timeZone that of the browser, unless another is given, which every browser may not know */
export const formatDayAndClock = (atMs: number, timeZone?: string): string =>
  (timeZone === undefined ? dayAndClock : clockIn(timeZone)).format(atMs)
/** Of today the clock, of other days the day too: `14:02:11`, `29 Nov, 14:02` */
export const formatDayOrClock = (atMs: number, nowMs: number): string =>
  new Date(atMs).toDateString() === new Date(nowMs).toDateString() ? formatClock(atMs) : formatDayAndClock(atMs)
export const formatExactTime = (atMs: number): string => exact.format(atMs)

const STEPS: readonly (readonly [limitSeconds: number, divisor: number, unit: string])[] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [86_400 * 60, 86_400, 'd'],
  [Number.POSITIVE_INFINITY, 86_400 * 30, 'months'],
]

/** `now`, `12 s ago`, `in 3 h` */
export function formatRelativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.round(Math.abs(nowMs - atMs) / 1000)
  if (seconds < 2) return 'now'
  const text = formatDuration(seconds)
  return atMs <= nowMs ? `${text} ago` : `in ${text}`
}

/** One unit, rounded: `45 s`, `12 min`, `3 h`, `8 d` */
export function formatDuration(seconds: number): string {
  const [, divisor, unit] = STEPS.find(([limit]) => seconds < limit) ?? STEPS[STEPS.length - 1]!
  return `${Math.round(seconds / divisor)} ${unit}`
}

/** `1 rule`, `2 rules` */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`
