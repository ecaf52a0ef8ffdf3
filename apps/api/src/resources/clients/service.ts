/** Changes of client entries, and what is shown of clients. */
import { clientKind, parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import { type Client, type ClientInput, type ClientPatch, MAX_CLIENTS } from '@weir/shared/contract/clients'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { givenFields } from '../../given-fields.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { Overlaps } from './overlaps.ts'
import { type ClientFields, ClientRepository, type ClientRow } from './repository.ts'

export class ClientService {
  readonly repository: ClientRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.repository = new ClientRepository(deps.database)
  }

  /** The group that new clients go to; null: they stay in the default one. */
  get quarantineGroup(): number | null {
    return this.#deps.settings.current.settings.clients.quarantineGroup
  }

  /** @throws ProblemError `not-found` */
  get(id: number): ClientRow {
    const client = this.repository.find(id)
    if (!client) throw new ProblemError('not-found', { detail: `there is no client entry ${id}` })
    return client
  }

  views(): Client[] {
    const rows = this.repository.all()
    const overlaps = new Overlaps(rows)
    return rows.map((row) => this.#view(row, overlaps))
  }

  view(row: ClientRow): Client {
    return this.#view(row, new Overlaps(this.repository.all()))
  }

  #view({ revision: version, ...row }: ClientRow, overlaps: Overlaps): Client {
    const groupName = (id: number): string => this.repository.groupName(id) ?? `group ${id}`
    return {
      ...row,
      version,
      kind: clientKind(row.identifier),
      isQuarantined: row.groupId === this.quarantineGroup,
      notes: overlaps.notes(row, groupName),
    }
  }

  create(author: ChangeAuthor, input: ClientInput): { row: ClientRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const { name = '', tags = [], comment = '' } = input
      return this.add(transaction, { ...input, name, tags, comment })
    })
    return { row: value, revision }
  }

  patch(
    author: ChangeAuthor,
    id: number,
    patch: ClientPatch,
    checkVersion: (revision: number) => void,
  ): { row: ClientRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const before = this.get(id)
      checkVersion(before.revision)
      return this.change(transaction, before, { ...before, ...givenFields(patch) })
    })
    return { row: value, revision }
  }

  delete(author: ChangeAuthor, id: number, checkVersion: (revision: number) => void): number {
    return this.#deps.config.transaction(author, (transaction) => {
      checkVersion(this.get(id).revision)
      this.remove(transaction, id)
    }).revision
  }

  /** Inside a transaction. @param id of one that was deleted; null: a new one */
  add(transaction: ConfigTransaction, fields: ClientFields, id: number | null = null): ClientRow {
    if (this.repository.count() >= MAX_CLIENTS)
      throw new ProblemError('conflict', { detail: `there are ${MAX_CLIENTS} client entries already` })
    const checked = this.#check(fields)
    const free = id !== null && this.repository.find(id) ? null : id
    const after = this.get(this.repository.insert(free, checked, transaction.revision))
    transaction.record({ entity: 'client', entityId: after.id, operation: 'create', summary: summaryOf(after), after })
    return after
  }

  /** Inside a transaction. */
  change(transaction: ConfigTransaction, before: ClientRow, fields: ClientFields): ClientRow {
    const { id } = before
    this.repository.update(id, this.#check(fields, id), transaction.revision)
    const after = this.get(id)
    const summary = summaryOf(after)
    transaction.record({ entity: 'client', entityId: id, operation: 'update', summary, before, after })
    return after
  }

  /** Inside a transaction. */
  remove(transaction: ConfigTransaction, id: number): void {
    const before = this.get(id)
    this.repository.delete(id, transaction.revision)
    transaction.record({ entity: 'client', entityId: id, operation: 'delete', summary: summaryOf(before), before })
  }

  #check({ identifier: text, name, groupId, tags, comment }: ClientFields, id?: number): ClientFields {
    const identifier = parseClientIdentifier(text)
    if (!identifier.ok) throw invalidField('identifier', identifier.error)
    if (this.repository.groupName(groupId) === undefined) throw invalidField('groupId', `there is no group ${groupId}`)
    const holder = this.repository.findIdentifier(identifier.value)
    if (holder && holder.id !== id)
      throw new ProblemError('conflict', {
        detail: `${identifier.value} is in the group ${this.repository.groupName(holder.groupId)} already${holder.name && `, as ${holder.name}`}`,
        existingId: holder.id,
      })
    const distinct = [...new Set(tags.map((tag) => tag.toLowerCase()))]
    return { identifier: identifier.value, name: name.trim(), groupId, tags: distinct, comment }
  }
}

const summaryOf = ({ identifier, name }: ClientRow): string => `client ${name ? `${name} (${identifier})` : identifier}`
