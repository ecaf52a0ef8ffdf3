/**
 * The one place that changes configuration: BEGIN IMMEDIATE, the rows, the `change` rows, `config_revision`, COMMIT.
 *
 * ```
 * const { revision, value } = store.transaction(actor, (tx) => {
 *   const id = insertRule(rule, tx.revision)
 *   tx.record({ entity: 'rule', entityId: id, operation: 'create', summary: 'block example.org', after: rule })
 *   return id
 * })
 * ```
 * Synchronous from start to end: nothing else of this process can come between. weir.db has no other writer.
 */

import type { Clock } from '@weir/shared/clock'
import type { ChangeEvent } from '@weir/shared/contract/stats'
import type { ChangeEntry } from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'
import type { Actor } from './actor.ts'
import type { EventHub } from './event-hub.ts'
import { ProblemError } from './problem-error.ts'

type ChangeFields = z.infer<typeof ChangeEntry>

export interface Change {
  readonly entity: ChangeFields['entity']
  readonly entityId: string | number
  readonly operation: ChangeFields['operation']
  /** One line for people, as in `block example.org`. */
  readonly summary: string
  /** The entity as it was and is, without secrets; absent where there is none. */
  readonly before?: unknown
  readonly after?: unknown
  /** Id of the change that this one takes back. */
  readonly undoes?: number
}

export interface ConfigTransaction {
  /** The revision this transaction makes: goes into the `revision` column of every row it touches. */
  readonly revision: number
  /** At least one per transaction that changed something: without any, the revision is not raised. */
  record(change: Change): void
  /**
   * In place of `record` in the later transactions of one act (an import stored slice by slice): the change row `id`
   * tells of all of them, and has the revision of the last.
   */
  amend(id: number, change: Pick<Change, 'entityId' | 'summary' | 'after'>): void
  /** Raises the revision for a later part of what an earlier transaction has recorded whole. */
  raise(): void
}

/** What a transaction did. */
export interface Committed<T> {
  /** Now in force: raised when a change was recorded, else as before. */
  readonly revision: number
  readonly value: T
  /** Of the first change row that was written; undefined without any. */
  readonly changeId: number | undefined
}

interface ChangeRow extends Change {
  readonly revision: number
  readonly actor: string
  readonly source: string
}

type Amendment = Parameters<ConfigTransaction['amend']>

/** Who changes, as the change rows show it, and what they say about it. */
export interface ChangeAuthor extends Pick<Actor, 'name' | 'address'> {
  /** Without it: Weir itself. */
  readonly via?: Actor['via']
  readonly comment?: string | null
}

/** Author of what Weir does by itself: first start, scheduled fetches. */
export const SYSTEM_AUTHOR: ChangeAuthor = { name: 'weir', address: '' }

const jsonOf = (state: unknown): string | null => (state === undefined ? null : JSON.stringify(state))
const viaOf = ({ via }: ChangeAuthor): string => (via === undefined ? 'weir' : via === 'session' ? 'console' : 'api')

/** Change rows that are kept; the oldest go. */
const MAX_CHANGES = 100_000

/** Changes that one event names; a bulk edit tells the count of the rest. */
const MAX_CHANGES_PER_EVENT = 20

const MOVED_AWAY = 'weir.db was removed or replaced: this change would be lost. The API opens it again in a second'

export class ConfigStore {
  readonly #database: Database
  readonly #clock: Clock
  readonly #events: EventHub
  readonly #readRevision
  readonly #writeRevision
  readonly #insertChange
  readonly #amendChange
  readonly #pruneChanges
  readonly #pruneComments
  readonly #writeComment
  readonly #moveComment
  #holder: { readonly reason: string } | undefined
  readonly #file: { readonly isInPlace: boolean } | undefined
  #changedAtMs = Number.NEGATIVE_INFINITY
  readonly #readChange

  /** @param file of the database, where it may be moved away */
  constructor(database: Database, clock: Clock, events: EventHub, file?: { readonly isInPlace: boolean }) {
    this.#file = file
    this.#database = database
    this.#clock = clock
    this.#events = events
    this.#readRevision = database.prepare<[], number>('SELECT revision FROM config_revision').pluck()
    this.#writeRevision = database.prepare('UPDATE config_revision SET revision = ?')
    this.#insertChange = database.prepare(
      `INSERT INTO change (revision, at, actor, source, entity, entity_id, operation, summary, before, after, via, undoes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#amendChange = database.prepare(
      'UPDATE change SET revision = ?, entity_id = ?, summary = ?, after = ? WHERE id = ?',
    )
    this.#readChange = database.prepare<[number], ChangeRow>(
      'SELECT revision, actor, source, entity, entity_id AS entityId, operation, summary FROM change WHERE id = ?',
    )
    this.#pruneChanges = database.prepare(
      'DELETE FROM change WHERE id <= (SELECT id FROM change ORDER BY id DESC LIMIT 1 OFFSET ?)',
    )
    this.#pruneComments = database.prepare(
      'DELETE FROM revision_comment WHERE revision < (SELECT revision FROM change ORDER BY id LIMIT 1)',
    )
    this.#writeComment = database.prepare('INSERT OR REPLACE INTO revision_comment (revision, comment) VALUES (?, ?)')
    this.#moveComment = database.prepare(
      'UPDATE OR REPLACE revision_comment SET revision = ? WHERE revision = (SELECT revision FROM change WHERE id = ?)',
    )
  }

  /** Lets only the caller change anything, who hands what this returns to `transaction`: one act of several transactions. */
  hold(reason: string): object {
    if (this.#holder) throw new ProblemError('database-busy', { detail: this.#holder.reason })
    this.#holder = { reason }
    return this.#holder
  }

  release(holder: object): void {
    if (this.#holder === holder) this.#holder = undefined
  }

  /** The newest committed one. */
  get revision(): number {
    return this.#readRevision.get() ?? 0
  }

  /** Is weir.db still the file that was opened? What is written to one that was moved away is lost. */
  get isInPlace(): boolean {
    return this.#file?.isInPlace ?? true
  }

  /** Time since this process made a revision; infinite before the first. */
  get sinceChangeMs(): number {
    return this.#clock.monotonic() - this.#changedAtMs
  }

  /**
   * Runs `work` in one transaction; what it throws rolls everything back and is passed on.
   * @param holder of whoever holds the configuration
   * @throws ProblemError `database-busy` while somebody else does
   */
  transaction<T>(author: ChangeAuthor, work: (transaction: ConfigTransaction) => T, holder?: object): Committed<T> {
    if (this.#holder !== undefined && this.#holder !== holder)
      throw new ProblemError('database-busy', { detail: this.#holder.reason, headers: { 'retry-after': '2' } })
    const changes: Change[] = []
    const amendments: Amendment[] = []
    let isRaised = false
    const run = this.#database.transaction((): Committed<T> => {
      const before = this.revision
      const revision = before + 1
      const value = work({
        revision,
        record: (change) => changes.push(change),
        amend: (...amendment) => amendments.push(amendment),
        raise: () => {
          isRaised = true
        },
      })
      if (changes.length + amendments.length === 0 && !isRaised) return { revision: before, value, changeId: undefined }
      if (!this.isInPlace) throw new ProblemError('database-unavailable', { detail: MOVED_AWAY })
      this.#writeRevision.run(revision)
      if (author.comment) this.#writeComment.run(revision, author.comment)
      for (const [id, { entityId, summary, after }] of amendments) {
        this.#moveComment.run(revision, id)
        this.#amendChange.run(revision, String(entityId), summary, JSON.stringify(after), id)
      }
      return { revision, value, changeId: this.#insertChanges(author, revision, changes) }
    })
    const result = run.immediate()
    if (changes.length === 0) return result
    this.#changedAtMs = this.#clock.monotonic()
    this.#publish(author, result.revision, changes)
    return result
  }

  /** Publishes a change row as it has become: amendments come too fast to tell of each. */
  announceAgain(changeId: number): void {
    const row = this.#readChange.get(changeId)
    if (row) this.#publish({ name: row.actor, address: row.source }, row.revision, [row])
  }

  /** @returns the id of the first */
  #insertChanges(author: ChangeAuthor, revision: number, changes: readonly Change[]): number | undefined {
    const at = this.#clock.now()
    const ids = changes.map(({ entity, entityId, operation, summary, before, after, undoes = null }) =>
      Number(
        this.#insertChange.run(
          revision,
          at,
          author.name,
          author.address,
          entity,
          String(entityId),
          operation,
          summary,
          jsonOf(before),
          jsonOf(after),
          viaOf(author),
          undoes,
        ).lastInsertRowid,
      ),
    )
    if (ids.length > 0 && this.#pruneChanges.run(MAX_CHANGES).changes > 0) this.#pruneComments.run()
    return ids[0]
  }

  #publish(author: ChangeAuthor, revision: number, changes: readonly Change[]): void {
    const event: ChangeEvent = {
      revision,
      at: this.#clock.now(),
      actor: author.name,
      entity: changes[0]?.entity ?? '',
      count: changes.length,
      changes: changes.slice(0, MAX_CHANGES_PER_EVENT).map(({ entity, entityId, operation, summary }) => ({
        entity,
        entityId: String(entityId),
        operation,
        summary,
      })),
    }
    this.#events.publish('change', event)
  }
}
