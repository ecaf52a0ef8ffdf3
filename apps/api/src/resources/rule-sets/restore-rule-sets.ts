/** How switching a service or safe search is undone. */
import { schedulesOf } from '@weir/shared/groups/group-term'
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
    const { assignments } = this.#sets.repository
    const { schedule = null, perGroup = [], groups } = state
    const gone = [...groups, ...perGroup.map(({ group }) => group)].find((id) => !assignments.hasGroup(id))
    if (gone !== undefined)
      throw new ProblemError('conflict', { detail: `${entityId} held for group ${gone}, which is no more` })
    const ended = schedulesOf({ schedule, perGroup }).find((id) => !assignments.hasSchedule(id))
    if (ended !== undefined)
      throw new ProblemError('conflict', { detail: `${entityId} held by schedule ${ended}, which is no more` })
    this.#sets.switch(transaction, this.#kind, entityId, state)
  }
}
