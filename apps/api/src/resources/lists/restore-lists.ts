/**
 * How changes of lists are undone: what a person set goes back to what it was, and a version that is still kept becomes
 * the active one again. What would have to be read anew, or is gone, cannot come back.
 */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import { patchedFields } from './list-fields.ts'
import type { ListRow } from './list-row.ts'
import type { ListRepository } from './repository.ts'

/** What a change row holds of a list: the row, or only which version is active. */
type ListState = ListRow | Pick<ListRow, 'activeVersionId'>
const isRow = (state: ListState): state is ListRow => 'name' in state

export class ListRestorer implements Restorer {
  readonly role = 'operator'
  readonly #clock: AppDeps['clock']
  readonly #lists: ListRepository

  constructor({ clock }: Pick<AppDeps, 'clock'>, lists: ListRepository) {
    this.#clock = clock
    this.#lists = lists
  }

  refusal({ operation, before, after }: StoredChange): string | undefined {
    if (operation === 'delete') return 'the content of a deleted list is not kept: add the list again'
    if (operation === 'create') return undefined
    const [old, now] = [before, after] as [ListState | null, ListState | null]
    if (old === null || now === null) return 'its state before is not kept'
    if (!isRow(old) || !isRow(now)) return old.activeVersionId === null ? 'there was no content before' : undefined
    const isReadAnew = old.kind !== now.kind || old.format !== now.format || old.url !== now.url
    return isReadAnew ? 'its content would have to be read anew: edit the list' : undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, { operation, entityId, before }: StoredChange): void {
    const row = this.#lists.find(Number(entityId))
    if (!row) throw new ProblemError('conflict', { detail: `there is no list ${entityId} any more` })
    if (operation === 'create') return this.#remove(transaction, row)
    const old = before as ListState
    if (isRow(old)) this.#turnBack(transaction, row, old)
    else this.#activate(transaction, row, old.activeVersionId)
  }

  /** Its versions are swept later, as of any list that is deleted. */
  #remove(transaction: ConfigTransaction, row: ListRow): void {
    this.#lists.remove(row.id)
    const summary = `delete ${row.name}`
    transaction.record({ entity: 'list', entityId: row.id, operation: 'delete', summary, before: row })
  }

  #turnBack(transaction: ConfigTransaction, row: ListRow, old: ListRow): void {
    const { kind: _kind, format: _format, url: _url, ...set } = old
    const holder = this.#lists.idOfName(old.name)
    if (holder !== undefined && holder !== row.id)
      throw new ProblemError('conflict', { detail: `list ${holder} has the name ${old.name} now` })
    this.#lists.update(row.id, patchedFields(row, set, this.#lists), this.#clock.now(), transaction.revision)
    if (old.position !== row.position) this.#lists.move(row.id, old.position)
    this.#record(transaction, row)
  }

  #activate(transaction: ConfigTransaction, row: ListRow, versionId: number | null): void {
    const version = this.#lists.versions(row.id).find(({ id }) => id === versionId)
    if (!version)
      throw new ProblemError('conflict', { detail: `version ${versionId} of ${row.name} is not kept any more` })
    this.#lists.activate(row.id, version.id, this.#clock.now(), transaction.revision)
    this.#record(transaction, row)
  }

  #record(transaction: ConfigTransaction, before: ListRow): void {
    const after = this.#lists.find(before.id)
    const summary = `change ${before.name}`
    transaction.record({ entity: 'list', entityId: before.id, operation: 'update', summary, before, after })
  }
}
