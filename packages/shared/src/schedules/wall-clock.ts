/** What the clock on the wall shows in a time zone (IANA Time Zone Database, as the runtime's ICU has it). */
import { MINUTES_PER_DAY, MINUTES_PER_WEEK } from './week-map.ts'

const MS_PER_MINUTE = 60_000
/** 1970-01-01 was a Thursday: minutes from Monday 00:00 of that week to it. */
const EPOCH_MINUTE_OF_WEEK = 3 * MINUTES_PER_DAY

export class WallClock {
  readonly timeZone: string
  readonly #format: Intl.DateTimeFormat

  /** @throws RangeError for a zone that does not exist: see `isTimeZone` */
  constructor(timeZone: string) {
    this.timeZone = timeZone
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  }

  /** Minute of the week shown at an instant, Monday 00:00 is 0. */
  minuteOfWeek(atMs: number): number {
    const minutes = Math.floor(atMs / MS_PER_MINUTE) + this.offsetMinutes(atMs) + EPOCH_MINUTE_OF_WEEK
    return ((minutes % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK
  }

  /** How far the zone's clock is ahead of UTC. */
  offsetMinutes(atMs: number): number {
    const parts = new Map<string, number>()
    for (const { type, value } of this.#format.formatToParts(atMs)) parts.set(type, Number(value))
    const part = (type: string): number => parts.get(type) ?? 0
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
    return Math.round((shown - Math.floor(atMs / MS_PER_MINUTE) * MS_PER_MINUTE) / MS_PER_MINUTE)
  }
}

/** IANA names and their links, as in `Europe/Berlin`; no offsets such as `+02:00`, which know nothing of summer time. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text })
    return true
  } catch {
    return false
  }
}
