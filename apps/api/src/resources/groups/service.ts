import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { GroupInput, GroupPatch, GroupPolicy, GroupUpstreams } from '@weir/shared/contract/groups'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { givenFields } from '../../given-fields.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { groupPolicy } from './group-policy.ts'
import { type ClientDetails, type GroupFields, GroupRepository, type GroupRow } from './repository.ts'

/** In what is recorded of a group: what was said of the clients that left it by this very change. */
export interface WithEntries {
  readonly entries?: readonly ClientDetails[]
}
type NewGroup = GroupFields & Pick<GroupRow, 'clients'> & WithEntries

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

  /** @throws ProblemError `not-found` */
  policy(id: number): GroupPolicy {
    const { database, settings, clock } = this.#deps
    const group = this.get(id)
    const everyone = this.repository.all().find(({ isDefault }) => isDefault) ?? group
    return groupPolicy(database, settings.current.settings, { group, everyone, nowMs: clock.now() })
  }

  create(author: ChangeAuthor, input: GroupInput): { group: GroupRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) =>
      this.add(transaction, this.accepted(input)),
    )
    return { group: value, revision }
  }

  /** What a group has unless the input says otherwise. @throws ProblemError `invalid-field` */
  accepted(input: GroupInput): GroupFields & Pick<GroupRow, 'clients'> {
    const { name, comment = '', clients = [], answer = null } = input
    const { schedule = null, upstreams = null, logPrivacy = null } = input
    return {
      ...{ name, comment, clients, schedule, logPrivacy },
      answer: acceptedAnswer(answer),
      upstreams: acceptedUpstreams(upstreams),
    }
  }

  /** Inside a transaction. @param wantedId of a group that was deleted and comes back; ids are used again */
  add(transaction: ConfigTransaction, fields: NewGroup, wantedId?: number): GroupRow {
    const { name, clients, entries = [] } = fields
    this.#refuseTakenName(name)
    this.#refuseUnknownSchedule(fields.schedule)
    const holder = wantedId === undefined ? undefined : this.repository.find(wantedId)
    if (holder) throw new ProblemError('conflict', { detail: `the group ${holder.name} has the id ${holder.id} now` })
    const id = this.repository.insert(fields, transaction.revision, wantedId)
    this.repository.setClients(id, this.#checkClients(clients, id), transaction.revision)
    this.repository.restoreDetails(id, entries)
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
      const upstreams = patch.upstreams === undefined ? before.upstreams : acceptedUpstreams(patch.upstreams)
      return this.change(transaction, before, { ...patch, answer, upstreams })
    })
    return { group: value, revision }
  }

  /** Inside a transaction; what `patch` leaves out stays. */
  change(transaction: ConfigTransaction, row: GroupRow, patch: GroupPatch & WithEntries): GroupRow {
    const { id } = row
    const { clients, entries = [], ...fields } = patch
    const staying = clients && this.#checkClients(clients, id)
    const before = staying ? this.#withEntries(row, staying) : row
    const wanted: GroupFields = { ...before, ...givenFields(fields) }
    const { name, schedule } = wanted
    this.#refuseTakenName(name, id)
    this.#refuseUnknownSchedule(schedule)
    if (before.isDefault && (schedule ?? null) !== null)
      throw invalidField('schedule', `${name} is what holds where no other group's policy does: it has no schedule`)
    if (before.isDefault && (wanted.upstreams ?? null) !== null)
      throw invalidField('upstreams', `the upstreams of ${name} are those of the settings: change them there`)
    this.repository.update(id, wanted, transaction.revision)
    if (staying) this.repository.setClients(id, staying, transaction.revision)
    this.repository.restoreDetails(id, entries)
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
    const before = this.#withEntries(this.get(id), [])
    if (before.isDefault) throw new ProblemError('conflict', { detail: `${before.name} cannot be deleted` })
    const users = this.repository.usersOf(id)
    if (users.length > 0)
      throw new ProblemError('conflict', {
        detail: `the group ${before.name} is named by ${users.join(', ')}: change them first`,
      })
    this.repository.delete(id)
    const summary = `group ${before.name}`
    transaction.record({ entity: 'group', entityId: id, operation: 'delete', summary, before })
  }

  /** As it is recorded: names, tags and comments of clients go with their entries, and come back with them. */
  #withEntries(group: GroupRow, staying: readonly string[]): GroupRow & WithEntries {
    const entries = this.repository.detailsOfOthers(group.id, staying)
    return entries.length === 0 ? group : { ...group, entries }
  }

  #refuseTakenName(name: string, id?: number): void {
    const existingId = this.repository.findName(name)
    if (existingId !== undefined && existingId !== id)
      throw new ProblemError('conflict', { detail: `there is a group ${name} already`, existingId })
  }

  #refuseUnknownSchedule(id: number | null | undefined): void {
    if (id !== null && id !== undefined && !this.repository.hasSchedule(id))
      throw invalidField('schedule', `there is no schedule ${id}`)
  }

  /** Canonical prefixes, each once. */
  #checkClients(clients: readonly string[], groupId: number): string[] {
    const prefixes = clients.map((text, at) => {
      const identifier = parseClientIdentifier(text)
      if (!identifier.ok) throw invalidField(`clients[${at}]`, identifier.error)
      const canonical = identifier.value
      const owner = this.repository.ownerOf(canonical, groupId)
      if (owner !== undefined) throw inAnotherGroup(at, `${canonical} belongs to the group ${owner}`)
      return canonical
    })
    return [...new Set(prefixes)]
  }
}

/** @throws ProblemError `invalid-field` */
function acceptedUpstreams(upstreams: GroupUpstreams | null): GroupUpstreams | null {
  for (const [at, text] of (upstreams?.servers ?? []).entries()) {
    const parsed = parseUpstreamAddress(text)
    if (!parsed.ok) throw invalidField(`upstreams.servers[${at}]`, `'${text}': ${parsed.error}`)
  }
  return upstreams && { ...upstreams, servers: [...new Set(upstreams.servers.map((text) => text.trim()))] }
}

const inAnotherGroup = (at: number, message: string): ProblemError =>
  new ProblemError('conflict', {
    detail: `clients[${at}]: ${message}`,
    errors: [{ field: `clients[${at}]`, message }],
  })
