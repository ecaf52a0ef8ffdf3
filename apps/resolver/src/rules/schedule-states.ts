/**
 * Which schedules hold. They are looked at anew only when the next of them begins or ends: in between, and on every query,
 * this is a comparison. `epoch` counts the times at which something changed, so that what was worked out from the states,
 * or remembered of decisions, is known to be out of date.
 */
import { CompiledSchedule } from '@weir/shared/schedules/compiled-schedule'
import type { ScheduleRow } from './policy-data.ts'

const MS_PER_MINUTE = 60_000
/** The zone data may be newer than what was worked out; looked at again at least so often. */
const MAX_VALID_MS = 6 * 3_600_000

const CLOCK: Intl.DateTimeFormatOptions = {
  ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
}

interface State {
  readonly row: ScheduleRow
  readonly schedule: CompiledSchedule
  holds: boolean
}

export class ScheduleStates {
  readonly #states = new Map<number, State>()
  #fromMs = Number.NaN
  #untilMs = Number.NaN
  #epoch: number

  /**
   * Rows that cannot be read are left out, as if they were not there: see `holds`.
   * @param epoch of the states that these replace: it never falls
   */
  constructor(rows: readonly ScheduleRow[], epoch = 0) {
    this.#epoch = epoch
    for (const row of rows) {
      const { id, timeZone, windows } = row
      try {
        this.#states.set(id, { row, schedule: new CompiledSchedule(timeZone, windows), holds: false })
      } catch {
        // A time zone that this machine does not know, as after a restore on another one.
      }
    }
  }

  get size(): number {
    return this.#states.size
  }

  /** Rises whenever a schedule has begun or ended. */
  get epoch(): number {
    return this.#epoch
  }

  /** Brings the states to this time, which may also lie before the last one: an answer that was waited for. */
  refresh(nowMs: number): void {
    if (nowMs >= this.#fromMs && nowMs < this.#untilMs) return
    this.#read(nowMs)
  }

  /**
   * At the time of the last `refresh`.
   * @param ifUnknown what counts where the schedule is not there, or cannot be read: what blocks goes on blocking, what
   *   allows does not begin to
   */
  holds(id: number, ifUnknown: boolean): boolean {
    const state = this.#states.get(id)
    return state === undefined ? ifUnknown : state.holds
  }

  /** Which it is and when it begins or ends, by the clock of its zone, in words. */
  describe(id: number, nowMs: number): string {
    const state = this.#states.get(id)
    if (!state) return `${id}`
    const { name = `${id}`, timeZone } = state.row
    const changeAt = state.schedule.nextChange(nowMs)
    if (changeAt === null) return name
    const clock = new Intl.DateTimeFormat('en-GB', { ...CLOCK, timeZone }).format(changeAt)
    return `${name} (${state.schedule.holdsAt(nowMs) ? 'until' : 'from'} ${clock}, ${timeZone})`
  }

  #read(nowMs: number): void {
    this.#fromMs = Math.floor(nowMs / MS_PER_MINUTE) * MS_PER_MINUTE
    this.#untilMs = this.#fromMs + MAX_VALID_MS
    let hasChanged = false
    for (const state of this.#states.values()) {
      const holds = state.schedule.holdsAt(nowMs)
      hasChanged ||= holds !== state.holds
      state.holds = holds
      const changeAt = state.schedule.nextChange(nowMs)
      if (changeAt !== null && changeAt < this.#untilMs) this.#untilMs = changeAt
    }
    if (hasChanged) this.#epoch++
  }
}
