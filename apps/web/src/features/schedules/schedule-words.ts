/** Windows as a person would say them. */
import type { TimeWindow } from '@weir/shared/contract/schedules'
import { DAYS, type Day } from '@weir/shared/schedules/days'
import { formatDayAndClock } from '../../lib/format.ts'

export const DAY_LABELS: Readonly<Record<Day, string>> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
}

/** `Mon–Fri 20:30 to 06:30`; days that follow one another are joined, also over the end of the week. */
export const windowText = ({ days, from, until }: TimeWindow): string => `${daysText(days)} ${from} to ${until}`

function daysText(days: readonly Day[]): string {
  const chosen = DAYS.filter((day) => days.includes(day))
  if (chosen.length === DAYS.length) return 'every day'
  const isIn = (index: number): boolean => chosen.includes(DAYS[(index + DAYS.length) % DAYS.length]!)
  const runs: string[] = []
  for (const [index, day] of DAYS.entries()) {
    if (!isIn(index) || isIn(index - 1)) continue
    let length = 1
    while (isIn(index + length)) length++
    const last = DAYS[(index + length - 1) % DAYS.length]!
    runs.push(length === 1 ? DAY_LABELS[day] : `${DAY_LABELS[day]}${length === 2 ? ', ' : '–'}${DAY_LABELS[last]}`)
  }
  return runs.join(', ')
}

/** By the clock of the schedule, and what the one here shows then, as in `7 Jan, 20:30 (7 Jan, 14:30 here)`. */
export function inItsZone(atMs: number, timeZone: string): string {
  const here = formatDayAndClock(atMs)
  const there = formatDayAndClock(atMs, timeZone)
  return there === here ? here : `${there} (${here} here)`
}
