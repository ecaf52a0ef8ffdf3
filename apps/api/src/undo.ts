/**
 * Taking changes back: each slice says how a change of its things is undone, resources/changes does it.
 *
 * A slice never imports another one, so they meet here: `restorers.add('rule', …)` when routes are registered.
 */
import type { ChangeEntry } from '@weir/shared/contract/system'
import type { z } from 'zod'
import type { RouteRole } from './actor.ts'
import type { ChangeAuthor, ConfigTransaction } from './config-store.ts'

/** A row of `change`, its states parsed. */
export type StoredChange = Omit<z.infer<typeof ChangeEntry>, 'undo'>
export type ChangeEntity = StoredChange['entity']

export interface Restorer {
  /** Who may undo: whoever may make such changes. */
  readonly role: RouteRole
  /** Why a change like this can never be taken back, as a clause; undefined: it can. */
  refusal(change: StoredChange): string | undefined
  /**
   * Brings the thing back to what it was before `change`, and records that. Inside the transaction.
   * @throws ProblemError when something that is there now stands against it; names it
   */
  restore(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange): void
  /** After the transaction, whether it went through or not. */
  settled?(): void
}

export class Restorers {
  readonly #byEntity = new Map<ChangeEntity, Restorer>()

  add(entity: ChangeEntity, restorer: Restorer): void {
    this.#byEntity.set(entity, restorer)
  }

  find(entity: ChangeEntity): Restorer | undefined {
    return this.#byEntity.get(entity)
  }

  settled(): void {
    for (const restorer of this.#byEntity.values()) restorer.settled?.()
  }
}
