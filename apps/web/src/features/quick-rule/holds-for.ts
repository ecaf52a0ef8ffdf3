/** For whom and how long what is made from one name holds: a rule for good, or a timed override. */
import type { OverrideInput } from '@weir/shared/contract/overrides'
import type { NameScope } from './name-scopes.ts'

export interface HoldsFor {
  readonly label: string
  /** Null: for good, as a rule. */
  readonly minutes: number | null
  /** Null: everyone. */
  readonly client: string | null
}

/** @param client address of who asked; null where nobody did, or where the log does not keep it */
export function holdingChoices(client: string | null): readonly HoldsFor[] {
  const everyone: HoldsFor[] = [
    { label: 'everyone, for good', minutes: null, client: null },
    { label: 'everyone, for 10 minutes', minutes: 10, client: null },
    { label: 'everyone, for 1 hour', minutes: 60, client: null },
  ]
  if (client === null || client === '' || client.includes('/')) return everyone
  return [
    ...everyone,
    { label: `${client}, for 10 minutes`, minutes: 10, client },
    { label: `${client}, for 1 hour`, minutes: 60, client },
    { label: `${client}, for 1 day`, minutes: 1440, client },
  ]
}

/** Overrides hold for the name and everything below it, however narrow the rule would have been. */
export const overrideOf = (
  kind: 'block' | 'allow',
  { pattern }: NameScope,
  { minutes, client }: { readonly minutes: number; readonly client: string | null },
): OverrideInput => ({ kind, name: pattern, minutes, ...(client !== null && { client }) })
