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
}

/** Who changes, as the change rows show it. */
export type ChangeAuthor = Pick<Actor, 'name' | 'address'>

/** Author of what Weir does by itself: first start, scheduled fetches. */
export const SYSTEM_AUTHOR: ChangeAuthor = { name: 'weir', address: '' }

/** Change rows that are kept; the oldest go. */
const MAX_CHANGES = 100_000

/** Changes that one event names; a bulk edit tells the count of the rest. */
const MAX_CHANGES_PER_EVENT = 20

export class ConfigStore {
  readonly #database: Database
  readonly #clock: Clock
  readonly #events: EventHub
  readonly #readRevision
  readonly #writeRevision
  readonly #insertChange
  readonly #pruneChanges

  constructor(database: Database, clock: Clock, events: EventHub) {
    this.#database = database
    this.#clock = clock
    this.#events = events
    this.#readRevision = database.prepare<[], number>('SELECT revision FROM config_revision').pluck()
    this.#writeRevision = database.prepare('UPDATE config_revision SET revision = ?')
    this.#insertChange = database.prepare(
      `INSERT INTO change (revision, at, actor, source, entity, entity_id, operation, summary, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#pruneChanges = database.prepare(
      'DELETE FROM change WHERE id <= (SELECT id FROM change ORDER BY id DESC LIMIT 1 OFFSET ?)',
    )
  }

  /** The newest committed config_revision. */
  get revision(): number {
    return this.#readRevision.get() ?? 0
  }

  /**
   * Runs `work` in one transaction; what it throws rolls everything back and is passed on.
   * @returns the revision now in force: raised when `work` recorded a change, else as before
   */
  transaction<T>(author: ChangeAuthor, work: (transaction: ConfigTransaction) => T): { revision: number; value: T } {
    const changes: Change[] = []
    const run = this.#database.transaction(() => {
      const before = this.revision
      const revision = before + 1
      const value = work({ revision, record: (change) => changes.push(change) })
      if (changes.length === 0) return { revision: before, value }
      this.#writeRevision.run(revision)
      this.#insertChanges(author, revision, changes)
      return { revision, value }
    })
    const result = run.immediate()
    if (changes.length > 0) this.#publish(author, result.revision, changes)
    return result
  }

  #insertChanges(author: ChangeAuthor, revision: number, changes: readonly Change[]): void {
    const at = this.#clock.now()
    for (const { entity, entityId, operation, summary, before, after } of changes)
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
      )
    this.#pruneChanges.run(MAX_CHANGES)
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
