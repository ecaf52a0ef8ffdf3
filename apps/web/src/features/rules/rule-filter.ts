/** The view of the rules page, as the address bar holds it. */
import { RULE_SORTS } from '@weir/shared/contract/listed-rules'
import type { Action } from '@weir/shared/contract/rules'
import { flagParam, integerParam, oneOfParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export const ACTION_LABELS: Record<Action, string> = {
  block: 'Block',
  allow: 'Allow',
  forward: 'Forward',
  rewrite: 'Rewrite',
  alias: 'Alias',
}
export const ACTION_OPTIONS = Object.keys(ACTION_LABELS) as Action[]

export interface RuleFilter {
  readonly search?: string | undefined
  readonly action?: Action | undefined
  readonly enabled?: boolean | undefined
  readonly sort?: string | undefined
  /** The rule in the drawer; 0: a new one. */
  readonly edit?: number | undefined
  /** Pattern for a new rule. */
  readonly pattern?: string | undefined
  readonly import?: boolean | undefined
}

export const readRuleFilter = (search: RawSearch): RuleFilter => ({
  search: textParam(search, 'search'),
  action: oneOfParam(search, 'action', ACTION_OPTIONS),
  enabled: flagParam(search, 'enabled'),
  sort: oneOfParam(search, 'sort', RULE_SORTS),
  edit: integerParam(search, 'edit'),
  pattern: textParam(search, 'pattern'),
  import: flagParam(search, 'import'),
})
