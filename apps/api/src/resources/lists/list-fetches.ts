/** Fetches subscriptions: one fetch of a list at a time, a few lists at once, each of which can be cancelled. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '@weir/shared/result'
import { type ChangeAuthor, SYSTEM_AUTHOR } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { ContentFault } from './content-fault.ts'
import { type FetchedList, fetchList } from './fetch-list.ts'
import { JobQueue } from './job-queue.ts'
import { type Imported, listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListUpdates } from './list-updates.ts'
import { recordCancelled, recordFailure, recordSuccess } from './record-fetch.ts'
import { inEffect, logFault, logTaken, type UpdateOrigin, type UpdateOutcome } from './update-effect.ts'

/** Downloads at a time: more would only share the same line. */
const FETCHES_AT_ONCE = 2
const MAX_WAITING_FETCHES = 1000

const NO_VALIDATORS = { etag: null, lastModified: null }
const CANCELLED: ContentFault = { code: 'cancelled', detail: 'was cancelled' }

/** One fetch of one list. */
interface FetchJob {
  readonly listId: number
  readonly author: ChangeAuthor
  /** What the guard finds is accepted. */
  readonly force: boolean
  readonly signal: AbortSignal
  /** Monotonic. */
  readonly startedAt: number
}

export class ListFetches {
  readonly #parts: ListParts
  readonly #updates: ListUpdates
  readonly #queue = new JobQueue(FETCHES_AT_ONCE, MAX_WAITING_FETCHES)
  readonly #running = new Map<number, { readonly outcome: Promise<UpdateOutcome>; readonly cancel: AbortController }>()

  constructor(parts: ListParts, updates: ListUpdates) {
    this.#parts = parts
    this.#updates = updates
  }

  /**
   * Fetches a subscription now; one that is being fetched is joined.
   * @throws ProblemError `not-found` when the list is gone meanwhile, `conflict` when it is pinned; QueueFullError
   */
  refresh(listId: number, author: ChangeAuthor, force = false): Promise<UpdateOutcome> {
    const running = this.#running.get(listId)
    if (running) return running.outcome
    const cancel = new AbortController()
    const signal = AbortSignal.any([cancel.signal, this.#updates.closing])
    const outcome = this.#updates.track(
      this.#parts.activity
        .during(listId, 'fetching', () =>
          this.#refresh({ listId, author, force, signal, startedAt: this.#parts.clock.monotonic() }),
        )
        .finally(() => this.#running.delete(listId)),
    )
    this.#running.set(listId, { outcome, cancel })
    return outcome
  }

  /** Ends the fetch of a list. @returns false when none runs */
  cancel(listId: number): boolean {
    const running = this.#running.get(listId)
    running?.cancel.abort()
    return running !== undefined
  }

  /** Fetches in the background: what goes wrong shows in the list's state, and never rejects. */
  async refreshQuietly(listId: number, author: ChangeAuthor = SYSTEM_AUTHOR): Promise<void> {
    try {
      await this.refresh(listId, author)
    } catch (cause) {
      if (cause instanceof ProblemError || this.#updates.closing.aborted) return
      this.#parts.logger.error({ err: cause, listId }, 'refreshing a list failed')
    }
  }

  /** What is fetched, or how, has changed: a fetch that runs already does not count. */
  async refreshAnew(listId: number, author: ChangeAuthor): Promise<void> {
    await this.#running.get(listId)?.outcome.catch(() => {})
    await this.refreshQuietly(listId, author)
  }

  async #refresh(job: FetchJob): Promise<UpdateOutcome> {
    const { listId, startedAt } = job
    const imported = await this.#fetchAndImport(job).catch((cause: Error) => {
      if (job.signal.aborted) return this.#failed(job, CANCELLED)
      if (!(cause instanceof ProblemError)) this.#failed(job, { code: 'broken', detail: cause.message })
      throw cause
    })
    return imported.ok ? ok(await inEffect(this.#parts, listId, imported.value, startedAt)) : imported
  }

  async #fetchAndImport(job: FetchJob): Promise<Result<Imported, ContentFault>> {
    const { listId } = job
    const { url, pinned } = listOrGone(this.#parts, listId)
    if (pinned) throw new ProblemError('conflict', { detail: 'this list is pinned to its version: unpin it first' })
    const fetched = await this.#queue.run(() => this.#fetch(job))
    if (!fetched.ok) return this.#failed(job, fetched.error)
    const imported = await this.#importFetched(job, url, fetched.value)
    if (!imported.ok) return this.#failed(job, imported.error)
    logTaken(this.#parts, listId, imported.value, this.#origin(job))
    recordSuccess(this.#parts, listId, fetched.value)
    return imported
  }

  #fetch({ listId, force, signal }: FetchJob): Promise<Result<FetchedList, ContentFault>> {
    const { repository, settings, activity, world } = this.#parts
    const { url, activeVersionId, allowPrivateAddresses } = listOrGone(this.#parts, listId)
    if (url === null) throw new ProblemError('conflict', { detail: 'this list has no URL to fetch from' })
    const held = repository.fetchState(listId)
    const { etag, lastModified } = activeVersionId === null || held.isStale || force ? NO_VALIDATORS : held
    return fetchList(
      { url, etag, lastModified, allowPrivateAddresses },
      {
        resolveHost: world.resolveHost,
        timeLimits: world.timeLimits,
        maxOctets: settings.current.settings.http.maxListOctets,
        path: join(this.#updates.folder, randomUUID()),
        signal,
        onReceived: (octets, total) =>
          activity.report(listId, { phase: 'fetching', share: shareOf(octets, total), octets, lines: 0 }),
      },
    )
  }

  /** @param url that was fetched: another one may have been set meanwhile */
  async #importFetched(
    { listId, author, force, signal }: FetchJob,
    url: string | null,
    fetched: FetchedList,
  ): Promise<Result<Imported, ContentFault>> {
    const list = listOrGone(this.#parts, listId)
    if (list.url !== url) {
      if (fetched.kind === 'content') await rm(fetched.content.path, { force: true })
      return fail({ code: 'cancelled', detail: 'the URL was changed meanwhile' })
    }
    if (fetched.kind === 'content')
      return this.#updates.importer.importInto(listId, {
        content: fetched.content,
        author,
        isFetched: true,
        force,
        signal,
      })
    if (list.activeVersionId === null) throw new Error('a list without a version was answered with 304')
    const isHeld = this.#parts.repository.held(listId) !== undefined
    return ok({ versionId: list.activeVersionId, changed: false, isHeld, revision: this.#parts.config.revision })
  }

  #failed(job: FetchJob, fault: ContentFault): Result<never, ContentFault> {
    const { listId } = job
    // Weir is being stopped: the fetch is still due at the next start.
    if (this.#updates.closing.aborted) return fail(fault)
    if (fault.code === 'cancelled') recordCancelled(this.#parts, listId)
    else recordFailure(this.#parts, listId, fault)
    logFault(this.#parts, listId, fault, this.#origin(job))
    return fail(fault)
  }

  #origin({ listId, startedAt }: FetchJob): UpdateOrigin {
    return { origin: this.#parts.repository.find(listId)?.url ?? '', startedAt }
  }
}

const shareOf = (octets: number, total: number | null): number | null =>
  total === null || total === 0 ? null : Math.min(1, octets / total)
