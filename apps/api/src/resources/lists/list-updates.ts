/** Takes content that a user brings (uploaded, pasted), and owns what all ways of content share: folder, importer, end. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '@weir/shared/result'
import type { ChangeAuthor } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { ContentFault } from './content-fault.ts'
import { ListImporter, listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields } from './list-row.ts'
import { NO_FAILURE } from './record-fetch.ts'
import { type SpooledContent, spoolContent } from './spool-content.ts'
import { inEffect, logFault, logTaken, type UpdateOrigin, type UpdateOutcome } from './update-effect.ts'

/** Longest silence of an upload; its whole time is not bounded, since a gigabyte may come over a slow line. */
const UPLOAD_IDLE_MS = 60_000

export interface UploadOptions {
  /** Content-Encoding. */
  readonly encoding: string | undefined
  readonly author: ChangeAuthor
  /** What the guard finds is accepted. */
  readonly force: boolean
}

export class ListUpdates {
  readonly importer: ListImporter
  /** Of content that is on its way. */
  readonly folder: string
  readonly #parts: ListParts
  readonly #running = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  constructor(parts: ListParts) {
    this.#parts = parts
    this.folder = join(parts.dataDir, 'incoming')
    this.importer = new ListImporter(parts, this.#closing.signal)
  }

  /** Aborted when Weir is being stopped. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Clears away what a process that was killed has left behind. */
  async start(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    void this.track(this.importer.sweep())
  }

  /** Ends what runs, and waits until it has ended. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#running)
  }

  /**
   * Takes `source` as the list's new content.
   * @throws ProblemError `not-found` when the list is gone meanwhile, `conflict` when it is pinned; QueueFullError
   */
  upload(listId: number, source: Readable, { encoding, author, force }: UploadOptions): Promise<UpdateOutcome> {
    const { activity, clock, repository } = this.#parts
    const startedAt = clock.monotonic()
    const from = { origin: 'upload', startedAt }
    const upload = async (): Promise<UpdateOutcome> => {
      if (listOrGone(this.#parts, listId).pinned)
        throw new ProblemError('conflict', { detail: 'this list is pinned to its version: unpin it first' })
      const content = await this.#receive(source, encoding, listId)
      if (!content.ok) return this.#refused(listId, content.error, from)
      const brought = { content: content.value, author, isFetched: false, force }
      const imported = await this.importer.importInto(listId, brought)
      if (!imported.ok) return this.#refused(listId, imported.error, from)
      // What is uploaded is not what the validators of the subscription speak of.
      repository.saveFetchState(listId, { ...NO_FAILURE, etag: null, lastModified: null })
      logTaken(this.#parts, listId, imported.value, from)
      return ok(await inEffect(this.#parts, listId, imported.value, startedAt))
    }
    return this.track(activity.during(listId, 'fetching', upload))
  }

  /** A new list with its content, or nothing at all. @returns its id, when it is stored. @throws QueueFullError */
  create(
    fields: ListFields,
    text: Readable,
    { author, force }: Omit<UploadOptions, 'encoding'>,
  ): Promise<Result<{ listId: number; revision: number }, ContentFault>> {
    const from = { origin: 'paste', startedAt: this.#parts.clock.monotonic() }
    const create = async () => {
      const content = await this.#receive(text, undefined)
      if (!content.ok) return content
      const created = await this.importer.create(fields, { content: content.value, author, isFetched: false, force })
      if (created.ok) {
        const { listId, revision } = created.value
        const versionId = this.#parts.repository.find(listId)?.activeVersionId ?? null
        logTaken(this.#parts, listId, { versionId, changed: true, isHeld: false, revision }, from)
      }
      return created
    }
    return this.track(create())
  }

  #refused(listId: number, fault: ContentFault, from: UpdateOrigin): Result<never, ContentFault> {
    logFault(this.#parts, listId, fault, from)
    return fail(fault)
  }

  /** Has `close` wait for it. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    const done = (): void => void this.#running.delete(work)
    work.then(done, done)
    return work
  }

  #receive(
    source: Readable,
    encoding: string | undefined,
    listId?: number,
  ): Promise<Result<SpooledContent, ContentFault>> {
    const { settings, activity } = this.#parts
    return spoolContent(source, {
      path: join(this.folder, randomUUID()),
      maxOctets: settings.current.settings.http.maxListOctets,
      encoding,
      idleMs: UPLOAD_IDLE_MS,
      signal: this.#closing.signal,
      onReceived: (octets) =>
        listId === undefined || activity.report(listId, { phase: 'fetching', share: null, octets, lines: 0 }),
    })
  }
}
