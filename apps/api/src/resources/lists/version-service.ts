/** The versions of a list: what each holds, which is in effect, which waits for a review, how two differ. */
import type { DiffProgress, DiffSide, ListDiff } from '@weir/shared/contract/list-diff'
import type { ListUpdate, ListVersion } from '@weir/shared/contract/lists'
import type { RejectedLine } from '@weir/shared/contract/rejected-lines'
import { type AppliedState, awaitEffect } from '../../applied.ts'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import { acceptFindings } from './accepted-entries.ts'
import { compareApart, differenceTextApart } from './compare-thread.ts'
import type { VersionPair } from './compare-versions.ts'
import { JobQueue, QueueFullError } from './job-queue.ts'
import { listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListRow, VersionRow } from './list-row.ts'
import type { ListUpdates } from './list-updates.ts'
import { versionView } from './list-view.ts'
import { updatesOf } from './update-log.ts'

/** Each walks through all names of two versions in a thread of its own: ten million take seconds of a core. */
const COMPARISONS_AT_ONCE = 1
const MAX_WAITING_COMPARISONS = 16
/** Each lasts as long as somebody reads it. */
const MAX_DOWNLOADS = 4

export class VersionService {
  readonly #parts: ListParts
  readonly #updates: ListUpdates
  readonly #comparisons = new JobQueue(COMPARISONS_AT_ONCE, MAX_WAITING_COMPARISONS)
  #downloads = 0
  /** Of comparisons that run or wait, by what they compare: bounded by how many those may be. */
  readonly #progress = new Map<string, DiffProgress>()

  constructor(parts: ListParts, updates: ListUpdates) {
    this.#parts = parts
    this.#updates = updates
  }

  /** Newest first. @throws ProblemError `not-found`, here and below */
  all(listId: number): ListVersion[] {
    const { activeVersionId } = listOrGone(this.#parts, listId)
    return this.#parts.repository.versions(listId).map((version) => versionView(version, activeVersionId))
  }

  /** One of this list's, not another's. */
  find(listId: number, versionId: number): VersionRow {
    listOrGone(this.#parts, listId)
    const version = this.#parts.repository.versions(listId).find((kept) => kept.id === versionId)
    if (!version) throw new ProblemError('not-found', { detail: `list ${listId} has no version ${versionId}` })
    return version
  }

  /** @param from another version of the list; missing: the one in effect */
  pair(listId: number, to: number, from: number | undefined): VersionPair {
    const before = from ?? listOrGone(this.#parts, listId).activeVersionId
    return { from: before === null ? null : this.find(listId, before), to: this.find(listId, to) }
  }

  /** @throws QueueFullError, the signal's reason */
  compare(pair: VersionPair, search: string, signal: AbortSignal): Promise<ListDiff> {
    const { databasePath } = this.#parts
    const key = comparisonKey(pair, search)
    const told = (progress: DiffProgress): unknown => this.#progress.set(key, progress)
    told({ state: 'waiting', share: null })
    return this.#comparisons
      .run(() => {
        told({ state: 'running', share: null })
        return compareApart({ kind: 'figures', databasePath, pair, search }, signal, (share) =>
          told({ state: 'running', share }),
        )
      })
      .finally(() => this.#progress.delete(key))
  }

  /** How far the comparison is that somebody waits for. */
  progress(pair: VersionPair, search: string): DiffProgress {
    return this.#progress.get(comparisonKey(pair, search)) ?? { state: 'none', share: null }
  }

  /** All of it as text. @param signal says that nobody reads it any longer, or that all was read @throws QueueFullError */
  differenceText(pair: VersionPair, side: DiffSide | undefined, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (this.#downloads >= MAX_DOWNLOADS) throw new QueueFullError(this.#downloads)
    this.#downloads++
    signal.addEventListener('abort', () => this.#downloads--, { once: true })
    const { databasePath } = this.#parts
    return differenceTextApart({ kind: 'text', databasePath, pair, side }, signal)
  }

  /** Rolls back or forward again to a version that is kept, or accepts the one that waits for a review. */
  async activate(listId: number, versionId: number, author: ChangeAuthor): Promise<AppliedState> {
    const { config, repository, clock } = this.#parts
    const { revision } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, listId)
      const version = this.find(listId, versionId)
      if (row.activeVersionId === versionId) return
      acceptFindings(repository, listId, version.findings ?? [])
      repository.activate(listId, versionId, clock.now(), tx.revision)
      recordActivation(tx, row, version)
    })
    void this.#updates.importer.sweep()
    return awaitEffect(this.#parts, revision)
  }

  /** Lets go of a version that is not in effect; what waited for a review is not held again when it is fetched again. */
  async discard(listId: number, versionId: number, author: ChangeAuthor): Promise<AppliedState> {
    const { config, repository } = this.#parts
    const { revision } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, listId)
      const version = this.find(listId, versionId)
      if (row.activeVersionId === versionId)
        throw new ProblemError('conflict', { detail: 'this version is in effect: activate another one first' })
      repository.dropVersion(versionId)
      if (version.findings !== null) repository.saveFetchState(listId, { discardedSha256: version.sha256 })
      tx.record({
        entity: 'list',
        entityId: listId,
        operation: 'update',
        summary: `${row.name}: version ${versionId} discarded, ${version.names} names`,
        before: { versionId, findings: version.findings },
      })
    })
    void this.#updates.importer.sweep()
    return awaitEffect(this.#parts, revision)
  }

  /** Of the active version: the first thousand, and how many there are. */
  rejected(listId: number): { items: RejectedLine[]; total: number } {
    const { repository } = this.#parts
    const { activeVersionId } = listOrGone(this.#parts, listId)
    return {
      items: repository.rejected(activeVersionId),
      total: repository.version(activeVersionId)?.rejectedCount ?? 0,
    }
  }

  /** How updates went, newest first. */
  log(listId: number): ListUpdate[] {
    listOrGone(this.#parts, listId)
    return updatesOf(this.#parts.database, listId)
  }
}

const comparisonKey = ({ from, to }: VersionPair, search: string): string => JSON.stringify([from?.id, to.id, search])

function recordActivation(tx: ConfigTransaction, row: ListRow, version: VersionRow): void {
  const { id, names, findings } = version
  const reasons = findings?.map(({ detail }) => detail).join('; ')
  tx.record({
    entity: 'list',
    entityId: row.id,
    operation: 'update',
    summary:
      reasons === undefined
        ? `${row.name}: back to version ${id}, ${names} names`
        : `${row.name}: version ${id} accepted, although it ${reasons}`,
    before: { activeVersionId: row.activeVersionId },
    after: { activeVersionId: id, ...(findings === null ? {} : { findings }) },
  })
}
