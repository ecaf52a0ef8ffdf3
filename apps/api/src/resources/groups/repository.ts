/** All SQL of groups and the clients in them. */

import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { Client } from '@weir/shared/contract/clients'
import type { Group, GroupUpstreams } from '@weir/shared/contract/groups'
import type { Database } from '@weir/shared/db/open-database'
import type { LogPrivacy } from '@weir/shared/log/log-privacy'
import { findSafeSearchEngine } from '@weir/shared/services/safe-search'
import { findService } from '@weir/shared/services/service-catalogue'

export type GroupRow = Omit<Group, 'version'> & { readonly revision: number }

/** What is said of a client besides its group. */
export type ClientDetails = Pick<Client, 'identifier' | 'name' | 'tags' | 'comment'>

export type GroupFields = Pick<GroupRow, 'name' | 'comment' | 'answer' | 'schedule' | 'upstreams' | 'logPrivacy'>

interface StoredGroup {
  readonly id: number
  readonly name: string
  readonly isDefault: number
  readonly comment: string
  /** JSON; null: none of its own. */
  readonly answer: string | null
  readonly schedule: number | null
  /** JSON; null: those of the settings. */
  readonly upstreams: string | null
  readonly logPrivacy: LogPrivacy | null
  readonly revision: number
  /** JSON array of prefixes. */
  readonly clients: string
}

const SELECT = `SELECT id, name, is_default AS isDefault, comment, answer, schedule_id AS schedule, upstreams,
  log_privacy AS logPrivacy, revision,
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
  insert(fields: GroupFields, revision: number, id: number | null = null): number {
    return Number(
      this.#database
        .prepare(
          `INSERT INTO client_group (id, name, comment, answer, schedule_id, upstreams, log_privacy, revision)
           VALUES (@id, @name, @comment, @answer, @schedule, @upstreams, @logPrivacy, @revision)`,
        )
        .run({ ...storedOf(fields), id, revision }).lastInsertRowid,
    )
  }

  update(id: number, fields: GroupFields, revision: number): void {
    this.#database
      .prepare(
        `UPDATE client_group SET name = @name, comment = @comment, answer = @answer, schedule_id = @schedule,
           upstreams = @upstreams, log_privacy = @logPrivacy, revision = @revision WHERE id = @id`,
      )
      .run({ ...storedOf(fields), id, revision })
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

  /** Of those of its clients that do not stay: what would go with them. */
  detailsOfOthers(id: number, staying: readonly string[]): ClientDetails[] {
    const rows = this.#database
      .prepare<[number, string], Omit<ClientDetails, 'tags'> & { tags: string }>(
        `SELECT prefix AS identifier, name, tags, comment FROM client
         WHERE group_id = ? AND prefix NOT IN (SELECT value FROM json_each(?))
           AND (name <> '' OR tags <> '[]' OR comment <> '')`,
      )
      .all(id, JSON.stringify(staying))
    return rows.map(({ tags, ...row }) => ({ ...row, tags: JSON.parse(tags) as string[] }))
  }

  /** For clients that came back with their group, unless something is said of them already. */
  restoreDetails(id: number, details: readonly ClientDetails[]): void {
    const update = this.#database.prepare(
      `UPDATE client SET name = @name, tags = @tags, comment = @comment
       WHERE group_id = @id AND prefix = @identifier AND name = '' AND tags = '[]' AND comment = ''`,
    )
    for (const { tags, ...row } of details) update.run({ ...row, id, tags: JSON.stringify(tags) })
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM client WHERE group_id = ?').run(id)
    this.#database.prepare('DELETE FROM client_group WHERE id = ?').run(id)
  }

  /** What names the group, in words; of each kind so many at most. Ids are used again, so nothing may outlive the group. */
  usersOf(id: number, limit = 5): string[] {
    const rows = this.#database
      .prepare<{ id: number; limit: number }, { kind: keyof typeof USER_WORDS; name: string }>(
        `SELECT * FROM (SELECT 'rule' AS kind, pattern AS name FROM rule WHERE details LIKE '%"groups"%'
           AND EXISTS (SELECT 1 FROM json_each(rule.details, '$.groups') WHERE value = @id) LIMIT @limit)
         UNION ALL SELECT * FROM (SELECT 'list', name FROM list
           WHERE EXISTS (SELECT 1 FROM json_each(list.groups) WHERE value = @id)
              OR EXISTS (SELECT 1 FROM json_each(list.per_group) WHERE value ->> '$.group' = @id) LIMIT @limit)
         UNION ALL SELECT * FROM (SELECT kind, id FROM rule_set
           WHERE EXISTS (SELECT 1 FROM json_each(rule_set.groups) WHERE value = @id)
              OR EXISTS (SELECT 1 FROM json_each(rule_set.per_group) WHERE value ->> '$.group' = @id) LIMIT @limit)
         UNION ALL SELECT 'setting', 'rebinding protection' FROM setting
           WHERE section = 'rebinding' AND EXISTS (SELECT 1 FROM json_each(setting.value, '$.allowedGroups') WHERE value = @id)
         UNION ALL SELECT 'setting', 'the quarantine of new clients' FROM setting
           WHERE section = 'clients' AND value ->> '$.quarantineGroup' = @id`,
      )
      .all({ id, limit })
    return rows.map(({ kind, name }) => `${USER_WORDS[kind]}${titleOf(kind, name)}`)
  }

  hasSchedule(id: number): boolean {
    return this.#database.prepare<[number], number>('SELECT 1 FROM schedule WHERE id = ?').pluck().get(id) === 1
  }
}

const USER_WORDS = {
  rule: 'rule ',
  list: 'list ',
  service: 'service ',
  'safe-search': 'safe search of ',
  setting: '',
} as const

/** Rule sets have their titles in the catalogue. */
function titleOf(kind: keyof typeof USER_WORDS, name: string): string {
  if (kind === 'service') return findService(name)?.name ?? name
  return kind === 'safe-search' ? (findSafeSearchEngine(name)?.name ?? name) : name
}

const jsonOf = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))

/** What an older Weir has recorded of a group has less than this one knows. */
const storedOf = ({ name, comment, answer, schedule = null, upstreams = null, logPrivacy = null }: GroupFields) => ({
  name,
  comment,
  answer: jsonOf(answer),
  schedule,
  upstreams: jsonOf(upstreams),
  logPrivacy,
})

const groupOf = ({ isDefault, clients, answer, upstreams, ...row }: StoredGroup): GroupRow => ({
  ...row,
  upstreams: upstreams === null ? null : (JSON.parse(upstreams) as GroupUpstreams),
  answer: answer === null ? null : (JSON.parse(answer) as SourceAnswer),
  isDefault: isDefault === 1,
  clients: JSON.parse(clients) as string[],
})
