/**
 * Makes spooled content the active version of a list, one import at a time.
 *
 * ```
 * file → thread stores a version that nothing refers to → one small transaction points the list to it → leftovers swept
 * ```
 * Until that transaction the version before stays in force, and whatever fails or is killed leaves it so.
 */
import { rm } from 'node:fs/promises'
import { fail, ok, type Result } from '@weir/shared/result'
import type { ChangeAuthor } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import type { ContentFault } from './content-fault.ts'
import { runImportThread } from './import-thread.ts'
import { JobQueue } from './job-queue.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields, ListRow, VersionRow } from './list-row.ts'
import { KEPT_VERSIONS } from './repository.ts'
import type { SpooledContent } from './spool-content.ts'

/** Each waits with a file in the data folder. */
const MAX_WAITING_IMPORTS = 64

export interface Imported {
  readonly versionId: number
  readonly changed: boolean
  readonly revision: number
}

export interface ImportSource {
  readonly content: SpooledContent
  readonly author: ChangeAuthor
  /** By Weir from the list's URL, not given by a user. */
  readonly isFetched: boolean
}

export class ListImporter {
  readonly #parts: ListParts
  readonly #signal: AbortSignal
  /** One at a time: each holds all names of its list in memory. */
  readonly #imports = new JobQueue(1, MAX_WAITING_IMPORTS)
  #isSweepPlanned = false

  /** @param signal ends the running import; those that wait fail when their turn comes */
  constructor(parts: ListParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
  }

  /**
   * Takes the file over, and deletes it in any case.
   * @throws ProblemError `not-found` when the list is deleted meanwhile; QueueFullError
   */
  async importInto(listId: number, source: ImportSource): Promise<Result<Imported, ContentFault>> {
    const { content, author } = source
    const { config } = this.#parts
    try {
      return await this.#imports.run(async () => {
        const list = listOrGone(this.#parts, listId)
        const same = this.#versionWith(list, source)
        if (same) return ok({ versionId: list.activeVersionId ?? same.id, changed: false, revision: config.revision })
        const stored = await this.#store(content, list, list)
        if (!stored.ok) return stored
        return ok({ versionId: stored.value, changed: true, revision: this.#activate(listId, stored.value, author) })
      })
    } finally {
      await this.#tidy(content)
    }
  }

  /** A new list together with its content, or nothing at all. @returns its id and revision. @throws as `importInto` */
  async create(
    fields: ListFields,
    { content, author }: ImportSource,
  ): Promise<Result<{ listId: number; revision: number }, ContentFault>> {
    const { config, repository, clock } = this.#parts
    try {
      return await this.#imports.run(async () => {
        const stored = await this.#store(content, fields)
        if (!stored.ok) return stored
        const { revision, value } = config.transaction(author, (tx) => {
          const id = repository.insert(fields, clock.now(), tx.revision)
          repository.activate(id, stored.value, clock.now(), tx.revision)
          const summary = `${fields.name}: ${repository.version(stored.value)?.names} names`
          tx.record({ entity: 'list', entityId: id, operation: 'create', summary, after: fields })
          return id
        })
        return ok({ listId: value, revision })
      })
    } finally {
      await this.#tidy(content)
    }
  }

  /** Removes versions that nothing refers to, as soon as no import runs. */
  async sweep(): Promise<void> {
    const { repository, databasePath, logger } = this.#parts
    if (this.#isSweepPlanned || this.#signal.aborted || !repository.hasLeftovers()) return
    this.#isSweepPlanned = true
    try {
      await this.#imports.run(async () => {
        this.#isSweepPlanned = false
        await runImportThread({ kind: 'sweep', databasePath, keptVersions: KEPT_VERSIONS }, this.#signal)
      })
    } catch (cause) {
      this.#isSweepPlanned = false
      // What is left stays for the next sweep, at the latest that of the next start.
      if (!this.#signal.aborted) logger.error({ err: cause }, 'sweeping list versions failed')
    }
  }

  async #tidy({ path }: SpooledContent): Promise<void> {
    await rm(path, { force: true })
    void this.sweep()
  }

  /**
   * The version that this content would only repeat. For a fetch, the newest: after a roll-back the older one stays
   * until the source has something new. For an upload, the active one: who uploads wants this content.
   */
  #versionWith(list: ListRow, { content, isFetched }: ImportSource): VersionRow | undefined {
    const { repository } = this.#parts
    if (list.activeVersionId === null || repository.fetchState(list.id).isStale) return undefined
    const version = isFetched ? repository.versions(list.id)[0] : repository.version(list.activeVersionId)
    return version?.sha256 === content.sha256 ? version : undefined
  }

  /** @param list that the version is for, where there is one already: its names are compared, its progress is told */
  async #store(
    content: SpooledContent,
    { kind, format }: Pick<ListRow, 'kind' | 'format'>,
    list?: ListRow,
  ): Promise<Result<number, ContentFault>> {
    const { activity, clock, databasePath } = this.#parts
    const outcome = await runImportThread(
      {
        kind: 'store',
        databasePath,
        contentPath: content.path,
        sizeOctets: content.sizeOctets,
        sha256: content.sha256,
        listKind: kind,
        format,
        previousVersionId: list?.activeVersionId ?? null,
        createdAt: clock.now(),
      },
      this.#signal,
      (progress) => list && activity.report(list.id, progress),
    )
    if (outcome.kind === 'stored') return ok(outcome.versionId)
    if (outcome.kind === 'refused') return fail(outcome.fault)
    throw new Error(`the import thread answered '${outcome.kind}'`)
  }

  #activate(listId: number, versionId: number, author: ChangeAuthor): number {
    const { config, repository, clock } = this.#parts
    return config.transaction(author, (tx) => {
      const { name, activeVersionId } = listOrGone(this.#parts, listId)
      repository.activate(listId, versionId, clock.now(), tx.revision)
      repository.saveFetchState(listId, { isStale: 0 })
      const version = repository.version(versionId)
      tx.record({
        entity: 'list',
        entityId: listId,
        operation: 'import',
        summary: `${name}: ${version?.names} names, ${version?.added} added, ${version?.removed} removed`,
        before: { activeVersionId },
        after: { activeVersionId: versionId },
      })
    }).revision
  }
}

/** @throws ProblemError `not-found` */
export function listOrGone({ repository }: Pick<ListParts, 'repository'>, listId: number): ListRow {
  const list = repository.find(listId)
  if (!list) throw new ProblemError('not-found', { detail: `there is no list ${listId}` })
  return list
}
