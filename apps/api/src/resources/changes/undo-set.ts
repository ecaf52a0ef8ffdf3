/**
 * Which changes one act takes back, and what stands against it.
 *
 * ```
 *  id 1  create rule 7           wanted: 1          → 2 builds on it: refused, or, together, 2 then 1
 *     2  edit rule 7             wanted: 1, 2       → 2, then 1
 *     3  edit rule 7             wanted: 2          → possible: 4 took 3 back, the two do not count
 *     4  undo of change 3
 * ```
 * Changes are taken back from the newest to the oldest, so each meets the state that it has left.
 */
import { MAX_UNDONE_CHANGES, type UndoSelection } from '@weir/shared/contract/history'
import { ProblemError } from '../../problem-error.ts'
import type { Restorers, StoredChange } from '../../undo.ts'
import { type ChangeRepository, thingOf } from './repository.ts'

export interface Conflict {
  readonly change: StoredChange
  /** The later change that builds on it; null: something else stands against it. */
  readonly blocker: StoredChange | null
  readonly reason: string
}

export interface UndoSet {
  /** The newest first. */
  readonly changes: readonly StoredChange[]
  readonly conflicts: readonly Conflict[]
  /** Of a span: what can never be taken back, and what lies under it. */
  readonly skipped: readonly { readonly change: StoredChange; readonly reason: string }[]
}

/** Who may sign in, and what was logged, is nothing that goes back with the rules. */
const LEFT_ALONE: ReadonlySet<string> = new Set(['user', 'token', 'log'])

export class UndoPlanner {
  readonly #changes: ChangeRepository
  readonly #restorers: Restorers

  constructor(changes: ChangeRepository, restorers: Restorers) {
    this.#changes = changes
    this.#restorers = restorers
  }

  /** @throws ProblemError `not-found` for what is not there, `conflict` for too much */
  plan(select: UndoSelection, together: boolean): UndoSet {
    const isSpan = !('changes' in select || 'revisions' in select)
    const wanted = new Map(this.#wanted(select).map((id) => [id, this.#get(id)]))
    if (together) this.#addLater(wanted)
    const ordered = [...wanted.values()].sort((a, b) => b.id - a.id)
    return isSpan ? this.#splitSpan(ordered) : { changes: ordered, conflicts: this.#conflicts(ordered), skipped: [] }
  }

  /** Why this one cannot be undone now, as a clause; undefined: it can, as far as the history tells. */
  refusal(change: StoredChange): string | undefined {
    const never = this.#never(change)
    if (never !== undefined) return never
    const blocker = this.blocker(change, new Set())
    if (blocker === undefined) return undefined
    const undoneBy = this.#changes.undoneBy(change.id)
    return undoneBy === undefined
      ? `${describeChange(this.#get(blocker))} builds on it: undo that one first`
      : `change ${undoneBy} has taken it back: undo that one to have it again`
  }

  /**
   * The first later change of the same thing that stands: neither in `set`, nor taken back, nor part of the same revision.
   */
  blocker(change: StoredChange, set: ReadonlySet<number>): number | undefined {
    return standing(this.#changes.laterOf(change)).find(
      ({ id, revision }) => !set.has(id) && revision !== change.revision,
    )?.id
  }

  #never(change: StoredChange): string | undefined {
    const restorer = this.#restorers.find(change.entity)
    return restorer ? restorer.refusal(change) : 'what it removed is not kept'
  }

  #get(id: number): StoredChange {
    const change = this.#changes.find(id)
    if (!change) throw new ProblemError('not-found', { detail: `there is no change ${id}` })
    return change
  }

  #wanted(select: UndoSelection): number[] {
    const ids = this.#idsOf(select)
    if (ids.length > MAX_UNDONE_CHANGES)
      throw new ProblemError('conflict', {
        detail: `these are more than ${MAX_UNDONE_CHANGES} changes: undo them in parts`,
      })
    return ids
  }

  #idsOf(select: UndoSelection): number[] {
    const limit = MAX_UNDONE_CHANGES + 1
    if ('changes' in select) return [...select.changes]
    if ('revisions' in select)
      return [...new Set(select.revisions)].flatMap((revision) => {
        const ids = this.#changes.ids({ revision }, limit)
        if (ids.length === 0) throw new ProblemError('not-found', { detail: `no change made revision ${revision}` })
        return ids
      })
    if ('toRevision' in select) {
      this.#refuseBeyondHorizon(select.toRevision)
      return this.#standingIds(this.#changes.ids({ afterRevision: select.toRevision }, limit))
    }
    return this.#standingIds(this.#changes.ids(select, limit))
  }

  #refuseBeyondHorizon(revision: number): void {
    const horizon = this.#changes.horizon()
    if (revision < horizon)
      throw new ProblemError('conflict', {
        detail: `the history is kept from revision ${horizon} on: ${revision} is before`,
      })
  }

  /** Without the pairs of a change and its undo that lie both inside: together they change nothing. */
  #standingIds(ids: readonly number[]): number[] {
    if (ids.length > MAX_UNDONE_CHANGES) return [...ids]
    const rows = ids.map((id) => this.#get(id)).reverse()
    return standing(rows).map(({ id }) => id)
  }

  #addLater(wanted: Map<number, StoredChange>): void {
    for (const change of [...wanted.values()])
      for (const { id, revision } of standing(this.#changes.laterOf(change)))
        if (revision !== change.revision && !wanted.has(id)) wanted.set(id, this.#get(id))
    if (wanted.size > MAX_UNDONE_CHANGES)
      throw new ProblemError('conflict', { detail: `these are more than ${MAX_UNDONE_CHANGES} changes together` })
  }

  #conflicts(ordered: readonly StoredChange[]): Conflict[] {
    const set = new Set(ordered.map(({ id }) => id))
    return ordered.flatMap((change): Conflict[] => {
      const never = this.#never(change)
      if (never !== undefined) return [{ change, blocker: null, reason: never }]
      const blocker = this.blocker(change, set)
      if (blocker === undefined) return []
      const later = this.#get(blocker)
      const undoneBy = this.#changes.undoneBy(change.id)
      const reason =
        undoneBy === undefined
          ? `${describeChange(later)} builds on it: undo that one first`
          : `change ${undoneBy} has taken it back: undo that one to have it again`
      return [{ change, blocker: later, reason }]
    })
  }

  /** What cannot be taken back stays, and with it what lies under it: the rest goes back. */
  #splitSpan(ordered: readonly StoredChange[]): UndoSet {
    const skipped: { change: StoredChange; reason: string }[] = []
    const stuck = new Map<string, StoredChange>()
    const changes: StoredChange[] = []
    for (const change of ordered) {
      const above = stuck.get(thingOf(change))
      const reason = LEFT_ALONE.has(change.entity)
        ? 'who may sign in and what is logged is left as it is'
        : (this.#never(change) ?? (above && `${describeChange(above)} came after it and stays`))
      if (reason === undefined) changes.push(change)
      else {
        skipped.push({ change, reason })
        stuck.set(thingOf(change), change)
      }
    }
    return { changes, conflicts: this.#conflicts(changes), skipped }
  }
}

/**
 * What is left of some changes when each undo and what it took back are left out, both being among them.
 * @param changes the first one first
 */
export function standing<T extends Pick<StoredChange, 'id' | 'undoes'>>(changes: readonly T[]): T[] {
  const ids = new Set(changes.map(({ id }) => id))
  const out = new Set<number>()
  for (const { id, undoes } of [...changes].reverse()) {
    if (out.has(id) || undoes === null || !ids.has(undoes)) continue
    out.add(id).add(undoes)
  }
  return changes.filter(({ id }) => !out.has(id))
}

const MAX_SUMMARY_CHARACTERS = 120
export const describeChange = ({ id, summary, actor }: Pick<StoredChange, 'id' | 'summary' | 'actor'>): string =>
  `change ${id} (${summary.slice(0, MAX_SUMMARY_CHARACTERS)}, by ${actor})`
