/** What a list, a service or safe search is for one group: resolver, API and console all ask here. */
import type { GroupTerm } from '../contract/assignments.ts'

/** A list, or the switch of a service or of safe search. */
export interface Assignment {
  readonly enabled: boolean
  /** Empty: all groups. */
  readonly groups: readonly number[]
  /** Null or missing: always. */
  readonly schedule?: number | null
  readonly perGroup?: readonly GroupTerm[]
}

export interface Term {
  readonly enabled: boolean
  readonly schedule: number | null
  /** `group`: said for this group; `everyone`: it is so for all groups. */
  readonly origin: 'group' | 'everyone'
}

/** What is said for the group alone counts; then whether it is named; what names no group is for all. */
export function termFor({ enabled, groups, schedule = null, perGroup = [] }: Assignment, groupId: number): Term {
  const own = perGroup.find(({ group }) => group === groupId)
  if (!enabled) return { enabled: false, schedule: null, origin: own ? 'group' : 'everyone' }
  if (own) return { enabled: own.enabled, schedule: own.enabled ? own.schedule : null, origin: 'group' }
  if (groups.length === 0) return { enabled, schedule, origin: 'everyone' }
  const isNamed = groups.includes(groupId)
  return { enabled: isNamed, schedule: isNamed ? schedule : null, origin: isNamed ? 'group' : 'everyone' }
}

/** Every schedule that it names, each once. */
export const schedulesOf = ({
  schedule = null,
  perGroup = [],
}: Pick<Assignment, 'schedule' | 'perGroup'>): number[] => [
  ...new Set([schedule, ...perGroup.map((term) => term.schedule)].filter((id) => id !== null)),
]
