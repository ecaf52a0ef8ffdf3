/** The filter of the query log, as the address bar and the API know it. */
import { type Outcome, POLICY_EFFECTS, type PolicyEffect } from '@weir/shared/log/outcomes'
import { OUTCOME_LABELS } from '../../lib/outcome-family.ts'
import { integerParam, oneOfParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export interface QueryFilter {
  readonly name?: string | undefined
  readonly client?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly type?: string | undefined
  readonly rcode?: string | undefined
  readonly rule?: number | undefined
  readonly list?: number | undefined
  readonly ruleSet?: string | undefined
  /** What only records would have done. */
  readonly shadow?: PolicyEffect | 'any' | undefined
  readonly shadowRule?: number | undefined
  readonly shadowList?: number | undefined
  readonly shadowRuleSet?: string | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export const SHADOW_OPTIONS = ['any', ...POLICY_EFFECTS] as const
export const OUTCOME_OPTIONS = Object.keys(OUTCOME_LABELS) as Outcome[]

export const readQueryFilter = (search: RawSearch): QueryFilter => ({
  name: textParam(search, 'name'),
  client: textParam(search, 'client'),
  outcome: oneOfParam(search, 'outcome', OUTCOME_OPTIONS),
  type: textParam(search, 'type'),
  rcode: textParam(search, 'rcode'),
  rule: integerParam(search, 'rule'),
  list: integerParam(search, 'list'),
  ruleSet: textParam(search, 'ruleSet'),
  shadow: oneOfParam(search, 'shadow', SHADOW_OPTIONS),
  shadowRule: integerParam(search, 'shadowRule'),
  shadowList: integerParam(search, 'shadowList'),
  shadowRuleSet: textParam(search, 'shadowRuleSet'),
  from: integerParam(search, 'from'),
  until: integerParam(search, 'until'),
})

export const isFiltered = (filter: QueryFilter): boolean => Object.values(filter).some((value) => value !== undefined)
