/** The minutes of a week at which a schedule holds, by the clock on the wall: one bit a minute, Monday 00:00 first. */
import type { TimeWindow } from '../contract/schedules.ts'
import { DAYS } from './days.ts'

export const MINUTES_PER_DAY = 1440
export const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY

export type WeekMap = Uint8Array

/** Windows may overlap; one whose end is not after its start goes on into the next day, also from Sunday into Monday. */
export function makeWeekMap(windows: readonly TimeWindow[]): WeekMap {
  const map = new Uint8Array(MINUTES_PER_WEEK / 8)
  for (const { days, from, until } of windows) {
    const start = minuteOfDay(from)
    const end = minuteOfDay(until)
    const length = end > start ? end - start : end + MINUTES_PER_DAY - start
    for (const day of days) {
      const first = DAYS.indexOf(day) * MINUTES_PER_DAY + start
      for (let i = 0; i < length; i++) setMinute(map, (first + i) % MINUTES_PER_WEEK)
    }
  }
  return map
}

/** @param minute of the week, 0 to 10,079 */
export const holdsAt = (map: WeekMap, minute: number): boolean => (map[minute >>> 3]! & (1 << (minute & 7))) !== 0

/** Minutes from `minute` until the state changes, within the week; null when it never does. */
export function minutesToChange(map: WeekMap, minute: number): number | null {
  const state = holdsAt(map, minute)
  for (let i = 1; i < MINUTES_PER_WEEK; i++) if (holdsAt(map, (minute + i) % MINUTES_PER_WEEK) !== state) return i
  return null
}

/** Minutes of the week at which it holds: 0 is never, 10,080 always. */
export function minutesHeld(map: WeekMap): number {
  let count = 0
  for (let minute = 0; minute < MINUTES_PER_WEEK; minute++) if (holdsAt(map, minute)) count++
  return count
}

/** @param time `HH:MM`, up to 24:00 */
const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

function setMinute(map: WeekMap, minute: number): void {
  map[minute >>> 3]! |= 1 << (minute & 7)
}
