/** Lists in the policy's text: by their source, never their contents. */
import { ListInput, ListPatch } from '@weir/shared/contract/lists'
import type { ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import type { NamesOfIds, PolicyFields, PolicyItem, PolicySection } from '../../policy.ts'
import { fieldsOf, withoutUsual } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { keepDeleted } from './deleted-lists.ts'
import { fieldsOfInput } from './list-fields.ts'
import { type ListFields, type ListRow, NEVER_FETCHED } from './list-row.ts'
import type { ListRepository } from './repository.ts'

const USUAL = {
  format: 'auto',
  enabled: true,
  comment: '',
  groups: [],
  schedule: null,
  perGroup: [],
  answer: null,
  refreshIntervalSeconds: 86_400,
  allowPrivateAddresses: false,
  mayAnswer: false,
  shadow: false,
  pinned: false,
  guard: {},
}

export class ListSection implements PolicySection {
  readonly name = 'lists'
  readonly entity = 'list'
  readonly role = 'operator'
  readonly comment =
    'Subscriptions, in their order. Contents are not in this file: what has a URL is fetched, the rest is uploaded.'
  readonly #deps: Pick<AppDeps, 'clock' | 'database'>
  readonly #lists: ListRepository
  readonly #names: NamesOfIds

  constructor(deps: Pick<AppDeps, 'clock' | 'database'>, lists: ListRepository, names: NamesOfIds) {
    this.#deps = deps
    this.#lists = lists
    this.#names = names
  }

  *read(): Generator<PolicyItem> {
    for (const row of this.#lists.all()) {
      const { name, kind, url, ...rest } = row
      const { id, source: _s, acceptedEntries: _a, position: _p, activeVersionId: _v, ...more } = rest
      const { createdAt: _c, updatedAt: _u, revision: _r, ...fields } = more
      const value = this.#names.toFile({ name, kind, url, ...withoutUsual(fields, USUAL) })
      yield { key: name.toLowerCase(), id, value }
    }
  }

  *accept(value: unknown): Generator<PolicyItem> {
    const fields = fieldsOf(value)
    if (typeof fields.name !== 'string') throw invalidField('name', 'is missing')
    yield { key: fields.name.toLowerCase(), value: withoutUsual(fields, USUAL) }
  }

  create(transaction: ConfigTransaction, _author: unknown, item: PolicyItem): void {
    const fields = this.#fieldsOf(item)
    const id = this.#lists.insert(fields, this.#deps.clock.now(), transaction.revision)
    if (fields.url !== null) this.#lists.saveFetchState(id, { nextFetchAt: this.#deps.clock.now() })
    const summary = fields.url === null ? `add ${fields.name}` : `subscribe ${fields.name}`
    const after = this.#lists.find(id)
    transaction.record({ entity: 'list', entityId: id, operation: 'create', summary, after })
  }

  update(transaction: ConfigTransaction, _author: unknown, item: PolicyItem): void {
    const before = this.#rowOf(item)
    const fields = this.#fieldsOf(item)
    const isReadAnew = before.kind !== fields.kind || before.format !== fields.format || before.url !== fields.url
    if (isReadAnew && fields.url === null && before.activeVersionId !== null)
      throw new ProblemError('conflict', {
        detail: `the content of ${before.name} would have to be read anew: upload it under another name`,
      })
    this.#lists.update(before.id, fields, this.#deps.clock.now(), transaction.revision)
    // What it is trusted with now was left out when it was read.
    const isTrusted = fields.mayAnswer && !before.mayAnswer && fields.url !== null
    if (isReadAnew || isTrusted)
      this.#lists.saveFetchState(before.id, { ...NEVER_FETCHED, nextFetchAt: this.#deps.clock.now(), isStale: 1 })
    this.#record(transaction, before)
  }

  remove(transaction: ConfigTransaction, _author: unknown, item: PolicyItem): void {
    const before = this.#rowOf(item)
    const { database, clock } = this.#deps
    keepDeleted(database, { list: before, fetch: this.#lists.fetchState(before.id) }, clock.now())
    this.#lists.remove(before.id)
    const summary = before.name
    transaction.record({ entity: 'list', entityId: before.id, operation: 'delete', summary, before })
  }

  /** Earlier lists come first where two hold a name: the order of the file counts. */
  finish(transaction: ConfigTransaction, items: readonly PolicyItem[]): void {
    for (const [position, item] of items.entries()) {
      const before = this.#rowOf(item)
      const standsAt = this.#lists.all().findIndex(({ id }) => id === before.id)
      if (standsAt === position) continue
      this.#lists.move(before.id, position)
      this.#record(transaction, before)
    }
  }

  #rowOf({ id, key }: PolicyItem): ListRow {
    return this.#lists.all().find((row) => row.id === id || row.name.toLowerCase() === key)!
  }

  #fieldsOf({ value }: PolicyItem): ListFields {
    const { pinned = false, ...fields } = { ...USUAL, ...this.#names.fromFile(value as PolicyFields) } as PolicyFields
    parsedFields(ListPatch, { pinned })
    return { ...fieldsOfInput(parsedFields(ListInput, fields), this.#lists), pinned: pinned === true }
  }

  #record(transaction: ConfigTransaction, before: ListRow): void {
    const after = this.#lists.find(before.id)
    const summary = `change ${before.name}`
    transaction.record({ entity: 'list', entityId: before.id, operation: 'update', summary, before, after })
  }
}
