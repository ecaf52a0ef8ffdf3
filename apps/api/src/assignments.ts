/** For whom and when a list or rule set holds: what a request names has to be there. */
import type { GroupTerm } from '@weir/shared/contract/assignments'
import type { Database } from '@weir/shared/db/open-database'
import { schedulesOf } from '@weir/shared/groups/group-term'
import { invalidField } from './problem-error.ts'

interface Terms {
  readonly groups: readonly number[]
  readonly schedule: number | null
  readonly perGroup: readonly GroupTerm[]
}

/** Which groups and schedules there are. */
export class AssignmentNames {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  hasGroup(id: number): boolean {
    return this.#has('SELECT 1 FROM client_group WHERE id = ?', id)
  }

  hasSchedule(id: number): boolean {
    return this.#has('SELECT 1 FROM schedule WHERE id = ?', id)
  }

  /**
   * The terms of something that was deleted and comes back: groups and schedules that are gone are left out. What was for
   * these alone, or for their hours, comes back switched off: it must not hold for all, nor all the time.
   */
  withoutGone({ enabled, groups, schedule, perGroup }: Terms & { readonly enabled: boolean }) {
    const isGone = (id: number | null): boolean => id !== null && !this.hasSchedule(id)
    const terms = perGroup.filter(({ group }) => this.hasGroup(group))
    const left = groups.filter((id) => this.hasGroup(id))
    return {
      enabled: enabled && !isGone(schedule) && (groups.length === 0 || left.length > 0),
      groups: left,
      schedule: isGone(schedule) ? null : schedule,
      perGroup: terms.map((term) => (isGone(term.schedule) ? { ...term, enabled: false, schedule: null } : term)),
    }
  }

  #has(sql: string, id: number): boolean {
    return this.#database.prepare<[number], number>(sql).pluck().get(id) === 1
  }
}

/** @throws ProblemError `invalid-field` for a group or schedule that is not there, and for a group with two terms */
export function refuseUnknownTerms(names: AssignmentNames, { groups, schedule, perGroup }: Terms): void {
  for (const [at, id] of groups.entries())
    if (!names.hasGroup(id)) throw invalidField(`groups[${at}]`, `there is no group ${id}`)
  for (const [at, { group }] of perGroup.entries()) {
    if (!names.hasGroup(group)) throw invalidField(`perGroup[${at}].group`, `there is no group ${group}`)
    const first = perGroup.findIndex((term) => term.group === group)
    if (first !== at)
      throw invalidField(`perGroup[${at}].group`, `group ${group} has terms already, in perGroup[${first}]`)
  }
  for (const id of schedulesOf({ schedule, perGroup })) {
    if (names.hasSchedule(id)) continue
    const at = perGroup.findIndex((term) => term.schedule === id)
    throw invalidField(schedule === id ? 'schedule' : `perGroup[${at}].schedule`, `there is no schedule ${id}`)
  }
}
