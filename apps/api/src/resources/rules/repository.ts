/** All SQL of own rules, but for listing them (list-rules.ts). */
import type { NamesOfIds } from '@weir/shared/contract/describe-change'
import type { Rule } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { columnsOf, RULE_COLUMNS, type RuleColumns, type RuleRow } from './rule-row.ts'

/** Deletions that a resolver can catch up with; one that is further behind reads all rules again. */
const MAX_DELETED_ROWS = 100_000

export interface Saved {
  readonly rule: CheckedRule
  readonly at: number
  readonly revision: number
}

export class RuleRepository {
  readonly #database: Database
  readonly #insert
  readonly #selectByIdentity

  constructor(database: Database) {
    this.#database = database
    this.#insert = database.prepare(
      `INSERT INTO rule (action, match, pattern, identity, enabled, important, ttl_seconds, expires_at, details, comment,
         owner, created_at, updated_at, revision)
       VALUES (@action, @match, @pattern, @identity, @enabled, @important, @ttlSeconds, @expiresAt, @details, @comment,
         @owner, @at, @at, @revision) ON CONFLICT (identity) DO NOTHING`,
    )
    this.#selectByIdentity = database.prepare<[string], number>('SELECT id FROM rule WHERE identity = ?').pluck()
  }

  find(id: number): RuleRow | undefined {
    return this.#database.prepare<[number], RuleRow>(`SELECT ${RULE_COLUMNS} FROM rule WHERE id = ?`).get(id)
  }

  findIdentity(identity: string): number | undefined {
    return this.#selectByIdentity.get(identity)
  }

  /** @returns the new id; undefined when an equal rule exists */
  insert({ rule, ...saved }: Saved, owner: string): number | undefined {
    return this.insertColumns(columnsOf(rule), saved, owner)
  }

  /** As `insert`, of a rule that was made ready elsewhere. */
  insertColumns(columns: RuleColumns, saved: Omit<Saved, 'rule'>, owner: string): number | undefined {
    const result = this.#insert.run({ ...columns, owner, ...saved })
    return result.changes === 0 ? undefined : Number(result.lastInsertRowid)
  }

  update(id: number, { rule, at, revision }: Saved): void {
    this.#database
      .prepare(
        `UPDATE rule SET action = @action, match = @match, pattern = @pattern, identity = @identity, enabled = @enabled,
           important = @important, ttl_seconds = @ttlSeconds, expires_at = @expiresAt, details = @details,
           comment = @comment, updated_at = @at, revision = @revision WHERE id = @id`,
      )
      .run({ ...columnsOf(rule), at, revision, id })
  }

  setEnabled(id: number, enabled: boolean, at: number, revision: number): void {
    this.#database
      .prepare('UPDATE rule SET enabled = ?, updated_at = ?, revision = ? WHERE id = ?')
      .run(enabled ? 1 : 0, at, revision, id)
  }

  delete(id: number, revision: number): void {
    this.#database.prepare('DELETE FROM rule WHERE id = ?').run(id)
    this.#database.prepare('INSERT INTO deleted_rule (revision, rule_id) VALUES (?, ?)').run(revision, id)
  }

  /** A deleted rule under its old id. Inside a transaction; no equal rule may be there. */
  putBack({ id, owner, createdAt }: Pick<Rule, 'id' | 'owner' | 'createdAt'>, { rule, at, revision }: Saved): void {
    this.#database
      .prepare(
        `INSERT INTO rule (id, action, match, pattern, identity, enabled, important, ttl_seconds, expires_at, details,
           comment, owner, created_at, updated_at, revision)
         VALUES (@id, @action, @match, @pattern, @identity, @enabled, @important, @ttlSeconds, @expiresAt, @details,
           @comment, @owner, @createdAt, @at, @revision)`,
      )
      .run({ ...columnsOf(rule), id, owner, createdAt, at, revision })
    // A resolver that has not heard of the deletion yet must not hear of it after the rule is back.
    this.#database.prepare('DELETE FROM deleted_rule WHERE rule_id = ?').run(id)
  }

  countRange(first: number, last: number): number {
    return (
      this.#database
        .prepare<[number, number], number>('SELECT count(*) FROM rule WHERE id BETWEEN ? AND ?')
        .pluck()
        .get(first, last) ?? 0
    )
  }

  /** Changes of single rules of a run of ids that came after the change `changeId`, the first one first. */
  touchedSince(
    changeId: number,
    first: number,
    last: number,
  ): { id: number; undoes: number | null; summary: string }[] {
    return this.#database
      .prepare<[number, number, number], { id: number; undoes: number | null; summary: string }>(
        `SELECT id, undoes, summary FROM change WHERE entity = 'rule' AND id > ? AND instr(entity_id, '-') = 0
           AND CAST(entity_id AS INTEGER) BETWEEN ? AND ? ORDER BY id`,
      )
      .all(changeId, first, last)
  }

  /** Call once after the deletions of a transaction. */
  pruneDeleted(): void {
    const last = this.#database
      .prepare<[number], number>(
        'SELECT revision FROM deleted_rule ORDER BY revision DESC, rule_id DESC LIMIT 1 OFFSET ?',
      )
      .pluck()
      .get(MAX_DELETED_ROWS)
    if (last === undefined) return
    // Whole revisions go: half of one would look complete.
    this.#database.prepare('DELETE FROM deleted_rule WHERE revision <= ?').run(last)
    this.#database.prepare('UPDATE deleted_rule_horizon SET pruned_before = ?').run(last + 1)
  }

  /** Enabled rules that lead any of these names, exact ones first, then the longest. */
  aliasesOf(names: readonly string[]): RuleRow[] {
    return this.#database
      .prepare<[string], RuleRow>(
        `SELECT ${RULE_COLUMNS} FROM rule WHERE enabled = 1
           AND (action = 'alias' OR (action = 'rewrite' AND details ->> '$.records[0]' LIKE 'CNAME %'))
           AND pattern IN (SELECT value FROM json_each(?)) ORDER BY match = 'exact' DESC, length(pattern) DESC`,
      )
      .all(JSON.stringify(names))
  }

  /** Enabled rules of one action for any of these names. */
  rulesAt(action: string, names: readonly string[], limit: number): RuleRow[] {
    return this.#database
      .prepare<[string, string, number], RuleRow>(
        `SELECT ${RULE_COLUMNS} FROM rule WHERE action = ? AND enabled = 1
           AND pattern IN (SELECT value FROM json_each(?)) ORDER BY length(pattern) DESC, id LIMIT ?`,
      )
      .all(action, JSON.stringify(names), limit)
  }

  /** Group ids that do not exist. */
  unknownGroups(ids: readonly number[]): number[] {
    if (ids.length === 0) return []
    return this.#database
      .prepare<[string], number>('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM client_group)')
      .pluck()
      .all(JSON.stringify(ids))
  }

  /** Names that groups and schedules have now. */
  readonly names: NamesOfIds = {
    group: (id) => this.#nameIn('client_group', id),
    schedule: (id) => this.#nameIn('schedule', id),
  }

  #nameIn(table: 'client_group' | 'schedule', id: number): string | undefined {
    return this.#database.prepare<[number], string>(`SELECT name FROM ${table} WHERE id = ?`).pluck().get(id)
  }

  hasSchedule(id: number): boolean {
    return this.#database.prepare<[number], number>('SELECT 1 FROM schedule WHERE id = ?').pluck().get(id) === 1
  }

  /** A slice of all rules by id, for the text export. */
  slice(afterId: number, limit: number): RuleRow[] {
    return this.#database
      .prepare<[number, number], RuleRow>(`SELECT ${RULE_COLUMNS} FROM rule WHERE id > ? ORDER BY id LIMIT ?`)
      .all(afterId, limit)
  }
}
