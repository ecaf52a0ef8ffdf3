/** Own rules as a report reads them: those that are on and not expired, the oldest first. */
import { MAX_REPORTED_RULES } from '@weir/shared/contract/policy-report'
import type { Action, MatchKind } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import type { RuleDetails } from '@weir/shared/rules/rule-details'

export interface StoredRule {
  readonly id: number
  readonly createdAt: number
  readonly rule: CheckedRule
}

interface Row {
  readonly id: number
  readonly action: Action
  readonly match: MatchKind
  readonly pattern: string
  readonly important: number
  readonly ttlSeconds: number | null
  readonly expiresAt: number | null
  readonly details: string
  readonly comment: string
  readonly createdAt: number
}

/** What only records decides nothing, and takes nothing from others. */
const ACTIVE = `enabled = 1 AND (expires_at IS NULL OR expires_at > @nowMs) AND instr(details, '"shadow":true') = 0`
const COLUMNS = `id, action, match, pattern, important, ttl_seconds AS ttlSeconds, expires_at AS expiresAt, details, comment,
  created_at AS createdAt`

export const readRules = (database: Database, nowMs: number): StoredRule[] =>
  database
    .prepare<object, Row>(`SELECT ${COLUMNS} FROM rule WHERE ${ACTIVE} ORDER BY id LIMIT @limit`)
    .all({ nowMs, limit: MAX_REPORTED_RULES })
    .map(storedRuleOf)

export const countRules = (database: Database, nowMs: number): number =>
  database.prepare<object, number>(`SELECT count(*) FROM rule WHERE ${ACTIVE}`).pluck().get({ nowMs }) ?? 0

function storedRuleOf(row: Row): StoredRule {
  const { id, createdAt, details, important, ...columns } = row
  const { queryTypes = [], groups = [], ...rest } = JSON.parse(details) as RuleDetails
  return {
    id,
    createdAt,
    rule: { ...columns, enabled: true, important: important === 1, queryTypes, groups, ...rest },
  }
}
