/** All SQL of rule sets: how services and safe search are switched. A set without a row is off. */
import type { SourceAnswer } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'

export type RuleSetKind = 'service' | 'safe-search'

/** How a set is switched. */
export interface RuleSetState {
  readonly enabled: boolean
  /** Empty: all groups. */
  readonly groups: readonly number[]
  readonly answer: SourceAnswer | null
}

export type StoredRuleSet = RuleSetState & { readonly revision: number }

interface Row {
  readonly id: string
  readonly enabled: number
  readonly groups: string
  readonly answer: string | null
  readonly revision: number
}

const COLUMNS = 'id, enabled, groups, answer, revision'

export class RuleSetRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(kind: RuleSetKind): Map<string, StoredRuleSet> {
    const rows = this.#database.prepare<[string], Row>(`SELECT ${COLUMNS} FROM rule_set WHERE kind = ?`).all(kind)
    return new Map(rows.map((row) => [row.id, stateOf(row)]))
  }

  find(kind: RuleSetKind, id: string): StoredRuleSet {
    const row = this.#database
      .prepare<[string, string], Row>(`SELECT ${COLUMNS} FROM rule_set WHERE kind = ? AND id = ?`)
      .get(kind, id)
    return row ? stateOf(row) : OFF
  }

  write(kind: RuleSetKind, id: string, { enabled, groups, answer }: RuleSetState, revision: number): void {
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO rule_set (kind, id, enabled, groups, answer, revision) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(kind, id, enabled ? 1 : 0, JSON.stringify(groups), answer === null ? null : JSON.stringify(answer), revision)
  }

  unknownGroups(ids: readonly number[]): number[] {
    return this.#database
      .prepare<[string], number>('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM client_group)')
      .pluck()
      .all(JSON.stringify(ids))
  }
}

/** What was never switched. */
export const OFF: StoredRuleSet = { enabled: false, groups: [], answer: null, revision: 0 }

const stateOf = ({ enabled, groups, answer, revision }: Row): StoredRuleSet => ({
  enabled: enabled === 1,
  groups: JSON.parse(groups) as number[],
  answer: answer === null ? null : (JSON.parse(answer) as SourceAnswer),
  revision,
})
