/** All SQL of groups and the clients in them. */

import type { SourceAnswer } from '@weir/shared/contract/rules'
import type { Group } from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'

export type GroupRow = z.infer<typeof Group> & { readonly revision: number }

export type GroupFields = Pick<GroupRow, 'name' | 'comment' | 'answer'>

interface StoredGroup {
  readonly id: number
  readonly name: string
  readonly isDefault: number
  readonly comment: string
  /** JSON; null: none of its own. */
  readonly answer: string | null
  readonly revision: number
  /** JSON array of prefixes. */
  readonly clients: string
}

const SELECT = `SELECT id, name, is_default AS isDefault, comment, answer, revision,
  (SELECT json_group_array(prefix ORDER BY prefix) FROM client WHERE group_id = client_group.id) AS clients
  FROM client_group`

export class GroupRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): GroupRow[] {
    return this.#database.prepare<[], StoredGroup>(`${SELECT} ORDER BY is_default DESC, name`).all().map(groupOf)
  }

  find(id: number): GroupRow | undefined {
    const row = this.#database.prepare<[number], StoredGroup>(`${SELECT} WHERE id = ?`).get(id)
    return row && groupOf(row)
  }

  findName(name: string): number | undefined {
    return this.#database.prepare<[string], number>('SELECT id FROM client_group WHERE name = ?').pluck().get(name)
  }

  /** The group that a prefix belongs to, when it is not `exceptId`. */
  ownerOf(prefix: string, exceptId: number): string | undefined {
    return this.#database
      .prepare<[string, number], string>(
        'SELECT g.name FROM client c JOIN client_group g ON g.id = c.group_id WHERE c.prefix = ? AND g.id <> ?',
      )
      .pluck()
      .get(prefix, exceptId)
  }

  /** @param id without it, SQLite gives the next one */
  insert({ name, comment, answer }: GroupFields, revision: number, id: number | null = null): number {
    return Number(
      this.#database
        .prepare('INSERT INTO client_group (id, name, comment, answer, revision) VALUES (?, ?, ?, ?, ?)')
        .run(id, name, comment, jsonOf(answer), revision).lastInsertRowid,
    )
  }

  update(id: number, { name, comment, answer }: GroupFields, revision: number): void {
    this.#database
      .prepare('UPDATE client_group SET name = ?, comment = ?, answer = ?, revision = ? WHERE id = ?')
      .run(name, comment, jsonOf(answer), revision, id)
  }

  /** Replaces the group's clients; those that stay keep their names. */
  setClients(id: number, prefixes: readonly string[], revision: number): void {
    const json = JSON.stringify(prefixes)
    this.#database
      .prepare('DELETE FROM client WHERE group_id = ? AND prefix NOT IN (SELECT value FROM json_each(?))')
      .run(id, json)
    this.#database
      .prepare(
        `INSERT INTO client (prefix, group_id, revision) SELECT value, ?, ? FROM json_each(?) WHERE true
         ON CONFLICT (prefix) DO NOTHING`,
      )
      .run(id, revision, json)
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM client WHERE group_id = ?').run(id)
    this.#database.prepare('DELETE FROM client_group WHERE id = ?').run(id)
  }

  /** Rules, lists, settings, services and safe search that name the group. Ids are used again, so they must not outlive it. */
  usesOf(id: number): number {
    return (
      this.#database
        .prepare<[number, number, number, number], number>(
          `SELECT (SELECT count(*) FROM rule WHERE details LIKE '%"groups"%'
                     AND EXISTS (SELECT 1 FROM json_each(rule.details, '$.groups') WHERE value = ?))
                + (SELECT count(*) FROM list WHERE EXISTS (SELECT 1 FROM json_each(list.groups) WHERE value = ?))
                + (SELECT count(*) FROM setting, json_each(setting.value, '$.allowedGroups') AS allowed
                     WHERE section = 'rebinding' AND allowed.value = ?)
                + (SELECT count(*) FROM rule_set WHERE EXISTS (SELECT 1 FROM json_each(rule_set.groups) WHERE value = ?))`,
        )
        .pluck()
        .get(id, id, id, id) ?? 0
    )
  }
}

const jsonOf = (answer: SourceAnswer | null): string | null => (answer === null ? null : JSON.stringify(answer))

const groupOf = ({ isDefault, clients, answer, ...row }: StoredGroup): GroupRow => ({
  ...row,
  answer: answer === null ? null : (JSON.parse(answer) as SourceAnswer),
  isDefault: isDefault === 1,
  clients: JSON.parse(clients) as string[],
})
