/** All SQL of timed overrides. */
import type { Override } from '@weir/shared/contract/overrides'
import type { Database } from '@weir/shared/db/open-database'

const SELECT = `SELECT o.id, o.kind, o.name, o.client, o.group_id AS groupId, g.name AS groupName,
  o.created_at AS createdAt, o.ends_at AS endsAt, o.minutes, o.created_by AS createdBy, o.comment
  FROM override o LEFT JOIN client_group g ON g.id = o.group_id`

/** Without an id: the next one. */
export type NewOverride = Omit<Override, 'id' | 'groupName'> & { readonly id?: number }

export class OverrideRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Those that hold, the next to end first. */
  active(nowMs: number): Override[] {
    return this.#database
      .prepare<[number], Override>(`${SELECT} WHERE o.ends_at > ? ORDER BY o.ends_at, o.id`)
      .all(nowMs)
  }

  find(id: number, nowMs: number): Override | undefined {
    return this.#database
      .prepare<[number, number], Override>(`${SELECT} WHERE o.id = ? AND o.ends_at > ?`)
      .get(id, nowMs)
  }

  hasGroup(id: number): boolean {
    return this.#database.prepare<[number], number>('SELECT 1 FROM client_group WHERE id = ?').pluck().get(id) === 1
  }

  insert(override: NewOverride): number {
    return Number(
      this.#database
        .prepare(
          `INSERT INTO override (id, kind, name, client, group_id, created_at, ends_at, minutes, created_by, comment)
           VALUES (:id, :kind, :name, :client, :groupId, :createdAt, :endsAt, :minutes, :createdBy, :comment)`,
        )
        .run({ id: null, ...override }).lastInsertRowid,
    )
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM override WHERE id = ?').run(id)
  }

  /**
   * Those that held at `beforeMs` and were started for some minutes begin and end so much earlier.
   * @returns how many
   */
  moveBack(beforeMs: number, backMs: number): number {
    return this.#database
      .prepare(
        `UPDATE override SET created_at = created_at - :backMs, ends_at = ends_at - :backMs
         WHERE ends_at > :beforeMs AND created_at <= :beforeMs AND minutes IS NOT NULL`,
      )
      .run({ beforeMs, backMs }).changes
  }

  deleteEnded(nowMs: number): void {
    this.#database.prepare('DELETE FROM override WHERE ends_at <= ?').run(nowMs)
  }
}
