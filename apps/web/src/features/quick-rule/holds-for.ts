/** For whom and how long what is made from one name holds: a rule for good, or a timed override. */
import type { OverrideInput } from '@weir/shared/contract/overrides'
import type { RuleInput } from '@weir/shared/contract/rules'
import type { NameScope } from './name-scopes.ts'

export interface HoldsFor {
  readonly label: string
  /** Null: for good, as a rule. */
  readonly minutes: number | null
  /** Null: not for a single client. */
  readonly client: string | null
  /** Null: not for a group alone. */
  readonly groupId: number | null
}

export interface GroupOfClient {
  readonly id: number
  readonly name: string
}

const NOBODY_ALONE = { client: null, groupId: null }

/**
 * @param client address of who asked; null where nobody did, or where the log does not keep it
 * @param group  of the client, where it is not the one of everyone
 */
export function holdingChoices(client: string | null, group: GroupOfClient | null = null): readonly HoldsFor[] {
  const choices: HoldsFor[] = [
    { label: 'everyone, for good', minutes: null, ...NOBODY_ALONE },
    { label: 'everyone, for 10 minutes', minutes: 10, ...NOBODY_ALONE },
    { label: 'everyone, for 1 hour', minutes: 60, ...NOBODY_ALONE },
  ]
  if (group !== null)
    choices.push(
      { label: `group ${group.name}, for good`, minutes: null, client: null, groupId: group.id },
      { label: `group ${group.name}, for 10 minutes`, minutes: 10, client: null, groupId: group.id },
    )
  if (client === null || client === '' || client.includes('/')) return choices
  return [
    ...choices,
    { label: `${client}, for good`, minutes: null, client, groupId: null },
    { label: `${client}, for 10 minutes`, minutes: 10, client, groupId: null },
    { label: `${client}, for 1 hour`, minutes: 60, client, groupId: null },
    { label: `${client}, for 1 day`, minutes: 1440, client, groupId: null },
  ]
}

type Whom = Pick<HoldsFor, 'client' | 'groupId'>

export const ruleOf = (
  action: 'block' | 'allow',
  { match, pattern }: NameScope,
  { client, groupId }: Whom,
): RuleInput => ({
  action,
  match,
  pattern,
  ...(groupId !== null && { groups: [groupId] }),
  ...(client !== null && { clients: [client] }),
})

/** Overrides hold for the name and everything below it, however narrow the rule would have been. */
export const overrideOf = (
  kind: 'block' | 'allow',
  { pattern }: NameScope,
  { minutes, client, groupId }: Whom & { readonly minutes: number },
): OverrideInput => ({
  kind,
  name: pattern,
  minutes,
  ...(client !== null && { client }),
  ...(groupId !== null && { groupId }),
})
