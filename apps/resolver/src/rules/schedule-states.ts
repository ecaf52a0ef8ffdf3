/** Which schedules hold: asked anew when a minute has passed, which is as fine as schedules are. */
import { CompiledSchedule } from '@weir/shared/schedules/compiled-schedule'
import type { ScheduleRow } from './policy-data.ts'

const MS_PER_MINUTE = 60_000

interface State {
  readonly schedule: CompiledSchedule
  minute: number
  holds: boolean
}

export class ScheduleStates {
  readonly #states = new Map<number, State>()

  /** Rows that cannot be read are left out: what names them never holds. */
  constructor(rows: readonly ScheduleRow[]) {
    for (const { id, timeZone, windows } of rows) {
      try {
        this.#states.set(id, { schedule: new CompiledSchedule(timeZone, windows), minute: -1, holds: false })
      } catch {
        // A time zone that this machine does not know, as after a restore on another one.
      }
    }
  }

  /** A schedule that is not there never holds: a rule for some hours must not become one for all. */
  holds(id: number, nowMs: number): boolean {
    const state = this.#states.get(id)
    if (state === undefined) return false
    const minute = Math.floor(nowMs / MS_PER_MINUTE)
    if (minute !== state.minute) {
      state.minute = minute
      state.holds = state.schedule.holdsAt(nowMs)
    }
    return state.holds
  }
}
