/**
 * How changes of lists are undone: what a person set goes back to what it was, a version that is still kept becomes the
 * active one again, and a deleted list comes back with its id. A subscription whose content is not kept is fetched anew.
 */
import { schedulesOf } from '@weir/shared/groups/group-term'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import { findDeleted, keepDeleted, restoreDeleted } from './deleted-lists.ts'
import type { ListFields, ListRow } from './list-row.ts'
import { NEVER_FETCHED } from './list-row.ts'
import type { ListRepository } from './repository.ts'

/** What a change row holds of a list: the row, or only which version is active. */
type ListState = ListRow | Pick<ListRow, 'activeVersionId'>
const isRow = (state: ListState): state is ListRow => 'name' in state

type Deps = Pick<AppDeps, 'clock' | 'database'>

export class ListRestorer implements Restorer {
  readonly role = 'operator'
  readonly #deps: Deps
  readonly #lists: ListRepository

  constructor(deps: Deps, lists: ListRepository) {
    this.#deps = deps
    this.#lists = lists
  }

  refusal({ operation, entityId, before, after }: StoredChange): string | undefined {
    if (operation === 'create') return undefined
    const [old, now] = [before, after] as [ListState | null, ListState | null]
    if (operation === 'delete') {
      const isKept = findDeleted(this.#deps.database, Number(entityId), this.#deps.clock.now()) !== undefined
      const canBeFetched = old !== null && isRow(old) && old.source === 'url'
      return isKept || canBeFetched ? undefined : 'the content of a deleted list is kept for a day: add the list again'
    }
    if (old === null || now === null) return 'its state before is not kept'
    if (!isRow(old) || !isRow(now)) return old.activeVersionId === null ? 'there was no content before' : undefined
    return isReadAnew(old, now) && old.url === null ? 'its content would have to be read anew: upload it' : undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, change: StoredChange): void {
    const { operation, entityId, before } = change
    if (operation === 'delete') return this.#bringBack(transaction, Number(entityId), before as ListRow)
    const row = this.#lists.find(Number(entityId))
    if (!row) throw new ProblemError('conflict', { detail: `there is no list ${entityId} any more` })
    if (operation === 'create') return this.#remove(transaction, row)
    const old = before as ListState
    if (isRow(old)) this.#turnBack(transaction, row, old)
    else this.#activate(transaction, row, old.activeVersionId)
  }

  /** With its versions for a day, as any list that is deleted. */
  #remove(transaction: ConfigTransaction, row: ListRow): void {
    keepDeleted(this.#deps.database, { list: row, fetch: this.#lists.fetchState(row.id) }, this.#deps.clock.now())
    this.#lists.remove(row.id)
    const summary = row.name
    transaction.record({ entity: 'list', entityId: row.id, operation: 'delete', summary, before: row })
  }

  #bringBack(transaction: ConfigTransaction, id: number, before: ListRow): void {
    this.#refuseTaken(before, id)
    const { database, clock } = this.#deps
    const kept = findDeleted(database, id, clock.now())
    // Its versions are gone with it: what was active is fetched again.
    const { list, fetch } = kept ?? { list: { ...before, id, activeVersionId: null }, fetch: this.#dueNow() }
    restoreDeleted(database, { list, fetch }, clock.now(), transaction.revision)
    this.#lists.saveFetchState(id, fetch)
    this.#lists.move(id, list.position)
    const summary = `bring back ${list.name}`
    const after = this.#lists.find(id)
    transaction.record({ entity: 'list', entityId: id, operation: 'create', summary, after })
  }

  #turnBack(transaction: ConfigTransaction, row: ListRow, old: ListRow): void {
    this.#refuseTaken(old, row.id)
    this.#lists.update(row.id, old satisfies ListFields, this.#deps.clock.now(), transaction.revision)
    if (old.position !== row.position) this.#lists.move(row.id, old.position)
    if (isReadAnew(old, row)) this.#lists.saveFetchState(row.id, { ...this.#dueNow(), isStale: 1 })
    this.#record(transaction, row)
  }

  #dueNow() {
    return { ...NEVER_FETCHED, nextFetchAt: this.#deps.clock.now() }
  }

  #activate(transaction: ConfigTransaction, row: ListRow, versionId: number | null): void {
    const version = this.#lists.versions(row.id).find(({ id }) => id === versionId)
    if (!version)
      throw new ProblemError('conflict', { detail: `version ${versionId} of ${row.name} is not kept any more` })
    this.#lists.activate(row.id, version.id, this.#deps.clock.now(), transaction.revision)
    this.#record(transaction, row)
  }

  #refuseTaken({ name, groups, schedule = null, perGroup = [] }: ListRow, id: number): void {
    const holder = this.#lists.idOfName(name)
    if (holder !== undefined && holder !== id)
      throw new ProblemError('conflict', { detail: `list ${holder} has the name ${name} now` })
    const { assignments } = this.#lists
    const gone = [...groups, ...perGroup.map(({ group }) => group)].find((group) => !assignments.hasGroup(group))
    if (gone !== undefined)
      throw new ProblemError('conflict', { detail: `${name} held for group ${gone}, which is no more` })
    const ended = schedulesOf({ schedule, perGroup }).find((one) => !assignments.hasSchedule(one))
    if (ended !== undefined)
      throw new ProblemError('conflict', { detail: `${name} held by schedule ${ended}, which is no more` })
  }

  #record(transaction: ConfigTransaction, before: ListRow): void {
    const after = this.#lists.find(before.id)
    const summary = `change ${before.name}`
    transaction.record({ entity: 'list', entityId: before.id, operation: 'update', summary, before, after })
  }
}

/** `then` is trusted to answer and `now` is not: its content is read for it. */
const isReadAnew = (then: ListRow, now: ListRow): boolean =>
  then.kind !== now.kind || then.format !== now.format || then.url !== now.url || (then.mayAnswer && !now.mayAnswer)
