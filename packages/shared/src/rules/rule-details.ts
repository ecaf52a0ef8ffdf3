/** What the column `details` of a stored rule holds: all that is not a column of its own; what is empty is absent. */
import type { CheckedRule } from './checked-rule.ts'

type Column = 'action' | 'match' | 'pattern' | 'enabled' | 'important' | 'ttlSeconds' | 'expiresAt' | 'comment'
export type RuleDetails = Partial<Omit<CheckedRule, Column>>

const OWN_COLUMNS: readonly Column[] = [
  ...(['action', 'match', 'pattern', 'enabled', 'important', 'ttlSeconds', 'expiresAt', 'comment'] as const),
]
const COLUMNS: ReadonlySet<string> = new Set(OWN_COLUMNS)

export const ruleDetails = (rule: CheckedRule): RuleDetails =>
  Object.fromEntries(
    Object.entries(rule).filter(
      ([field, value]) => !COLUMNS.has(field) && value !== undefined && !isEmptyCondition(field, value),
    ),
  )

const isEmptyCondition = (field: string, value: unknown): boolean =>
  (field === 'queryTypes' || field === 'groups') && Array.isArray(value) && value.length === 0
