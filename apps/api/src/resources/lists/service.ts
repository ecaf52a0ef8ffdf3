/** What the API does with lists. Content comes in through list-updates.ts; here is everything else. */
import type { List, ListInput, ListPatch, ListVersion } from '@weir/shared/contract/lists'
import type { RejectedLine } from '@weir/shared/contract/rules'
import type { AppliedState } from '../../applied.ts'
import type { ChangeAuthor } from '../../config-store.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { uploadProblem } from './content-problem.ts'
import { nextRegularFetch } from './fetch-times.ts'
import { fieldsOfInput, patchedFields } from './list-fields.ts'
import { listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { ListFields, ListRow } from './list-row.ts'
import type { ListUpdates } from './list-updates.ts'
import { type ListFacts, listView, versionView } from './list-view.ts'

export interface SavedList {
  readonly list: List
  /** Of the row: its ETag. */
  readonly rowRevision: number
  readonly applied: AppliedState
}

export class ListService {
  readonly #parts: ListParts
  readonly #updates: ListUpdates

  constructor(parts: ListParts, updates: ListUpdates) {
    this.#parts = parts
    this.#updates = updates
  }

  all(): List[] {
    return this.#parts.repository.all().map((row) => listView(listFacts(this.#parts, row)))
  }

  /** @throws ProblemError `not-found`, here and below */
  get(id: number): { list: List; rowRevision: number } {
    const row = listOrGone(this.#parts, id)
    return { list: listView(listFacts(this.#parts, row)), rowRevision: row.revision }
  }

  /** With text: when it is in effect. With a URL: at once, fetching goes on in the background. */
  async create(input: ListInput, author: ChangeAuthor): Promise<SavedList> {
    const fields = fieldsOfInput(input, this.#parts.repository)
    this.#refuseTakenName(fields.name)
    const text = input.text ?? ''
    if (text.trim() === '') return this.#createEmpty(fields, author)
    const created = await this.#updates.create(fields, text, author)
    if (!created.ok) throw uploadProblem(created.error, 'text')
    return this.#saved(created.value.listId, await this.#updates.awaitApplied(created.value.revision))
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
    return this.#saved(id, await this.#updates.awaitApplied(revision))
  }

  async remove(id: number, author: ChangeAuthor, checkVersion: (revision: number) => void) {
    const { config, repository } = this.#parts
    const { revision, value: names } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, id)
      checkVersion(row.revision)
      const count = repository.version(row.activeVersionId)?.names ?? 0
      repository.remove(id)
      const summary = `delete ${row.name} with ${count} names`
      tx.record({ entity: 'list', entityId: id, operation: 'delete', summary, before: row })
      return count
    })
    const applied = await this.#updates.awaitApplied(revision)
    // Not before the resolver has let go of it.
    void this.#updates.importer.sweep()
    return { deleted: 1, names, ...applied }
  }

  versions(id: number): ListVersion[] {
    const { activeVersionId } = listOrGone(this.#parts, id)
    return this.#parts.repository.versions(id).map((version) => versionView(version, activeVersionId))
  }

  /** Rolls back, or forward again, to a version that is kept. */
  async activate(id: number, versionId: number, author: ChangeAuthor): Promise<SavedList> {
    const { config, repository, clock } = this.#parts
    const { revision } = config.transaction(author, (tx) => {
      const row = listOrGone(this.#parts, id)
      const version = repository.versions(id).find((kept) => kept.id === versionId)
      if (!version) throw new ProblemError('not-found', { detail: `list ${id} has no version ${versionId}` })
      if (row.activeVersionId === versionId) return
      repository.activate(id, versionId, clock.now(), tx.revision)
      tx.record({
        entity: 'list',
        entityId: id,
        operation: 'update',
        summary: `${row.name}: back to version ${versionId}, ${version.names} names`,
        before: { activeVersionId: row.activeVersionId },
        after: { activeVersionId: versionId },
      })
    })
    return this.#saved(id, await this.#updates.awaitApplied(revision))
  }

  /** Of the active version: the first thousand, and how many there are. */
  rejected(id: number): { items: RejectedLine[]; total: number } {
    const { repository } = this.#parts
    const { activeVersionId } = listOrGone(this.#parts, id)
    return {
      items: repository.rejected(activeVersionId),
      total: repository.version(activeVersionId)?.rejectedCount ?? 0,
    }
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
    if (fields.url !== null) void this.#updates.refreshQuietly(id, author)
    return this.#saved(id, await this.#updates.awaitApplied(revision))
  }

  #saved(id: number, applied: AppliedState): SavedList {
    return { ...this.get(id), applied }
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
      repository.saveFetchState(after.id, { etag: null, lastModified: null, nextFetchAt: clock.now(), failures: 0 })
      void this.#updates.refreshAnew(after.id, author)
    } else if (before.refreshIntervalSeconds !== after.refreshIntervalSeconds || before.enabled !== after.enabled) {
      const from = repository.fetchState(after.id).lastSuccessAt ?? clock.now()
      const nextFetchAt = nextRegularFetch(from, after.refreshIntervalSeconds, world.random())
      repository.saveFetchState(after.id, { nextFetchAt })
    }
  }
}

/** The same content would now give another version. */
const isReadAnew = (before: ListFields, after: ListFields): boolean =>
  before.kind !== after.kind || before.format !== after.format

/** Everything about a list that its view is made of. */
export const listFacts = (
  { repository, activity }: Pick<ListParts, 'repository' | 'activity'>,
  row: ListRow,
): ListFacts => ({
  row,
  active: repository.version(row.activeVersionId),
  fetch: repository.fetchState(row.id),
  progress: activity.progressOf(row.id),
})
