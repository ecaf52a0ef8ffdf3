/**
 * Rules that the undo of an import took out, kept so that they can be put back as they were, ids included: rows of `rule`
 * as deflated JSON, a thousand a part (5 to 8 octets a plain rule instead of some 300).
 */
import { deflateSync, inflateSync } from 'node:zlib'
import type { Database } from '@weir/shared/db/open-database'
import { RULE_COLUMNS, type RuleRow } from './rule-row.ts'

/** Beyond these the oldest sets go: their imports can then only be done again. */
const MAX_OCTETS = 64 * 1024 * 1024

export class RemovedRules {
  readonly #database: Database
  readonly #insert

  constructor(database: Database) {
    this.#database = database
    this.#insert = database.prepare<[RuleRow & { now: number; saved: number }]>(
      `INSERT INTO rule (id, action, match, pattern, identity, enabled, important, ttl_seconds, expires_at, details,
         comment, owner, created_at, updated_at, revision)
       VALUES (@id, @action, @match, @pattern, @identity, @enabled, @important, @ttlSeconds, @expiresAt, @details,
         @comment, @owner, @createdAt, @now, @saved) ON CONFLICT DO NOTHING`,
    )
  }

  /** Begins a set. @returns its id */
  begin(): number {
    this.#prune()
    return Number(this.#database.prepare('INSERT INTO removed_rules DEFAULT VALUES').run().lastInsertRowid)
  }

  has(id: number): boolean {
    return this.#database.prepare('SELECT 1 FROM removed_rules WHERE id = ?').get(id) !== undefined
  }

  /** Takes out up to `limit` rules of a run of ids, the last ones first. Inside a transaction. @returns how many */
  takeOut(id: number, [first, last]: readonly [number, number], limit: number, revision: number): number {
    const rows = this.#database
      .prepare<[number, number, number], RuleRow>(
        `SELECT ${RULE_COLUMNS} FROM rule WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`,
      )
      .all(first, last, limit)
    const [newest, oldest] = [rows[0], rows.at(-1)]
    if (newest === undefined || oldest === undefined) return 0
    const data = deflateSync(JSON.stringify(rows.reverse()), { level: 1 })
    this.#database
      .prepare('INSERT INTO removed_rules_part (removed_id, first_rule_id, last_rule_id, data) VALUES (?, ?, ?, ?)')
      .run(id, oldest.id, newest.id, data)
    this.#database.prepare('UPDATE removed_rules SET octets = octets + ? WHERE id = ?').run(data.length, id)
    this.#database
      .prepare('INSERT INTO deleted_rule (revision, rule_id) SELECT ?, id FROM rule WHERE id BETWEEN ? AND ?')
      .run(revision, oldest.id, newest.id)
    this.#database.prepare('DELETE FROM rule WHERE id BETWEEN ? AND ?').run(oldest.id, newest.id)
    return rows.length
  }

  /**
   * Puts the next part back; a rule that is there again, or names a group or schedule that is gone, stays out.
   * @param after the last id of the part before; 0 at first
   * @returns undefined when there is none left
   */
  putBack(id: number, after: number, at: number, revision: number): { last: number; put: number } | undefined {
    const part = this.#database
      .prepare<[number, number], { last: number; data: Buffer }>(
        `SELECT last_rule_id AS last, data FROM removed_rules_part
         WHERE removed_id = ? AND first_rule_id > ? ORDER BY first_rule_id LIMIT 1`,
      )
      .get(id, after)
    if (part === undefined) return undefined
    const rows = JSON.parse(inflateSync(part.data).toString('utf8')) as RuleRow[]
    const mayStand = this.#referencesOf()
    let put = 0
    for (const row of rows) if (mayStand(row)) put += this.#insert.run({ ...row, now: at, saved: revision }).changes
    // A resolver that has not heard of the deletion yet must not hear of it after the rules are back.
    this.#database.prepare('DELETE FROM deleted_rule WHERE rule_id BETWEEN ? AND ?').run(rows[0]?.id ?? 0, part.last)
    return { last: part.last, put }
  }

  #referencesOf(): (row: RuleRow) => boolean {
    const ids = (table: string) => new Set(this.#database.prepare<[], number>(`SELECT id FROM ${table}`).pluck().all())
    const [groups, schedules] = [ids('client_group'), ids('schedule')]
    return ({ details }) => {
      if (details === '{}') return true
      const { groups: of = [], schedule } = JSON.parse(details) as { groups?: number[]; schedule?: number }
      return of.every((group) => groups.has(group)) && (schedule === undefined || schedules.has(schedule))
    }
  }

  #prune(): void {
    this.#database
      .prepare(
        `DELETE FROM removed_rules WHERE id <=
           (SELECT id FROM (SELECT id, sum(octets) OVER (ORDER BY id DESC) AS total FROM removed_rules)
            WHERE total > ? ORDER BY id DESC LIMIT 1)`,
      )
      .run(MAX_OCTETS)
  }
}
