/**
 * How imports are undone and done again: the rules are taken out into `removed_rules`, and put back from there with their ids.
 * Part by part, since an import may be hundreds of thousands of rules.
 */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { PartialRestorer, StoredChange, UndoContext } from '../../undo.ts'
import { RemovedRules } from './removed-rules.ts'
import type { RuleRepository } from './repository.ts'

type Range = readonly [first: number, last: number]

/** What an import leaves in its change row, and, with `removedId`, its undo. */
interface ImportedRules {
  readonly added: number
  /** First and last id of each run of rules that it added. */
  readonly ranges: readonly Range[]
  readonly removedId?: number
}

/** Rules of one part: about 15 ms of SQLite's time. */
const RULES_PER_PART = 1000

interface TakingOut {
  readonly removedId: number
  /** Ranges that are left; of the last one, a part may be gone. */
  readonly left: number
}
interface PuttingBack {
  readonly after: number
}

export class ImportRestorer implements PartialRestorer {
  readonly #clock: AppDeps['clock']
  readonly #rules: RuleRepository
  readonly #removed: RemovedRules

  constructor({ clock, database }: Pick<AppDeps, 'clock' | 'database'>, rules: RuleRepository) {
    this.#clock = clock
    this.#rules = rules
    this.#removed = new RemovedRules(database)
  }

  size(change: StoredChange): number {
    return importOf(change)?.added ?? 1
  }

  refusal(change: StoredChange): string | undefined {
    if (change.operation === 'import') return undefined
    const removedId = importOf(change)?.removedId
    return removedId !== undefined && this.#removed.has(removedId)
      ? undefined
      : 'the rules are not kept any more: import the lines again'
  }

  restore(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, context: UndoContext): void {
    let state: unknown
    do state = this.restorePart(transaction, author, change, context, state)
    while (state !== undefined)
  }

  restorePart(
    transaction: ConfigTransaction,
    _author: ChangeAuthor,
    change: StoredChange,
    context: UndoContext,
    state: unknown,
  ): unknown {
    const imported = importOf(change)
    if (imported === undefined) throw new ProblemError('conflict', { detail: 'is no import' })
    if (change.operation === 'import') {
      const taking = (state as TakingOut | undefined) ?? this.#beginTaking(transaction, change, imported, context)
      return this.#takeOut(transaction, imported, taking)
    }
    return this.#putBack(transaction, change, imported, state as PuttingBack | undefined)
  }

  /** Records it whole: from here on, nothing stands against it. */
  #beginTaking(
    transaction: ConfigTransaction,
    change: StoredChange,
    { ranges }: ImportedRules,
    context: UndoContext,
  ): TakingOut {
    for (const range of ranges) {
      const [touched] = context.standing(this.#rules.touchedSince(change.id, ...range))
      if (touched !== undefined)
        throw new ProblemError('conflict', { detail: `change ${touched.id} (${touched.summary}) builds on it` })
    }
    const removedId = this.#removed.begin()
    const added = ranges.reduce((sum, range) => sum + this.#rules.countRange(...range), 0)
    transaction.record({
      entity: 'rule',
      entityId: change.entityId,
      operation: 'delete',
      summary: added === 1 ? '1 imported rule' : `${added} imported rules`,
      before: { added, ranges, removedId } satisfies ImportedRules,
    })
    return { removedId, left: ranges.length }
  }

  #takeOut(transaction: ConfigTransaction, { ranges }: ImportedRules, { removedId, left }: TakingOut): unknown {
    let room = RULES_PER_PART
    let remaining = left
    while (remaining > 0 && room > 0) {
      const taken = this.#removed.takeOut(removedId, ranges[remaining - 1]!, room, transaction.revision)
      room -= taken
      if (taken === 0) remaining--
    }
    transaction.raise()
    return remaining > 0 ? ({ removedId, left: remaining } satisfies TakingOut) : undefined
  }

  #putBack(
    transaction: ConfigTransaction,
    change: StoredChange,
    { added, ranges, removedId = 0 }: ImportedRules,
    state: PuttingBack | undefined,
  ): unknown {
    if (state === undefined)
      transaction.record({
        entity: 'rule',
        entityId: change.entityId,
        operation: 'import',
        summary: added === 1 ? '1 rule imported' : `${added} rules imported`,
        after: { added, ranges } satisfies ImportedRules,
      })
    transaction.raise()
    const part = this.#removed.putBack(removedId, state?.after ?? 0, this.#clock.now(), transaction.revision)
    return part && ({ after: part.last } satisfies PuttingBack)
  }
}

/** What an import or its undo says; undefined for changes of single rules. */
export function importOf({ operation, before, after }: StoredChange): ImportedRules | undefined {
  const state = operation === 'import' ? after : operation === 'delete' ? before : undefined
  return typeof state === 'object' && state !== null && 'ranges' in state ? (state as ImportedRules) : undefined
}
