/**
 * Makes spooled content the active version of a list, one import at a time.
 *
 * ```
 * file → thread stores a version that nothing refers to → the guard finds nothing: one small transaction points the list to
 *        it → leftovers swept                           → it finds something: the version waits for a review
 * ```
 * Until that transaction the version before stays in force, and whatever fails or is killed leaves it so.
 */
import { rm } from 'node:fs/promises'
import { fail, ok, type Result } from '@weir/shared/result'
import type { ChangeAuthor } from '../../config-store.ts'
import { ProblemError } from '../../problem-error.ts'
import { acceptFindings } from './accepted-entries.ts'
import type { ContentFault } from './content-fault.ts'
import { purgeDeleted } from './deleted-lists.ts'
import { guardOrder } from './guard-order.ts'
import { runImportThread } from './import-thread.ts'
import { JobQueue } from './job-queue.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields, ListRow, VersionRow } from './list-row.ts'
import type { SpooledContent } from './spool-content.ts'
import type { StoredVersion } from './store-version.ts'

/** Each waits with a file in the data folder. */
const MAX_WAITING_IMPORTS = 64
const HOW_TO_TAKE = 'To take it all the same, send it again with force'

export interface Imported {
  /** In effect afterwards; null: none is. */
  readonly versionId: number | null
  readonly changed: boolean
  /** What came waits for a review. */
  readonly isHeld: boolean
  readonly revision: number
}

export interface ImportSource {
  readonly content: SpooledContent
  readonly author: ChangeAuthor
  /** By Weir from the list's URL, not given by a user. */
  readonly isFetched: boolean
  /** What the guard finds is accepted. */
  readonly force: boolean
  /** Ends this import alone. */
  readonly signal?: AbortSignal
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
    try {
      return await this.#imports.run(async () => {
        const list = listOrGone(this.#parts, listId)
        const known = this.#knownContent(list, source)
        if (known !== undefined) return ok(this.#takeKnown(list, known, source))
        const stored = await this.#store(source, list, list)
        return stored.ok ? ok(this.#take(listId, stored.value, source)) : stored
      })
    } finally {
      await this.#tidy(source.content)
    }
  }

  /** A new list together with its content, or nothing at all. @returns its id and revision. @throws as `importInto` */
  async create(
    fields: ListFields,
    source: ImportSource,
  ): Promise<Result<{ listId: number; revision: number }, ContentFault>> {
    const { config, repository, clock } = this.#parts
    try {
      return await this.#imports.run(async () => {
        const stored = await this.#store(source, fields)
        if (!stored.ok) return stored
        const { versionId, findings } = stored.value
        if (findings.length > 0 && !source.force) return fail({ code: 'held', detail: HOW_TO_TAKE, findings })
        const { revision, value } = config.transaction(source.author, (tx) => {
          const id = repository.insert(fields, clock.now(), tx.revision)
          acceptFindings(repository, id, findings)
          repository.activate(id, versionId, clock.now(), tx.revision)
          const names = repository.version(versionId)?.names ?? 0
          const summary = `${fields.name}: ${names} ${names === 1 ? 'name' : 'names'}`
          tx.record({ entity: 'list', entityId: id, operation: 'create', summary, after: fields })
          return id
        })
        return ok({ listId: value, revision })
      })
    } finally {
      await this.#tidy(source.content)
    }
  }

  /** Removes versions that nothing refers to, as soon as no import runs. */
  async sweep(): Promise<void> {
    const { repository, database, databasePath, logger, clock, settings } = this.#parts
    if (this.#isSweepPlanned || this.#signal.aborted) return
    purgeDeleted(database, clock.now())
    const { keptVersions } = settings.current.settings.lists
    if (!repository.hasLeftovers(keptVersions)) return
    this.#isSweepPlanned = true
    try {
      await this.#imports.run(async () => {
        this.#isSweepPlanned = false
        await runImportThread({ kind: 'sweep', databasePath, keptVersions }, this.#signal)
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
   * until the source has something new; null where that content was discarded. For an upload, the active one: who uploads
   * wants this content.
   */
  #knownContent(list: ListRow, { content, isFetched, force }: ImportSource): VersionRow | null | undefined {
    const { repository } = this.#parts
    const { isStale, discardedSha256 } = repository.fetchState(list.id)
    if (isStale) return undefined
    if (isFetched && !force && discardedSha256 === content.sha256) return null
    const version = isFetched ? repository.versions(list.id)[0] : repository.version(list.activeVersionId)
    return version?.sha256 === content.sha256 ? version : undefined
  }

  #takeKnown(list: ListRow, known: VersionRow | null, source: ImportSource): Imported {
    const findings = known?.findings ?? null
    const isHeld = findings !== null
    if (known !== null && isHeld && source.force) return this.#take(list.id, { versionId: known.id, findings }, source)
    return { versionId: list.activeVersionId, changed: false, isHeld, revision: this.#parts.config.revision }
  }

  /** @param list that the version is for, where there is one already: its names are compared, its progress is told */
  async #store(
    { content, isFetched, signal }: ImportSource,
    fields: ListFields,
    list?: ListRow,
  ): Promise<Result<StoredVersion, ContentFault>> {
    const { activity, clock, databasePath, repository } = this.#parts
    const active = repository.version(list?.activeVersionId ?? null)
    const outcome = await runImportThread(
      {
        kind: 'store',
        databasePath,
        contentPath: content.path,
        sizeOctets: content.sizeOctets,
        sha256: content.sha256,
        listKind: fields.kind,
        format: fields.format,
        mayAnswer: fields.mayAnswer,
        previousVersionId: active?.id ?? null,
        createdAt: clock.now(),
        guard: guardOrder(this.#parts, list ?? fields, active, isFetched),
      },
      signal ? AbortSignal.any([this.#signal, signal]) : this.#signal,
      (progress) => list && activity.report(list.id, progress),
    )
    if (outcome.kind === 'stored') return ok(outcome)
    if (outcome.kind === 'refused') return fail(outcome.fault)
    throw new Error(`the import thread answered '${outcome.kind}'`)
  }

  #take(listId: number, { versionId, findings }: StoredVersion, { author, force }: ImportSource): Imported {
    const { config, repository, clock } = this.#parts
    const isHeld = findings.length > 0 && !force
    const { revision, value } = config.transaction(author, (tx) => {
      const { name, activeVersionId } = listOrGone(this.#parts, listId)
      repository.saveFetchState(listId, { isStale: 0 })
      const version = repository.version(versionId)
      const counts = `${version?.names} names, ${version?.added} added, ${version?.removed} removed`
      if (isHeld) repository.hold(listId, versionId, findings)
      else {
        acceptFindings(repository, listId, findings)
        repository.activate(listId, versionId, clock.now(), tx.revision)
      }
      tx.record({
        entity: 'list',
        entityId: listId,
        operation: 'import',
        summary: isHeld
          ? `${name}: held for review, ${findings.map(({ detail }) => detail).join('; ')}`
          : `${name}: ${counts}`,
        before: { activeVersionId },
        after: isHeld ? { activeVersionId, heldVersionId: versionId, findings } : { activeVersionId: versionId },
      })
      return isHeld ? activeVersionId : versionId
    })
    return { versionId: value, changed: !isHeld, isHeld, revision }
  }
}

/** @throws ProblemError `not-found` */
export function listOrGone({ repository }: Pick<ListParts, 'repository'>, listId: number): ListRow {
  const list = repository.find(listId)
  if (!list) throw new ProblemError('not-found', { detail: `there is no list ${listId}` })
  return list
}
