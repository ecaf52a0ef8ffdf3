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

  restore(
    transaction: ConfigTransaction,
    _author: ChangeAuthor,
    { operation, entityId, before, after }: StoredChange,
  ): void {
    if (operation === 'create') this.#groups.remove(transaction, Number(entityId))
    else if (operation === 'delete') this.#groups.add(transaction, before as GroupRow, Number(entityId))
    else {
      const now = this.#groups.get(Number(entityId))
      const clients = clientsOf(now, before as GroupRow, after as GroupRow)
      this.#groups.change(transaction, now, { ...(before as GroupRow), clients })
    }
  }
}

/** Only those that the change itself put in or took out: what came and went by other changes since is none of it. */
function clientsOf(now: GroupRow, before: GroupRow, after: GroupRow): string[] {
  const added = new Set(after.clients.filter((client) => !before.clients.includes(client)))
  const removed = before.clients.filter((client) => !after.clients.includes(client))
  return [...new Set([...now.clients.filter((client) => !added.has(client)), ...removed])]
}
