/** All SQL of clients: their entries, and the addresses that are known. */
import type { Database } from '@weir/shared/db/open-database'

export interface ClientRow {
  readonly id: number
  /** Canonical (shared/clients/client-identifier.ts). */
  readonly identifier: string
  readonly name: string
  readonly groupId: number
  readonly tags: string[]
  readonly comment: string
  readonly revision: number
}
export type ClientFields = Omit<ClientRow, 'id' | 'revision'>

export interface KnownClient {
  readonly address: string
  readonly firstSeen: number
  readonly reverseName: string | null
}

type StoredClient = Omit<ClientRow, 'tags'> & { readonly tags: string }

const SELECT = `SELECT id, prefix AS identifier, name, group_id AS groupId, tags, comment, revision FROM client`

export class ClientRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): ClientRow[] {
    return this.#database.prepare<[], StoredClient>(`${SELECT} ORDER BY prefix`).all().map(rowOf)
  }

  find(id: number): ClientRow | undefined {
    const row = this.#database.prepare<[number], StoredClient>(`${SELECT} WHERE id = ?`).get(id)
    return row && rowOf(row)
  }

  findIdentifier(identifier: string): ClientRow | undefined {
    const row = this.#database.prepare<[string], StoredClient>(`${SELECT} WHERE prefix = ?`).get(identifier)
    return row && rowOf(row)
  }

  count(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM client').pluck().get() ?? 0
  }

  countOf(groupId: number): number {
    const count = this.#database.prepare<[number], number>('SELECT count(*) FROM client WHERE group_id = ?').pluck()
    return count.get(groupId) ?? 0
  }

  groupName(id: number): string | undefined {
    return this.#database.prepare<[number], string>('SELECT name FROM client_group WHERE id = ?').pluck().get(id)
  }

  get defaultGroupId(): number {
    return this.#database.prepare<[], number>('SELECT id FROM client_group WHERE is_default = 1').pluck().get() ?? 1
  }

  /** @param id null: the next one */
  insert(id: number | null, fields: ClientFields, revision: number): number {
    this.#touchGroup(fields.groupId, revision)
    return Number(
      this.#database
        .prepare(
          `INSERT INTO client (id, prefix, name, group_id, tags, comment, revision)
           VALUES (@id, @identifier, @name, @groupId, @tags, @comment, @revision)`,
        )
        .run({ ...fields, tags: JSON.stringify(fields.tags), id, revision }).lastInsertRowid,
    )
  }

  update(id: number, fields: ClientFields, revision: number): void {
    for (const group of new Set([this.find(id)?.groupId, fields.groupId])) this.#touchGroup(group, revision)
    this.#database
      .prepare(
        `UPDATE client SET prefix = @identifier, name = @name, group_id = @groupId, tags = @tags, comment = @comment,
           revision = @revision WHERE id = @id`,
      )
      .run({ ...fields, tags: JSON.stringify(fields.tags), id, revision })
  }

  delete(id: number, revision: number): void {
    this.#touchGroup(this.find(id)?.groupId, revision)
    this.#database.prepare('DELETE FROM client WHERE id = ?').run(id)
  }

  /** Its clients are part of it: who edits the group as it was is told. */
  #touchGroup(id: number | undefined, revision: number): void {
    this.#database.prepare('UPDATE client_group SET revision = ? WHERE id = ?').run(revision, id ?? null)
  }

  known(): KnownClient[] {
    return this.#database
      .prepare<[], KnownClient>(
        'SELECT address, first_seen AS firstSeen, reverse_name AS reverseName FROM known_client',
      )
      .all()
  }

  /** Outside any revision: who has been seen changes nothing that the resolver does. */
  addKnown(address: string, firstSeen: number): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO known_client (address, first_seen) VALUES (?, ?)')
      .run(address, firstSeen)
  }

  /** @param kept how many; those that were seen first go first */
  pruneKnown(kept: number): void {
    this.#database
      .prepare(
        `DELETE FROM known_client WHERE address IN
           (SELECT address FROM known_client ORDER BY first_seen DESC LIMIT -1 OFFSET ?)`,
      )
      .run(kept)
  }

  saveReverseName(address: string, name: string | null, at: number): void {
    this.#database
      .prepare('UPDATE known_client SET reverse_name = ?, reverse_name_at = ? WHERE address = ?')
      .run(name, at, address)
  }

  /** Addresses whose name was asked before `before`, or never; the longest waiting first. */
  dueForName(before: number, limit: number): string[] {
    return this.#database
      .prepare<[number, number], string>(
        `SELECT address FROM known_client WHERE coalesce(reverse_name_at, 0) < ?
         ORDER BY reverse_name_at IS NOT NULL, reverse_name_at LIMIT ?`,
      )
      .pluck()
      .all(before, limit)
  }
}

const rowOf = ({ tags, ...row }: StoredClient): ClientRow => ({ ...row, tags: JSON.parse(tags) as string[] })
