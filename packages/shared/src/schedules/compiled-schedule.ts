/**
 * A weekly schedule made ready to ask: does it hold now, and until when?
 *
 * It goes by the clock on the wall. Where summer time begins, the minutes that are left out do not come; where it ends,
 * the hour that comes twice counts twice. Whoever writes "until 06:30" means the clock at the bed.
 */
import type { TimeWindow } from '../contract/schedules.ts'
import { WallClock } from './wall-clock.ts'
import { holdsAt, makeWeekMap, minutesToChange, type WeekMap } from './week-map.ts'

const MS_PER_MINUTE = 60_000
/** Changes of the zone's offset within one week that are followed; no zone had more than two. */
const MAX_OFFSET_CHANGES = 4

export class CompiledSchedule {
  readonly #clock: WallClock
  readonly #map: WeekMap

  /** @throws RangeError for a time zone that does not exist */
  constructor(timeZone: string, windows: readonly TimeWindow[]) {
    this.#clock = new WallClock(timeZone)
    this.#map = makeWeekMap(windows)
  }

  holdsAt(atMs: number): boolean {
    return holdsAt(this.#map, this.#clock.minuteOfWeek(atMs))
  }

  /** The next instant (ms since the epoch) at which it begins or ends; null when that is not within a week or so. */
  nextChange(atMs: number): number | null {
    const state = this.holdsAt(atMs)
    let from = Math.floor(atMs / MS_PER_MINUTE) * MS_PER_MINUTE
    for (let i = 0; i <= MAX_OFFSET_CHANGES; i++) {
      const minutes = minutesToChange(this.#map, this.#clock.minuteOfWeek(from))
      if (minutes === null) return null
      const to = from + minutes * MS_PER_MINUTE
      if (this.#clock.offsetMinutes(to) === this.#clock.offsetMinutes(from)) return to
      from = this.#offsetChange(from, to)
      if (this.holdsAt(from) !== state) return from
    }
    return null
  }

  /** The first minute in (from, to] at which the zone's offset is another than at `from`. */
  #offsetChange(from: number, to: number): number {
    const offset = this.#clock.offsetMinutes(from)
    let [low, high] = [from / MS_PER_MINUTE, to / MS_PER_MINUTE]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.#clock.offsetMinutes(middle * MS_PER_MINUTE) === offset) low = middle
      else high = middle
    }
    return high * MS_PER_MINUTE
  }
}
