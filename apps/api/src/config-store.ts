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

/** Who changes, as the change rows show it. */
export type ChangeAuthor = Pick<Actor, 'name' | 'address'>

/** Author of what Weir does by itself: first start, scheduled fetches. */
export const SYSTEM_AUTHOR: ChangeAuthor = { name: 'weir', address: '' }

/** Change rows that are kept; the oldest go. */
const MAX_CHANGES = 100_000

/** Changes that one event names; a bulk edit tells the count of the rest. */
const MAX_CHANGES_PER_EVENT = 20

const MOVED_AWAY = 'weir.db was removed or replaced: this change would be lost. The API opens it again in a second'

interface FileInPlace {
  readonly isInPlace: boolean
}

export class ConfigStore {
  readonly #database: Database
  readonly #clock: Clock
  readonly #events: EventHub
  readonly #readRevision
  readonly #writeRevision
  readonly #insertChange
  readonly #amendChange
  readonly #pruneChanges
  readonly #file: FileInPlace | undefined
  #changedAtMs = Number.NEGATIVE_INFINITY
  readonly #readChange

  /** @param file of the database, where it may be moved away */
  constructor(database: Database, clock: Clock, events: EventHub, file?: FileInPlace) {
    this.#file = file
    this.#database = database
    this.#clock = clock
    this.#events = events
    this.#readRevision = database.prepare<[], number>('SELECT revision FROM config_revision').pluck()
    this.#writeRevision = database.prepare('UPDATE config_revision SET revision = ?')
    this.#insertChange = database.prepare(
      `INSERT INTO change (revision, at, actor, source, entity, entity_id, operation, summary, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
  }

  /** The newest committed config_revision. */
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
   */
  transaction<T>(author: ChangeAuthor, work: (transaction: ConfigTransaction) => T): Committed<T> {
    const changes: Change[] = []
    const amendments: Amendment[] = []
    const run = this.#database.transaction((): Committed<T> => {
      const before = this.revision
      const revision = before + 1
      const value = work({
        revision,
        record: (change) => changes.push(change),
        amend: (...amendment) => amendments.push(amendment),
      })
      if (changes.length + amendments.length === 0) return { revision: before, value, changeId: undefined }
      if (!this.isInPlace) throw new ProblemError('database-unavailable', { detail: MOVED_AWAY })
      this.#writeRevision.run(revision)
      for (const [id, { entityId, summary, after }] of amendments)
        this.#amendChange.run(revision, String(entityId), summary, JSON.stringify(after), id)
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
    const ids = changes.map(({ entity, entityId, operation, summary, before, after }) =>
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
          before === undefined ? null : JSON.stringify(before),
          after === undefined ? null : JSON.stringify(after),
        ).lastInsertRowid,
      ),
    )
    if (ids.length > 0) this.#pruneChanges.run(MAX_CHANGES)
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
