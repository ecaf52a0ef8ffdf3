/** Undoing slice by slice: the row of `undo_job` says how far it has come, each transaction moves it on. */
import type { Actor } from '../../actor.ts'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import type { PartialRestorer, StoredChange, UndoContext } from '../../undo.ts'
import type { ChangeRepository } from './repository.ts'

/** Changes that one transaction takes back where each is small: some ten milliseconds. */
const CHANGES_PER_SLICE = 200

interface Job {
  readonly author: ChangeAuthor
  /** All of them, the one to be undone first in front. */
  readonly changeIds: readonly number[]
  done: number
  /** Of the change that is being undone by parts. */
  state: unknown
  /** Of the change rows that it writes: nobody else writes any meanwhile. */
  readonly firstChangeId: number
}

/** How the job undoes; from undo-changes.ts. */
export interface UndoWork {
  undoWhole(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, set: ReadonlySet<number>): void
  partsOf(change: StoredChange): PartialRestorer | undefined
  recording(transaction: ConfigTransaction, change: StoredChange): ConfigTransaction
  context(set: ReadonlySet<number>): UndoContext
}

export class UndoJobs {
  readonly #deps: AppDeps
  readonly #changes: ChangeRepository
  readonly #work: UndoWork

  constructor(deps: AppDeps, changes: ChangeRepository, work: UndoWork) {
    this.#deps = deps
    this.#changes = changes
    this.#work = work
  }

  /** @returns the revision of all that it did */
  async run(actor: Actor, changes: readonly StoredChange[]): Promise<number> {
    const { name, address, via, comment } = actor
    const job: Job = {
      author: { name, address, via, comment },
      changeIds: changes.map(({ id }) => id),
      done: 0,
      state: undefined,
      firstChangeId: this.#changes.nextId(),
    }
    return this.#finish(job)
  }

  async resume(): Promise<void> {
    const row = this.#deps.database
      .prepare<[], { author: string; changeIds: string; done: number; state: string | null; firstChangeId: number }>(
        `SELECT author, change_ids AS changeIds, done, state, first_change_id AS firstChangeId FROM undo_job`,
      )
      .get()
    if (!row) return
    await this.#finish({
      author: JSON.parse(row.author) as ChangeAuthor,
      changeIds: JSON.parse(row.changeIds) as number[],
      done: row.done,
      state: row.state === null ? undefined : JSON.parse(row.state),
      firstChangeId: row.firstChangeId,
    })
  }

  async #finish(job: Job): Promise<number> {
    const total = job.changeIds.length
    const holder = this.#deps.config.hold(`${job.author.name} is undoing ${total} changes: try again in a moment`)
    try {
      return await this.#drive(job, holder)
    } catch (error) {
      // The API ends: its next start goes on.
      if (!this.#deps.database.open) throw error
      await this.#takeBack(job, holder)
      throw error
    } finally {
      this.#deps.config.release(holder)
    }
  }

  async #drive(job: Job, holder: object): Promise<number> {
    const total = job.changeIds.length
    for (;;) {
      const revision = this.#slice(job, holder)
      this.#deps.events.publish('undo', { done: job.done, total })
      if (job.done === total) return revision
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** All or nothing: something stands against one of them, so what was done until then is undone itself. */
  async #takeBack({ author, firstChangeId }: Job, holder: object): Promise<void> {
    const changeIds = this.#changes.idsFrom(firstChangeId)
    if (changeIds.length === 0) this.#deps.database.prepare('DELETE FROM undo_job').run()
    else
      await this.#drive({ author, changeIds, done: 0, state: undefined, firstChangeId: this.#changes.nextId() }, holder)
  }

  /** One transaction. @returns its revision */
  #slice(job: Job, holder: object): number {
    const set = new Set(job.changeIds)
    const next = { ...job }
    const { revision } = this.#deps.config.transaction(
      { ...job.author, comment: null },
      (transaction) => {
        this.#doSome(transaction, next, set)
        transaction.raise()
        if (next.done === job.changeIds.length) this.#close(next, transaction.revision)
        else this.#save(next)
      },
      holder,
    )
    Object.assign(job, next)
    return revision
  }

  #doSome(transaction: ConfigTransaction, job: Job, set: ReadonlySet<number>): void {
    for (let count = 0; count < CHANGES_PER_SLICE && job.done < job.changeIds.length; count++) {
      const change = this.#changes.find(job.changeIds[job.done]!)
      if (change === undefined) {
        job.done++
        continue
      }
      const parts = this.#work.partsOf(change)
      if (parts === undefined) this.#work.undoWhole(transaction, job.author, change, set)
      else {
        // A part is a slice of its own.
        if (count > 0) return
        const context = this.#work.context(set)
        const recording = this.#work.recording(transaction, change)
        job.state = parts.restorePart(recording, job.author, change, context, job.state)
        if (job.state === undefined) job.done++
        return
      }
      job.done++
    }
  }

  #save({ author, changeIds, done, state, firstChangeId }: Job): void {
    this.#deps.database
      .prepare(
        `INSERT OR REPLACE INTO undo_job (id, author, change_ids, done, state, first_change_id) VALUES (1, ?, ?, ?, ?, ?)`,
      )
      .run(
        JSON.stringify(author),
        JSON.stringify(changeIds),
        done,
        state === undefined ? null : JSON.stringify(state),
        firstChangeId,
      )
  }

  /** All that it wrote becomes one revision, which can be undone as one. The rows of this transaction have it anyway. */
  #close({ author, firstChangeId }: Job, revision: number): void {
    const { database } = this.#deps
    database.prepare('DELETE FROM undo_job').run()
    database.prepare('UPDATE change SET revision = ? WHERE id >= ?').run(revision, firstChangeId)
    if (author.comment)
      database
        .prepare('INSERT OR REPLACE INTO revision_comment (revision, comment) VALUES (?, ?)')
        .run(revision, author.comment)
  }
}
