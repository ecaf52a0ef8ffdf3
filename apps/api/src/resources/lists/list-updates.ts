/** Brings new content into a list, whatever its way (fetched, uploaded, pasted), and waits until it is in effect. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ListUpdateResult } from '@weir/shared/contract/lists'
import { fail, ok, type Result } from '@weir/shared/result'
import { type AppliedState, awaitApplied } from '../../applied.ts'
import { type ChangeAuthor, SYSTEM_AUTHOR } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { ContentFault } from './content-fault.ts'
import { type FetchedList, fetchList } from './fetch-list.ts'
import { JobQueue } from './job-queue.ts'
import { type Imported, ListImporter, listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields } from './list-row.ts'
import { recordFailure, recordSuccess } from './record-fetch.ts'
import { type SpooledContent, spoolContent } from './spool-content.ts'

export type UpdateOutcome = Result<ListUpdateResult, ContentFault>

/** Downloads at a time: more would only share the same line. */
const FETCHES_AT_ONCE = 2
const MAX_WAITING_FETCHES = 1000
/** Longest silence of an upload. */
const UPLOAD_IDLE_MS = 60_000
/** A slow machine compiles 0.5 million names a second; the wait is bounded by five times that. */
const APPLY_BASE_MS = 10_000
const APPLY_MS_PER_NAME = 0.01
const MAX_APPLY_MS = 10 * 60_000

const NO_VALIDATORS = { etag: null, lastModified: null }

export class ListUpdates {
  readonly importer: ListImporter
  readonly #parts: ListParts
  readonly #folder: string
  readonly #fetches = new JobQueue(FETCHES_AT_ONCE, MAX_WAITING_FETCHES)
  readonly #refreshing = new Map<number, Promise<UpdateOutcome>>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  constructor(parts: ListParts) {
    this.#parts = parts
    this.#folder = join(parts.dataDir, 'incoming')
    this.importer = new ListImporter(parts, this.#closing.signal)
  }

  /** Clears away what a process that was killed has left behind. */
  async start(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    void this.#track(this.importer.sweep())
  }

  /** Ends what runs, and waits until it has ended. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#running)
  }

  /**
   * Fetches a subscription now; one that is being fetched is joined.
   * @throws ProblemError `not-found` when the list is gone meanwhile; QueueFullError
   */
  refresh(listId: number, author: ChangeAuthor): Promise<UpdateOutcome> {
    const running = this.#refreshing.get(listId)
    if (running) return running
    const refresh = this.#track(
      this.#parts.activity
        .during(listId, 'fetching', () => this.#refresh(listId, author))
        .finally(() => this.#refreshing.delete(listId)),
    )
    this.#refreshing.set(listId, refresh)
    return refresh
  }

  /** Fetches in the background: what goes wrong shows in the list's state, and never rejects. */
  async refreshQuietly(listId: number, author: ChangeAuthor = SYSTEM_AUTHOR): Promise<void> {
    try {
      await this.refresh(listId, author)
    } catch (cause) {
      if (cause instanceof ProblemError || this.#closing.signal.aborted) return
      this.#parts.logger.error({ err: cause, listId }, 'refreshing a list failed')
    }
  }

  /** What is fetched, or how, has changed: a fetch that runs already does not count. */
  async refreshAnew(listId: number, author: ChangeAuthor): Promise<void> {
    await this.#refreshing.get(listId)?.catch(() => {})
    await this.refreshQuietly(listId, author)
  }

  /** Takes `source` as the list's new content. @throws as `refresh` does */
  upload(listId: number, source: Readable, encoding: string | undefined, author: ChangeAuthor): Promise<UpdateOutcome> {
    const { activity, clock, repository } = this.#parts
    const startedAt = clock.monotonic()
    return this.#track(
      activity.during(listId, 'fetching', async () => {
        const content = await this.#receive(source, encoding, listId)
        if (!content.ok) return content
        const imported = await this.importer.importInto(listId, { content: content.value, author, isFetched: false })
        if (!imported.ok) return imported
        // What is uploaded is not what the validators of the subscription speak of.
        repository.saveFetchState(listId, { lastError: null, failures: 0, ...NO_VALIDATORS })
        return ok(await this.#inEffect(listId, imported.value, startedAt))
      }),
    )
  }

  /** A new list with its content, or nothing at all. @returns its id, when it is stored. @throws QueueFullError */
  create(
    fields: ListFields,
    text: string,
    author: ChangeAuthor,
  ): Promise<Result<{ listId: number; revision: number }, ContentFault>> {
    const create = async () => {
      const content = await this.#receive(Readable.from([Buffer.from(text)]), undefined)
      return content.ok ? this.importer.create(fields, { content: content.value, author, isFetched: false }) : content
    }
    return this.#track(create())
  }

  /** As `awaitApplied` everywhere, with time for a compile of all names. */
  awaitApplied(revision: number): Promise<AppliedState> {
    const { resolver, repository } = this.#parts
    const timeoutMs = Math.ceil(Math.min(APPLY_BASE_MS + repository.activeNames() * APPLY_MS_PER_NAME, MAX_APPLY_MS))
    return awaitApplied(resolver, revision, timeoutMs)
  }

  async #refresh(listId: number, author: ChangeAuthor): Promise<UpdateOutcome> {
    const startedAt = this.#parts.clock.monotonic()
    const imported = await this.#fetchAndImport(listId, author).catch((cause: Error) => {
      if (!(cause instanceof ProblemError)) this.#failed(listId, { code: 'broken', detail: cause.message })
      throw cause
    })
    return imported.ok ? ok(await this.#inEffect(listId, imported.value, startedAt)) : imported
  }

  async #fetchAndImport(listId: number, author: ChangeAuthor): Promise<Result<Imported, ContentFault>> {
    const { url } = listOrGone(this.#parts, listId)
    const fetched = await this.#fetches.run(() => this.#fetch(listId))
    if (!fetched.ok) return this.#failed(listId, fetched.error)
    const imported = await this.#importFetched(listId, url, fetched.value, author)
    if (!imported.ok) return this.#failed(listId, imported.error)
    recordSuccess(this.#parts, listId, fetched.value)
    return imported
  }

  #fetch(listId: number): Promise<Result<FetchedList, ContentFault>> {
    const { repository, settings, activity, world } = this.#parts
    const { url, activeVersionId, allowPrivateAddresses } = listOrGone(this.#parts, listId)
    if (url === null) throw new ProblemError('conflict', { detail: 'this list has no URL to fetch from' })
    const held = repository.fetchState(listId)
    const { etag, lastModified } = activeVersionId === null || held.isStale ? NO_VALIDATORS : held
    return fetchList(
      { url, etag, lastModified, allowPrivateAddresses },
      {
        resolveHost: world.resolveHost,
        timeLimits: world.timeLimits,
        maxOctets: settings.current.settings.http.maxListOctets,
        path: join(this.#folder, randomUUID()),
        signal: this.#closing.signal,
        onReceived: (octets, total) =>
          activity.report(listId, { phase: 'fetching', share: shareOf(octets, total), octets, lines: 0 }),
      },
    )
  }

  /** @param url that was fetched: another one may have been set meanwhile */
  async #importFetched(
    listId: number,
    url: string | null,
    fetched: FetchedList,
    author: ChangeAuthor,
  ): Promise<Result<Imported, ContentFault>> {
    const list = listOrGone(this.#parts, listId)
    if (list.url !== url) {
      if (fetched.kind === 'content') await rm(fetched.content.path, { force: true })
      return fail({ code: 'cancelled', detail: 'the URL was changed meanwhile' })
    }
    if (fetched.kind === 'content')
      return this.importer.importInto(listId, { content: fetched.content, author, isFetched: true })
    if (list.activeVersionId === null) throw new Error('a list without a version was answered with 304')
    return ok({ versionId: list.activeVersionId, changed: false, revision: this.#parts.config.revision })
  }

  #receive(
    source: Readable,
    encoding: string | undefined,
    listId?: number,
  ): Promise<Result<SpooledContent, ContentFault>> {
    const { settings, activity } = this.#parts
    return spoolContent(source, {
      path: join(this.#folder, randomUUID()),
      maxOctets: settings.current.settings.http.maxListOctets,
      encoding,
      idleMs: UPLOAD_IDLE_MS,
      signal: this.#closing.signal,
      onReceived: (octets) =>
        listId === undefined || activity.report(listId, { phase: 'fetching', share: null, octets, lines: 0 }),
    })
  }

  /** Waits for the resolver, and says what the update came to. */
  async #inEffect(listId: number, imported: Imported, startedAt: number): Promise<ListUpdateResult> {
    const { activity, clock, repository } = this.#parts
    const progress = activity.progressOf(listId)
    if (progress) activity.report(listId, { ...progress, phase: 'compiling', share: null })
    const applied = await this.awaitApplied(imported.revision)
    const version = repository.version(imported.versionId)
    if (!version) throw new ProblemError('not-found', { detail: 'the list was deleted meanwhile' })
    return {
      listId,
      versionId: version.id,
      changed: imported.changed,
      names: version.names,
      added: imported.changed ? version.added : 0,
      removed: imported.changed ? version.removed : 0,
      duplicates: version.duplicates,
      ignored: version.ignored,
      rejectedCount: version.rejectedCount,
      rejected: repository.rejected(version.id),
      durationMs: clock.monotonic() - startedAt,
      ...applied,
    }
  }

  #failed(listId: number, fault: ContentFault): Result<never, ContentFault> {
    // Weir is being stopped: the fetch is still due at the next start.
    if (!this.#closing.signal.aborted) recordFailure(this.#parts, listId, fault)
    return fail(fault)
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    const done = (): void => void this.#running.delete(work)
    work.then(done, done)
    return work
  }
}

const shareOf = (octets: number, total: number | null): number | null =>
  total === null || total === 0 ? null : Math.min(1, octets / total)
