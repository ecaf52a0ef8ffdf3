/** How changes of client entries are undone. */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { ClientRow } from './repository.ts'
import type { ClientService } from './service.ts'

export class ClientRestorer implements Restorer {
  readonly role = 'operator'
  readonly #clients: ClientService

  constructor(clients: ClientService) {
    this.#clients = clients
  }

  refusal(): undefined {
    return undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, { operation, entityId, before }: StoredChange): void {
    const id = Number(entityId)
    if (operation === 'create') this.#clients.remove(transaction, id)
    else if (operation === 'delete') this.#clients.add(transaction, before as ClientRow, id)
    else this.#clients.change(transaction, this.#clients.get(id), before as ClientRow)
  }
}
