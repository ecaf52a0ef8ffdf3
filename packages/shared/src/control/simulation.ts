/** What the API asks of the resolver for a simulation: the draft as it has been checked. */
import type { DraftChange } from '../contract/simulation.ts'
import type { CheckedRule } from '../rules/checked-rule.ts'

/** Rules are canonical; the content of a list lies in a file of the data folder. */
export type SimulationChange =
  | { readonly kind: 'rule'; readonly id?: number | undefined; readonly rule: CheckedRule | null }
  | (Omit<DraftChange & { kind: 'list' }, 'text' | 'url'> & { readonly path?: string | undefined })
  | (DraftChange & { kind: 'service' | 'safe-search' })
  | (DraftChange & { kind: 'group' })

export interface SimulationCommand {
  readonly fromMs: number
  readonly untilMs: number
  readonly changes: readonly SimulationChange[]
  /** Messages of the stream with this key say how far it is. */
  readonly progressKey?: string | undefined
}
