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
export type StoredChange = Omit<z.infer<typeof ChangeEntry>, 'undo' | 'words' | 'fields' | 'comment' | 'undoneBy'>
export type ChangeEntity = StoredChange['entity']

export interface UndoContext {
  /** Those of some later changes, the first one first, that are taken back neither by the same act nor before. */
  standing<T extends Pick<StoredChange, 'id' | 'undoes'>>(changes: readonly T[]): T[]
}

/** What is too much for one transaction, done part by part; each part is a few milliseconds. */
export interface PartialRestorer {
  /** Rows that the undo of this change writes; up to a thousand are done whole, by `restore`. */
  size(change: StoredChange): number
  /**
   * Does the next part; inside a transaction. It records with the first part, and raises the revision with all others.
   * @param state what the part before has left, JSON; undefined: this is the first
   * @returns undefined after the last
   */
  restorePart(
    transaction: ConfigTransaction,
    author: ChangeAuthor,
    change: StoredChange,
    context: UndoContext,
    state: unknown,
  ): unknown
}

export interface Restorer {
  /** Who may undo: whoever may make such changes. */
  readonly role: RouteRole
  /** Why a change like this can never be taken back, as a clause; undefined: it can. */
  refusal(change: StoredChange): string | undefined
  /**
   * Brings the thing back to what it was before `change`, and records that. Inside the transaction.
   * @throws ProblemError when something that is there now stands against it; names it
   */
  restore(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, context: UndoContext): void
  readonly parts?: PartialRestorer
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
