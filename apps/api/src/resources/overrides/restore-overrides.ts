/** How starting and ending an override are undone: one that would be over by now is not brought back. */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { EndedOverride, OverrideService } from './service.ts'

export class OverrideRestorer implements Restorer {
  readonly role = 'operator'
  readonly #overrides: OverrideService

  constructor(overrides: OverrideService) {
    this.#overrides = overrides
  }

  refusal(): undefined {
    return undefined
  }

  restore(
    transaction: ConfigTransaction,
    _author: ChangeAuthor,
    { at, operation, entityId, before }: StoredChange,
  ): void {
    if (operation === 'create') this.#overrides.remove(transaction, Number(entityId))
    else this.#overrides.putBack(transaction, before as EndedOverride, at)
  }
}
