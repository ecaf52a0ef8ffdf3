import type { GroupInput, GroupPatch } from '@weir/shared/contract/system'
import { formatPrefix, parsePrefix } from '@weir/shared/dns/ip-address'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { type GroupFields, GroupRepository, type GroupRow } from './repository.ts'

export class GroupService {
  readonly repository: GroupRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.repository = new GroupRepository(deps.database)
  }

  /** @throws ProblemError `not-found` */
  get(id: number): GroupRow {
    const group = this.repository.find(id)
    if (!group) throw new ProblemError('not-found', { detail: `there is no group ${id}` })
    return group
  }

  create(
    author: ChangeAuthor,
    { name, comment = '', clients = [], answer = null }: GroupInput,
  ): { group: GroupRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) =>
      this.add(transaction, { name, comment, clients, answer: acceptedAnswer(answer) }),
    )
    return { group: value, revision }
  }

  /** Inside a transaction. @param wantedId of a group that was deleted and comes back; ids are used again */
  add(transaction: ConfigTransaction, fields: GroupFields & Pick<GroupRow, 'clients'>, wantedId?: number): GroupRow {
    const { name, clients } = fields
    this.#refuseTakenName(name)
    const holder = wantedId === undefined ? undefined : this.repository.find(wantedId)
    if (holder) throw new ProblemError('conflict', { detail: `the group ${holder.name} has the id ${holder.id} now` })
    const id = this.repository.insert(fields, transaction.revision, wantedId)
    this.repository.setClients(id, this.#checkClients(clients, id), transaction.revision)
    const after = this.get(id)
    transaction.record({ entity: 'group', entityId: id, operation: 'create', summary: `group ${name}`, after })
    return after
  }

  patch(
    author: ChangeAuthor,
    id: number,
    patch: GroupPatch,
    checkVersion: (revision: number) => void,
  ): { group: GroupRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const before = this.get(id)
      checkVersion(before.revision)
      const answer = patch.answer === undefined ? before.answer : acceptedAnswer(patch.answer)
      return this.change(transaction, before, { ...patch, answer })
    })
    return { group: value, revision }
  }

  /** Inside a transaction; what `patch` leaves out stays. */
  change(transaction: ConfigTransaction, before: GroupRow, patch: GroupPatch): GroupRow {
    const { id } = before
    const { name = before.name, comment = before.comment, answer = before.answer, clients } = patch
    this.#refuseTakenName(name, id)
    this.repository.update(id, { name, comment, answer }, transaction.revision)
    if (clients) this.repository.setClients(id, this.#checkClients(clients, id), transaction.revision)
    const after = this.get(id)
    const summary = `group ${name}`
    transaction.record({ entity: 'group', entityId: id, operation: 'update', summary, before, after })
    return after
  }

  delete(author: ChangeAuthor, id: number, checkVersion: (revision: number) => void): number {
    return this.#deps.config.transaction(author, (transaction) => {
      checkVersion(this.get(id).revision)
      this.remove(transaction, id)
    }).revision
  }

  /** Inside a transaction. @throws ProblemError `conflict` for "Everyone" and while rules, lists or services name the group */
  remove(transaction: ConfigTransaction, id: number): void {
    const before = this.get(id)
    if (before.isDefault) throw new ProblemError('conflict', { detail: `${before.name} cannot be deleted` })
    const uses = this.repository.usesOf(id)
    if (uses > 0)
      throw new ProblemError('conflict', {
        detail: `${uses} rules, lists, services or settings name this group: change them first`,
      })
    this.repository.delete(id)
    const summary = `group ${before.name}`
    transaction.record({ entity: 'group', entityId: id, operation: 'delete', summary, before })
  }

  #refuseTakenName(name: string, id?: number): void {
    const existingId = this.repository.findName(name)
    if (existingId !== undefined && existingId !== id)
      throw new ProblemError('conflict', { detail: `there is a group ${name} already`, existingId })
  }

  /** Canonical prefixes, each once. */
  #checkClients(clients: readonly string[], groupId: number): string[] {
    const prefixes = clients.map((text, at) => {
      const prefix = parsePrefix(text.trim())
      if (!prefix) throw invalidField(`clients[${at}]`, `'${text}' is not an address or a prefix such as 192.0.2.0/24`)
      const canonical = formatPrefix(prefix)
      const owner = this.repository.ownerOf(canonical, groupId)
      if (owner !== undefined)
        throw new ProblemError('conflict', { detail: `clients[${at}]: ${canonical} belongs to the group ${owner}` })
      return canonical
    })
    return [...new Set(prefixes)]
  }
}
