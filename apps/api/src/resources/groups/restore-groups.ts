/** How changes of groups are undone. Rules and lists that name a group keep it from going, so none is left without. */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { GroupRow } from './repository.ts'
import type { GroupService } from './service.ts'

export class GroupRestorer implements Restorer {
  readonly role = 'operator'
  readonly #groups: GroupService

  constructor(groups: GroupService) {
    this.#groups = groups
  }

  refusal(): undefined {
    return undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, { operation, entityId, before }: StoredChange): void {
    if (operation === 'create') this.#groups.remove(transaction, Number(entityId))
    else if (operation === 'delete') this.#groups.add(transaction, before as GroupRow, Number(entityId))
    else this.#groups.change(transaction, this.#groups.get(Number(entityId)), before as GroupRow)
  }
}
