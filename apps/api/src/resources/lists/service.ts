/** What the API does with lists. Content comes in through list-updates.ts; here is everything else. */
import { Readable } from 'node:stream'
import type { HitCount } from '@weir/shared/contract/hits'
import type { List, ListInput, ListPatch } from '@weir/shared/contract/lists'
import { type AppliedState, awaitEffect } from '../../applied.ts'
import type { ChangeAuthor } from '../../config-store.ts'
import { hitsOf, readHits } from '../../hit-counts.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { uploadProblem } from './content-problem.ts'
import { findDeleted, keepDeleted, RESTORABLE_MS, restoreDeleted } from './deleted-lists.ts'
import { nextRegularFetch } from './fetch-times.ts'
import type { ListFetches } from './list-fetches.ts'
import { fieldsOfInput, patchedFields } from './list-fields.ts'
import { listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields, ListRow } from './list-row.ts'
import type { ListUpdates } from './list-updates.ts'
import { type ListFacts, type ListState, listView } from './list-view.ts'

export interface SavedList {
  readonly list: List
  /** Of the row: its ETag. */
  readonly rowRevision: number
  readonly applied: AppliedState
}

export class ListService {
  readonly #parts: ListParts
  readonly #updates: ListUpdates
  readonly #fetches: ListFetches

  constructor(parts: ListParts, updates: ListUpdates, fetches: ListFetches) {
    this.#parts = parts
    this.#updates = updates
    this.#fetches = fetches
  }

  all(): List[] {
    const counts = this.#hits(null)
    return this.#parts.repository
      .all()
      .map((row) => listView({ ...listFacts(this.#parts, row), ...countsOf(counts, row.id) }))
  }

  /** @throws ProblemError `not-found`, here and below */
  get(id: number): { list: List; rowRevision: number } {
    const row = listOrGone(this.#parts, id)
    const counts = countsOf(this.#hits([id]), id)
    return { list: listView({ ...listFacts(this.#parts, row), ...counts }), rowRevision: row.revision }
  }

  /**
   * With text: when it is in effect. With a URL: at once, fetching goes on in the background.
   * @param spooled the text, where it was too long to be in `input`
   */
  async create(input: ListInput, author: ChangeAuthor, spooled?: Readable): Promise<SavedList> {
    const fields = fieldsOfInput(input, this.#parts.repository)
    this.#refuseTakenName(fields.name)
    const text = input.text ?? ''
    if (spooled === undefined && text.trim() === '') return this.#createEmpty(fields, author)
    const content = spooled ?? Readable.from([Buffer.from(text)])
    const created = await this.#updates.create(fields, content, { author, force: input.force ?? false })
    if (!created.ok) throw uploadProblem(created.error, 'text')
    return this.#saved(created.value.listId, await awaitEffect(this.#parts, created.value.revision))
  }

  async patch(
    id: number,
    patch: ListPatch,
    author: ChangeAuthor,
    checkVersion: (revision: number) => void,
  ): Promise<SavedList> {
    const { config, repository, clock } = this.#parts
    const { revision, value: before } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, id)
      checkVersion(row.revision)
      const fields = patchedFields(row, patch, repository)
      this.#refuseTakenName(fields.name, id)
      if (row.kind !== fields.kind && fields.url === null && row.activeVersionId !== null)
        throw invalidField('kind', 'cannot change once the list has content: add it anew')
      repository.update(id, fields, clock.now(), tx.revision)
      if (isReadAnew(row, fields)) repository.saveFetchState(id, { isStale: 1 })
      if (patch.position !== undefined) repository.move(id, patch.position)
      tx.record({
        entity: 'list',
        entityId: id,
        operation: 'update',
        summary: `change ${row.name}`,
        before: row,
        after: listOrGone(this.#parts, id),
      })
      return row
    })
    this.#fetchAsChanged(before, listOrGone(this.#parts, id), author)
    return this.#saved(id, await awaitEffect(this.#parts, revision))
  }

  async remove(id: number, author: ChangeAuthor, checkVersion: (revision: number) => void) {
    const { config, repository, database, clock } = this.#parts
    const restorableUntil = clock.now() + RESTORABLE_MS
    const { revision, value: names } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, id)
      checkVersion(row.revision)
      const count = repository.version(row.activeVersionId)?.names ?? 0
      keepDeleted(database, { list: row, fetch: repository.fetchState(id) }, clock.now())
      repository.remove(id)
      const summary = `${row.name}: ${count} ${count === 1 ? 'name' : 'names'}`
      tx.record({ entity: 'list', entityId: id, operation: 'delete', summary, before: row })
      return count
    })
    const applied = await awaitEffect(this.#parts, revision)
    this.#fetches.cancel(id)
    // An older deleted list may have had to make room; not before the resolver has let go of it.
    void this.#updates.importer.sweep()
    return { deleted: 1, names, restorableUntil, ...applied }
  }

  /** Brings a deleted list back, with its id, its place and its versions. */
  async restore(id: number, author: ChangeAuthor): Promise<SavedList> {
    const { config, repository, database, clock } = this.#parts
    const { revision } = config.transaction(author, (tx) => {
      if (repository.find(id)) throw new ProblemError('conflict', { detail: `list ${id} is not deleted` })
      const deleted = findDeleted(database, id, clock.now())
      if (!deleted) throw new ProblemError('not-found', { detail: `there is no deleted list ${id}` })
      const { name, position } = deleted.list
      this.#refuseTakenName(name)
      const list = { ...deleted.list, ...repository.assignments.withoutGone(deleted.list) }
      restoreDeleted(database, { ...deleted, list }, clock.now(), tx.revision)
      repository.saveFetchState(id, deleted.fetch)
      repository.move(id, position)
      tx.record({ entity: 'list', entityId: id, operation: 'create', summary: `bring back ${name}`, after: list })
    })
    return this.#saved(id, await awaitEffect(this.#parts, revision))
  }

  async #createEmpty(fields: ListFields, author: ChangeAuthor): Promise<SavedList> {
    const { config, repository, clock } = this.#parts
    const { revision, value: id } = config.transaction(author, (tx) => {
      const inserted = repository.insert(fields, clock.now(), tx.revision)
      const summary = fields.url === null ? `add ${fields.name}` : `subscribe ${fields.name}`
      tx.record({ entity: 'list', entityId: inserted, operation: 'create', summary, after: fields })
      // Due at once, also after a crash before the first fetch is through.
      if (fields.url !== null) repository.saveFetchState(inserted, { nextFetchAt: clock.now() })
      return inserted
    })
    if (fields.url !== null) void this.#fetches.refreshQuietly(id, author)
    return this.#saved(id, await awaitEffect(this.#parts, revision))
  }

  #saved(id: number, applied: AppliedState): SavedList {
    return { ...this.get(id), applied }
  }

  #hits(ids: readonly number[] | null): Counts {
    const { log, clock } = this.#parts
    const [hits, shadowHits] = (['list', 'shadow-list'] as const).map((kind) => readHits(log, kind, ids, clock.now()))
    return { hits, shadowHits }
  }

  #refuseTakenName(name: string, except?: number): void {
    const taken = this.#parts.repository.idOfName(name)
    if (taken !== undefined && taken !== except)
      throw new ProblemError('conflict', { detail: `list ${taken} is called '${name}' already` })
  }

  /** What was fetched may no longer be what is wanted, and the next time may have moved. */
  #fetchAsChanged(before: ListRow, after: ListRow, author: ChangeAuthor): void {
    const { repository, clock, world } = this.#parts
    if (after.source !== 'url') return
    if (before.url !== after.url || isReadAnew(before, after)) {
      repository.saveFetchState(after.id, {
        etag: null,
        lastModified: null,
        nextFetchAt: clock.now(),
        failures: 0,
        failingSince: null,
      })
      void this.#fetches.refreshAnew(after.id, author)
    } else if (
      before.refreshIntervalSeconds !== after.refreshIntervalSeconds ||
      before.enabled !== after.enabled ||
      before.pinned !== after.pinned
    ) {
      const from = repository.fetchState(after.id).lastSuccessAt ?? clock.now()
      const nextFetchAt = nextRegularFetch(from, after.refreshIntervalSeconds, world.random())
      repository.saveFetchState(after.id, { nextFetchAt })
    }
  }
}

/** By list; undefined while the log cannot be read. */
interface Counts {
  readonly hits: Map<number, HitCount> | undefined
  readonly shadowHits: Map<number, HitCount> | undefined
}

const countsOf = ({ hits, shadowHits }: Counts, id: number): Pick<ListFacts, 'hits' | 'shadowHits'> => ({
  hits: hitsOf(hits, id),
  shadowHits: hitsOf(shadowHits, id),
})

/** The same content would now give another version. */
const isReadAnew = (before: ListFields, after: ListFields): boolean =>
  before.kind !== after.kind || before.format !== after.format || before.mayAnswer !== after.mayAnswer

/** Everything about a list that its view is made of. */
export const listFacts = (
  { repository, activity, clock }: Pick<ListParts, 'repository' | 'activity' | 'clock'>,
  row: ListRow,
): ListState => ({
  row,
  active: repository.version(row.activeVersionId),
  held: repository.held(row.id),
  fetch: repository.fetchState(row.id),
  progress: activity.progressOf(row.id),
  now: clock.now(),
})
