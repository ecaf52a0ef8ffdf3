/** How switching a service or safe search is undone. */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { RuleSetKind, RuleSetState } from './repository.ts'
import type { RuleSetService } from './service.ts'

export class RuleSetRestorer implements Restorer {
  readonly role = 'operator'
  readonly #kind: RuleSetKind
  readonly #sets: RuleSetService

  constructor(kind: RuleSetKind, sets: RuleSetService) {
    this.#kind = kind
    this.#sets = sets
  }

  refusal(): undefined {
    return undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, { entityId, before }: StoredChange): void {
    const state = before as RuleSetState
    const [gone] = this.#sets.repository.unknownGroups(state.groups)
    if (gone !== undefined)
      throw new ProblemError('conflict', { detail: `${entityId} held for group ${gone}, which is no more` })
    this.#sets.switch(transaction, this.#kind, entityId, state)
  }
}
