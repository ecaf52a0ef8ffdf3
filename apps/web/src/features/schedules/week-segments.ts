/** The week as bars to draw: for each day the stretches at which a schedule holds. */
import type { TimeWindow } from '@weir/shared/contract/schedules'
import { holdsAt, MINUTES_PER_DAY, makeWeekMap } from '@weir/shared/schedules/week-map'

export interface Segment {
  /** Minutes of the day; `to` is the first that is outside. */
  readonly from: number
  readonly to: number
}

/** Seven days, Monday first. */
export function weekSegments(windows: readonly TimeWindow[]): readonly (readonly Segment[])[] {
  const map = makeWeekMap(windows)
  return Array.from({ length: 7 }, (_, day) => {
    const segments: Segment[] = []
    let from = -1
    for (let minute = 0; minute <= MINUTES_PER_DAY; minute++) {
      const holds = minute < MINUTES_PER_DAY && holdsAt(map, day * MINUTES_PER_DAY + minute)
      if (holds && from < 0) from = minute
      if (!holds && from >= 0) {
        segments.push({ from, to: minute })
        from = -1
      }
    }
    return segments
  })
}
