/** Decides whether a schedule makes sense; API and console both ask here. */
import type { ScheduleInput } from '../contract/schedules.ts'
import type { FieldFault } from '../rules/checked-rule.ts'
import { isTimeZone } from './wall-clock.ts'
import { MINUTES_PER_WEEK, makeWeekMap, minutesHeld } from './week-map.ts'

/** @returns all faults; empty for a schedule that can be saved */
export function checkSchedule({ timeZone, windows }: Pick<ScheduleInput, 'timeZone' | 'windows'>): FieldFault[] {
  const faults: FieldFault[] = []
  if (!isTimeZone(timeZone))
    faults.push({ field: 'timeZone', message: `there is no time zone '${timeZone}'; write one such as Europe/Berlin` })
  for (const [at, { from, until }] of windows.entries())
    if (from === until)
      faults.push({
        field: `windows[${at}].until`,
        message: `is the same as its start, ${from}; the whole day is 00:00 to 24:00`,
      })
  if (faults.length > 0) return faults
  if (minutesHeld(makeWeekMap(windows)) === MINUTES_PER_WEEK)
    faults.push({ field: 'windows', message: 'together they hold all week: what has no schedule holds always' })
  return faults
}
