/** All SQL of rule sets: how services and safe search are switched. A set without a row is off. */
import type { GroupTerm } from '@weir/shared/contract/assignments'
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { Database } from '@weir/shared/db/open-database'
import { AssignmentNames } from '../../assignments.ts'

export type RuleSetKind = 'service' | 'safe-search'

/** How a set is switched. */
export interface RuleSetState {
  readonly enabled: boolean
  /** Empty: all groups. */
  readonly groups: readonly number[]
  /** Null: always. */
  readonly schedule: number | null
  readonly perGroup: readonly GroupTerm[]
  readonly answer: SourceAnswer | null
  /** Only records what it would do. */
  readonly shadow: boolean
}

export type StoredRuleSet = RuleSetState & { readonly revision: number }

interface Row {
  readonly id: string
  readonly enabled: number
  readonly groups: string
  readonly schedule: number | null
  readonly perGroup: string
  readonly answer: string | null
  readonly shadow: number
  readonly revision: number
}

const COLUMNS = 'id, enabled, groups, schedule_id AS schedule, per_group AS perGroup, answer, shadow, revision'

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

  write(
    kind: RuleSetKind,
    id: string,
    { enabled, groups, schedule, perGroup, answer, shadow }: RuleSetState,
    revision: number,
  ): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO rule_set (kind, id, enabled, groups, schedule_id, per_group, answer, shadow, revision)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        kind,
        id,
        enabled ? 1 : 0,
        JSON.stringify(groups),
        schedule,
        JSON.stringify(perGroup),
        answer === null ? null : JSON.stringify(answer),
        shadow ? 1 : 0,
        revision,
      )
  }

  /** What may be named of groups and schedules. */
  get assignments(): AssignmentNames {
    return new AssignmentNames(this.#database)
  }
}

/** What was never switched. */
export const OFF: StoredRuleSet = {
  enabled: false,
  groups: [],
  schedule: null,
  perGroup: [],
  answer: null,
  shadow: false,
  revision: 0,
}

const stateOf = ({ enabled, groups, schedule, perGroup, answer, shadow, revision }: Row): StoredRuleSet => ({
  enabled: enabled === 1,
  groups: JSON.parse(groups) as number[],
  schedule,
  perGroup: JSON.parse(perGroup) as GroupTerm[],
  answer: answer === null ? null : (JSON.parse(answer) as SourceAnswer),
  shadow: shadow === 1,
  revision,
})
