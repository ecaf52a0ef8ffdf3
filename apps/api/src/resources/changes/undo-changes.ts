/** Takes changes back: one, or all of one revision, in one transaction that is itself a change. */
import type { Actor } from '../../actor.ts'
import { mayAct } from '../../actor.ts'
import type { ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, Restorers, StoredChange } from '../../undo.ts'
import type { ChangeRepository } from './repository.ts'

/** As many as one bulk edit may have made. */
export const MAX_UNDONE_CHANGES = 10_000

export interface Undone {
  readonly undone: number
  readonly revision: number
}

export class ChangeUndoer {
  readonly #deps: AppDeps
  readonly #changes: ChangeRepository
  readonly #restorers: Restorers

  constructor(deps: AppDeps, changes: ChangeRepository, restorers: Restorers) {
    this.#deps = deps
    this.#changes = changes
    this.#restorers = restorers
  }

  /** Why this change cannot be undone now, as a sentence; undefined: it can, as far as the history tells. */
  refusal(change: StoredChange): string | undefined {
    const restorer = this.#restorers.find(change.entity)
    const never = restorer ? restorer.refusal(change) : 'what it removed is not kept'
    if (never !== undefined) return never
    const later = this.#changes.laterChange(change)
    return later && `${describe(later)} builds on it: undo that one first`
  }

  /** @throws ProblemError `not-found`, `forbidden`, or `conflict` that names both changes */
  undo(actor: Actor, changes: readonly StoredChange[]): Undone {
    try {
      const { revision } = this.#deps.config.transaction(actor, (transaction) => {
        for (const change of changes) this.#undoOne(transaction, actor, change)
      })
      return { undone: changes.length, revision }
    } finally {
      this.#restorers.settled()
    }
  }

  #undoOne(transaction: ConfigTransaction, actor: Actor, change: StoredChange): void {
    const restorer = this.#restorers.find(change.entity)
    if (restorer) refuseRole(restorer, actor)
    const refusal = this.refusal(change)
    if (refusal !== undefined || !restorer)
      throw new ProblemError('conflict', { detail: `${describe(change)} cannot be undone: ${refusal}` })
    const recording: ConfigTransaction = {
      ...transaction,
      record: (made) => transaction.record({ ...made, summary: `undo of change ${change.id}: ${made.summary}` }),
    }
    try {
      restorer.restore(recording, actor, change)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      throw new ProblemError('conflict', { detail: `${describe(change)} cannot be undone: ${error.message}` })
    }
  }
}

function refuseRole({ role }: Restorer, actor: Actor): void {
  if (role !== 'public' && !mayAct(actor.role, role))
    throw new ProblemError('forbidden', { detail: `this needs the role ${role}; yours is ${actor.role}` })
}

const MAX_SUMMARY_CHARACTERS = 120
const describe = ({ id, summary, actor }: StoredChange): string =>
  `change ${id} (${summary.slice(0, MAX_SUMMARY_CHARACTERS)}, by ${actor})`
