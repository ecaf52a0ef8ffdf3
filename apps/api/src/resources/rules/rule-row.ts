/** Rows of `rule` ↔ rules: what an action has beside the common fields lies in the JSON column `details`. */
import type { Action, MatchKind, Rule } from '@weir/shared/contract/rules'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { formatRule } from '@weir/shared/rules/format-rule'
import { type RuleDetails, ruleDetails } from '@weir/shared/rules/rule-details'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'

export interface RuleRow {
  readonly id: number
  readonly action: Action
  readonly match: MatchKind
  readonly pattern: string
  readonly identity: string
  readonly enabled: number
  readonly important: number
  readonly ttlSeconds: number | null
  readonly expiresAt: number | null
  readonly details: string
  readonly comment: string
  readonly owner: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly revision: number
}

export const RULE_COLUMNS = `id, action, match, pattern, identity, enabled, important, ttl_seconds AS ttlSeconds,
  expires_at AS expiresAt, details, comment, owner, created_at AS createdAt, updated_at AS updatedAt, revision`

/** What is written of a rule, named as the statements name it. */
export type RuleColumns = ReturnType<typeof columnsOf>

export const columnsOf = (rule: CheckedRule) => ({
  action: rule.action,
  match: rule.match,
  pattern: rule.pattern,
  identity: ruleIdentity(rule),
  enabled: rule.enabled ? 1 : 0,
  important: rule.important ? 1 : 0,
  ttlSeconds: rule.ttlSeconds,
  expiresAt: rule.expiresAt,
  details: JSON.stringify(ruleDetails(rule)),
  comment: rule.comment,
})

export function checkedRuleOf(row: RuleRow): CheckedRule {
  const { queryTypes = [], groups = [], ...details } = JSON.parse(row.details) as RuleDetails
  return {
    action: row.action,
    match: row.match,
    pattern: row.pattern,
    enabled: row.enabled === 1,
    important: row.important === 1,
    queryTypes,
    ttlSeconds: row.ttlSeconds,
    groups,
    expiresAt: row.expiresAt,
    comment: row.comment,
    ...details,
  }
}

export function ruleOf(row: RuleRow): Rule {
  const rule = checkedRuleOf(row)
  return {
    id: row.id,
    version: row.revision,
    // The contract's arrays are not readonly; these are only serialised.
    ...(rule as Omit<Rule, 'id' | 'version' | 'owner' | 'createdAt' | 'updatedAt' | 'text'>),
    owner: row.owner,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    text: formatRule(rule),
  }
}

/** A stored rule as the input that would make it: the ground that a PATCH is laid upon. */
export function inputOf(rule: CheckedRule): Record<string, unknown> {
  const { ttlSeconds, ...rest } = rule
  return ttlSeconds === null ? { ...rest } : { ...rest, ttlSeconds }
}
