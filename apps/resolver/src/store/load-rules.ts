/** The own rules of weir.db: all, those that changed since a revision, or those that can matter to some names. */
import type { Database } from '@weir/shared/db/open-database'
import type { RuleDetails } from '@weir/shared/rules/rule-details'
import { packRows } from '../rules/packed-rows.ts'
import type { RuleChanges, RuleRow } from '../rules/policy-data.ts'
import { type ConfigFaults, damage } from './config-faults.ts'
import { ABOUT_SQL, type RulesAbout } from './rules-about.ts'

/** As faults name it. */
const ruleTitle = (id: number): string => `rule ${id}`
export const damagedRule = (id: number): string => damage(ruleTitle(id))

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

interface StoredRule {
  readonly id: number
  readonly action: RuleRow['action']
  readonly match: RuleRow['match']
  readonly pattern: string
  readonly enabled: number
  readonly important: number
  readonly ttl_seconds: number | null
  readonly expires_at: number | null
  readonly details: string
}

/**
 * @param sinceRevision the changes after it, where they are still known; null: all rules
 * @param about only the rules that can matter to these names; null: all
 */
export function loadRules(
  database: Database,
  sinceRevision: number | null,
  about: RulesAbout | null,
  faults: ConfigFaults,
): RuleChanges {
  const columns = 'id, action, match, pattern, enabled, important, ttl_seconds, expires_at, details'
  const damaged: number[] = []
  // Without its details a rule would hold for all groups and types: it is left out instead.
  const toRows = (row: StoredRule): RuleRow[] => {
    const details = faults.parse<RuleDetails | null>(row.details, ruleTitle(row.id), null, isObject)
    if (details === null) {
      damaged.push(row.id)
      return []
    }
    const { id, action, match, pattern } = row
    const [enabled, important] = [row.enabled === 1, row.important === 1]
    const times = { ttlSeconds: row.ttl_seconds, expiresAt: row.expires_at }
    return [{ ...details, id, action, match, pattern, enabled, important, ...times }]
  }
  const rowsOf = function* (stored: Iterable<StoredRule>): Generator<RuleRow> {
    for (const row of stored) yield* toRows(row)
  }
  if (about !== null) {
    const rows = database.prepare<[string, number], StoredRule>(`SELECT ${columns} FROM rule WHERE ${ABOUT_SQL}`)
    return { kind: 'full', rules: rows.all(...about.parameters).flatMap(toRows) }
  }
  const prunedBefore = database.prepare<[], number>('SELECT pruned_before FROM deleted_rule_horizon').pluck().get() ?? 0
  if (sinceRevision === null || sinceRevision < prunedBefore) {
    const rows = database.prepare<[], StoredRule>(`SELECT ${columns} FROM rule`).iterate()
    const packed = packRows(rowsOf(rows))
    return { kind: 'full', rules: packed, ...(damaged.length > 0 && { damaged }) }
  }
  const changed = database.prepare<[number], StoredRule>(`SELECT ${columns} FROM rule WHERE revision > ?`)
  const deleted = database.prepare<[number], number>('SELECT rule_id FROM deleted_rule WHERE revision > ?').pluck()
  const rows = packRows(rowsOf(changed.iterate(sinceRevision)))
  const gone = [...deleted.all(sinceRevision), ...damaged]
  return { kind: 'delta', changed: rows, deleted: gone, ...(damaged.length > 0 && { damaged }) }
}
