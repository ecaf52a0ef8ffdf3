/** Whose policy the clients of a group have: its own while its schedule holds, that of "Everyone" at other times. */
import type { GroupRow } from './policy-data.ts'
import type { ScheduleStates } from './schedule-states.ts'

/** "Everyone": the group of clients that belong to no other. */
const DEFAULT_GROUP_ID = 1

/** Replaced on a change. */
export class GroupTable {
  readonly #schedules: ScheduleStates
  readonly #scheduleOf = new Map<number, number>()
  readonly defaultId: number

  constructor(groups: readonly GroupRow[], schedules: ScheduleStates) {
    this.#schedules = schedules
    this.defaultId = groups.find(({ isDefault }) => isDefault)?.id ?? DEFAULT_GROUP_ID
    for (const { id, schedule } of groups)
      if (schedule !== null && schedule !== undefined && id !== this.defaultId) this.#scheduleOf.set(id, schedule)
  }

  /** At the time of the states. A schedule that cannot be read does not take a group's policy from it. */
  policyOf(groupId: number): number {
    if (this.#scheduleOf.size === 0) return groupId
    const schedule = this.#scheduleOf.get(groupId)
    return schedule === undefined || this.#schedules.holds(schedule, true) ? groupId : this.defaultId
  }
}
