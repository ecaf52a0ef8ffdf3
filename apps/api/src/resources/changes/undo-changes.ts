/**
 * Takes changes back, in one transaction that is itself a change. What is too much for one (imports of many rules) is done
 * slice by slice while nobody else may change anything; the job is a row of weir.db, so that a process that was killed
 * meanwhile goes on with it at its next start, before anything else is changed.
 */
import type { UndoPreview, UndoRequest } from '@weir/shared/contract/history'
import type { Actor } from '../../actor.ts'
import { mayAct } from '../../actor.ts'
import type { Change, ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, Restorers, StoredChange, UndoContext } from '../../undo.ts'
import { previewOf } from './preview.ts'
import type { ChangeRepository } from './repository.ts'
import { UndoJobs } from './undo-job.ts'
import { type Conflict, describeChange, standing, UndoPlanner, type UndoSet } from './undo-set.ts'

/** Rows that one transaction writes at most: some hundred milliseconds. */
const MAX_ROWS_AT_ONCE = 2000

export interface Undone {
  readonly undone: number
  readonly revision: number
  readonly skipped: UndoSet['skipped']
}

/** Ends a transaction that was only tried. */
class Tried extends Error {}

export class ChangeUndoer {
  readonly planner: UndoPlanner
  readonly #deps: AppDeps
  readonly #changes: ChangeRepository
  readonly #restorers: Restorers
  readonly #jobs: UndoJobs

  constructor(deps: AppDeps, changes: ChangeRepository, restorers: Restorers) {
    this.#deps = deps
    this.#changes = changes
    this.#restorers = restorers
    this.planner = new UndoPlanner(changes, restorers)
    this.#jobs = new UndoJobs(deps, changes, {
      undoWhole: (transaction, author, change, set) => this.#undoOne(transaction, author, change, set),
      partsOf: (change) => this.#partsOf(change),
      recording,
      context: contextOf,
    })
  }

  /** Goes on with what a killed process has left. @returns when it is done, at once without any */
  resume(): Promise<void> {
    return this.#jobs.resume()
  }

  /** What the act would do, found by doing it and rolling it back; what is done slice by slice is only counted. */
  preview(actor: Actor, { select, together }: UndoRequest): UndoPreview {
    const set = this.planner.plan(select, together)
    const recorded: Change[] = []
    const failed: Conflict[] = []
    const isTried = set.conflicts.length === 0 && this.#size(set.changes) <= MAX_ROWS_AT_ONCE
    try {
      if (isTried)
        this.#deps.config.transaction(actor, (transaction) => {
          const noting = { ...transaction, record: (change: Change) => recorded.push(change) }
          this.#tryAll(noting, actor, set, failed)
          throw new Tried()
        })
    } catch (error) {
      if (!(error instanceof Tried)) throw error
    } finally {
      this.#restorers.settled()
    }
    const conflicts = [...set.conflicts, ...failed]
    const isSolved =
      !together && conflicts.length > 0 && this.planner.plan(select, true).conflicts.length === 0 && failed.length === 0
    return previewOf({ ...set, conflicts }, recorded, {
      revision: this.#deps.config.revision,
      isSolvedTogether: isSolved,
      names: this.#changes.names.at(),
    })
  }

  /** @throws ProblemError `not-found`, `forbidden`, `stale-edit`, or `conflict` that names both changes */
  async undo(actor: Actor, { select, together, expectRevision }: UndoRequest): Promise<Undone> {
    this.#refuseStale(expectRevision)
    const set = this.planner.plan(select, together)
    const { changes, skipped } = set
    for (const change of changes) this.#refuseRole(actor, change)
    const [conflict] = set.conflicts
    if (conflict) throw cannotUndo(conflict.change, conflict.reason)
    if (changes.length === 0) return { undone: 0, revision: this.#deps.config.revision, skipped }
    const revision =
      this.#size(changes) > MAX_ROWS_AT_ONCE ? await this.#runJob(actor, changes) : this.#undoAtOnce(actor, changes)
    return { undone: changes.length, revision, skipped }
  }

  async #runJob(actor: Actor, changes: readonly StoredChange[]): Promise<number> {
    try {
      return await this.#jobs.run(actor, changes)
    } finally {
      if (this.#deps.database.open) this.#restorers.settled()
    }
  }

  #undoAtOnce(actor: Actor, changes: readonly StoredChange[]): number {
    const set = new Set(changes.map(({ id }) => id))
    try {
      return this.#deps.config.transaction(actor, (transaction) => {
        for (const change of changes) this.#undoOne(transaction, actor, change, set)
      }).revision
    } finally {
      this.#restorers.settled()
    }
  }

  #refuseStale(expected: number | undefined): void {
    const { revision } = this.#deps.config
    if (expected !== undefined && expected !== revision)
      throw new ProblemError('stale-edit', {
        detail: `the configuration has revision ${revision} by now, not ${expected}: look at the preview again`,
      })
  }

  /** Each in a savepoint, so that one that fails leaves the others as they would be. */
  #tryAll(transaction: ConfigTransaction, author: ChangeAuthor, { changes }: UndoSet, failed: Conflict[]): void {
    const set = new Set(changes.map(({ id }) => id))
    for (const change of changes) {
      try {
        this.#deps.database.transaction(() => this.#restore(recording(transaction, change), author, change, set))()
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        failed.push({ change, blocker: null, reason: error.message })
      }
    }
  }

  #undoOne(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, set: ReadonlySet<number>): void {
    try {
      this.#restore(recording(transaction, change), author, change, set)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      throw cannotUndo(change, error.message)
    }
  }

  #restore(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, set: ReadonlySet<number>): void {
    this.#restorerOf(change).restore(transaction, author, change, contextOf(set))
  }

  #restorerOf(change: StoredChange): Restorer {
    const restorer = this.#restorers.find(change.entity)
    if (!restorer) throw cannotUndo(change, 'what it removed is not kept')
    return restorer
  }

  #partsOf(change: StoredChange) {
    const parts = this.#restorers.find(change.entity)?.parts
    return parts !== undefined && parts.size(change) > 1000 ? parts : undefined
  }

  #size(changes: readonly StoredChange[]): number {
    return changes.reduce((sum, change) => sum + (this.#restorers.find(change.entity)?.parts?.size(change) ?? 1), 0)
  }

  #refuseRole(actor: Actor, change: StoredChange): void {
    const { role } = this.#restorerOf(change)
    if (role !== 'public' && !mayAct(actor.role, role))
      throw new ProblemError('forbidden', {
        detail: `${describeChange(change)} needs the role ${role}; yours is ${actor.role}`,
      })
  }
}

const contextOf = (set: ReadonlySet<number>): UndoContext => ({
  standing: (changes) => standing(changes).filter(({ id }) => !set.has(id)),
})

/** What is recorded says which change it takes back. */
const recording = (transaction: ConfigTransaction, { id }: StoredChange): ConfigTransaction => ({
  ...transaction,
  record: (made) =>
    transaction.record({ ...made, undoes: id, summary: `undo of change ${id}: ${withoutUndo(made.summary)}` }),
})

/** The undo of an undo is named by itself alone. */
const withoutUndo = (summary: string): string => summary.replace(/^(undo of change \d+: )+/, '')

const cannotUndo = (change: StoredChange, reason: string): ProblemError =>
  new ProblemError('conflict', { detail: `${describeChange(change)} cannot be undone: ${reason}` })
