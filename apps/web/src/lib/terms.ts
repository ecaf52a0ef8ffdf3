/** For whom and when a list or service holds, as one choice for all groups and one for each that differs. */
import type { GroupTerm } from '@weir/shared/contract/assignments'

/** `inherit` is only for single groups; `5`: by schedule 5. */
export type TermChoice = 'inherit' | 'always' | 'never' | `${number}`

export interface Terms {
  readonly groups: readonly number[]
  readonly schedule: number | null
  readonly perGroup: readonly GroupTerm[]
}

/** What the API takes of them. */
export interface TermInput {
  readonly groups: number[]
  readonly schedule: number | null
  readonly perGroup: GroupTerm[]
}

const choiceOf = (enabled: boolean, schedule: number | null): TermChoice =>
  !enabled ? 'never' : schedule === null ? 'always' : `${schedule}`

/** For groups of which nothing is said. */
export const choiceForAll = ({ groups, schedule }: Terms): TermChoice => choiceOf(groups.length === 0, schedule)

export function choiceForGroup({ groups, schedule, perGroup }: Terms, group: number): TermChoice {
  const own = perGroup.find((term) => term.group === group)
  if (own) return choiceOf(own.enabled, own.schedule)
  return groups.includes(group) ? choiceOf(true, schedule) : 'inherit'
}

const termOf = (group: number, choice: TermChoice): GroupTerm => ({
  group,
  enabled: choice !== 'never',
  schedule: choice === 'always' || choice === 'never' ? null : Number(choice),
})

/**
 * The way back.
 * @param all for groups of which nothing is said: not `inherit`
 * @param defaultGroup what is for nobody names it, and says never: without any group it would be for all
 */
export function termsFrom(all: TermChoice, ofGroups: ReadonlyMap<number, TermChoice>, defaultGroup: number): TermInput {
  const said = [...ofGroups].filter(([, choice]) => choice !== 'inherit')
  const perGroup = said.map(([group, choice]) => termOf(group, choice))
  if (all !== 'never') return { groups: [], schedule: termOf(0, all).schedule, perGroup }
  const groups = perGroup.filter(({ enabled }) => enabled).map(({ group }) => group)
  if (groups.length > 0) return { groups, schedule: null, perGroup }
  const others = perGroup.filter(({ group }) => group !== defaultGroup)
  return { groups: [defaultGroup], schedule: null, perGroup: [...others, termOf(defaultGroup, 'never')] }
}

/** `everyone`, `Kids: School nights; Guests: never` */
export function termsInWords(
  terms: Terms,
  groups: readonly { readonly id: number; readonly name: string }[],
  schedules: readonly { readonly id: number; readonly name: string }[],
): string {
  const scheduleName = (id: number) => schedules.find((one) => one.id === id)?.name ?? `schedule ${id}`
  const word = (choice: TermChoice) => (Number.isNaN(Number(choice)) ? choice : scheduleName(Number(choice)))
  const all = choiceForAll(terms)
  const parts = all === 'never' ? [] : [all === 'always' ? 'everyone' : `everyone: ${word(all)}`]
  for (const { id, name } of groups) {
    const choice = choiceForGroup(terms, id)
    if (choice === 'inherit' || (all === 'never' && choice === 'never')) continue
    parts.push(choice === 'always' ? name : `${name}: ${word(choice)}`)
  }
  return parts.join('; ') || 'nobody'
}
