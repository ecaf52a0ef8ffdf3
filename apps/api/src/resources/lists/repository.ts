/** All SQL of lists but the storing of a version (store-version.ts), which happens in a thread of its own. */

import type { ListFinding } from '@weir/shared/contract/list-guard'
import type { RejectedLine } from '@weir/shared/contract/rejected-lines'
import type { Database } from '@weir/shared/db/open-database'
import { AssignmentNames } from '../../assignments.ts'
import {
  FETCH_COLUMNS,
  type FetchState,
  LIST_COLUMNS,
  type ListFields,
  type ListRow,
  listRowOf,
  NEVER_FETCHED,
  type StoredList,
  type StoredVersion,
  storedFieldsOf,
  VERSION_COLUMNS,
  type VersionRow,
  versionRowOf,
} from './list-row.ts'
import { hasLeftovers } from './sweep-versions.ts'

export interface StoredChunk {
  readonly class: number
  readonly sequence: number
  readonly names: number
  readonly rawOctets: number
  readonly data: Uint8Array
}

/** Of its interval, when the next fetch of a list is due at the latest: see fetch-times.ts. */
const MAX_DELAY_SHARE = 1.2

export class ListRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): ListRow[] {
    return this.#database
      .prepare<[], StoredList>(`SELECT ${LIST_COLUMNS} FROM list ORDER BY position, id`)
      .all()
      .map(listRowOf)
  }

  find(id: number): ListRow | undefined {
    const stored = this.#database.prepare<[number], StoredList>(`SELECT ${LIST_COLUMNS} FROM list WHERE id = ?`).get(id)
    return stored && listRowOf(stored)
  }

  /** Names are unique without regard to ASCII case. */
  idOfName(name: string): number | undefined {
    return this.#database.prepare<[string], number>('SELECT id FROM list WHERE name = ?').pluck().get(name)
  }

  /** Puts the new list behind all others. */
  insert(fields: ListFields, at: number, revision: number): number {
    const result = this.#database
      .prepare(
        `INSERT INTO list (name, kind, source, url, format, enabled, comment, groups, schedule_id, per_group, answer,
           refresh_interval_seconds, allow_private_addresses, may_answer, shadow, pinned, guard, position, created_at, updated_at, revision)
         VALUES (@name, @kind, @source, @url, @format, @enabled, @comment, @groups, @schedule, @perGroup, @answer,
           @refreshIntervalSeconds, @allowPrivateAddresses, @mayAnswer, @shadow, @pinned, @guard, (SELECT coalesce(max(position) + 1, 0) FROM list), @at, @at, @revision)`,
      )
      .run({ ...storedFieldsOf(fields), at, revision })
    const id = Number(result.lastInsertRowid)
    this.#database.prepare('INSERT INTO list_fetch (list_id) VALUES (?)').run(id)
    return id
  }

  update(id: number, fields: ListFields, at: number, revision: number): void {
    this.#database
      .prepare(
        `UPDATE list SET name = @name, kind = @kind, source = @source, url = @url, format = @format, enabled = @enabled,
           comment = @comment, groups = @groups, schedule_id = @schedule, per_group = @perGroup, answer = @answer, refresh_interval_seconds = @refreshIntervalSeconds,
           allow_private_addresses = @allowPrivateAddresses, may_answer = @mayAnswer, shadow = @shadow, pinned = @pinned, guard = @guard, updated_at = @at, revision = @revision
         WHERE id = @id`,
      )
      .run({ ...storedFieldsOf(fields), id, at, revision })
  }

  /** Moves a list to a place in the order, 0 being the first; the others close ranks. */
  move(id: number, position: number): void {
    const order = this.#database.prepare<[], number>('SELECT id FROM list ORDER BY position, id').pluck().all()
    const others = order.filter((other) => other !== id)
    others.splice(position, 0, id)
    const update = this.#database.prepare('UPDATE list SET position = ? WHERE id = ?')
    for (const [index, other] of others.entries()) update.run(index, other)
  }

  /** The list alone: its versions stay without a list until they are swept. */
  remove(id: number): void {
    this.#database.prepare('DELETE FROM list WHERE id = ?').run(id)
  }

  activate(id: number, versionId: number, at: number, revision: number): void {
    this.#dropHeld(id, versionId)
    this.#database.prepare('UPDATE list_version SET list_id = ?, findings = NULL WHERE id = ?').run(id, versionId)
    this.#database
      .prepare('UPDATE list SET active_version_id = ?, updated_at = ?, revision = ? WHERE id = ?')
      .run(versionId, at, revision, id)
  }

  /** Lets a version wait for a review; one that waited before is out of date. */
  hold(id: number, versionId: number, findings: readonly ListFinding[]): void {
    this.#dropHeld(id, versionId)
    this.#database
      .prepare('UPDATE list_version SET list_id = ?, findings = ? WHERE id = ?')
      .run(id, JSON.stringify(findings), versionId)
  }

  /** The version that waits for a review. */
  held(listId: number): VersionRow | undefined {
    return this.versions(listId).find(({ findings }) => findings !== null)
  }

  /** To be swept. */
  dropVersion(versionId: number): void {
    this.#database.prepare('UPDATE list_version SET list_id = NULL WHERE id = ?').run(versionId)
  }

  /** What the guard lets pass from now on. */
  acceptEntries(id: number, entries: readonly string[]): void {
    this.#database.prepare('UPDATE list SET accepted_entries = ? WHERE id = ?').run(JSON.stringify(entries), id)
  }

  #dropHeld(listId: number, except: number): void {
    this.#database
      .prepare('UPDATE list_version SET list_id = NULL WHERE list_id = ? AND findings IS NOT NULL AND id <> ?')
      .run(listId, except)
  }

  version(versionId: number | null): VersionRow | undefined {
    const stored = this.#database
      .prepare<[number | null], StoredVersion>(`SELECT ${VERSION_COLUMNS} FROM list_version WHERE id = ?`)
      .get(versionId)
    return stored && versionRowOf(stored)
  }

  /** Newest first. */
  versions(listId: number): VersionRow[] {
    return this.#database
      .prepare<[number], StoredVersion>(
        `SELECT ${VERSION_COLUMNS} FROM list_version WHERE list_id = ? ORDER BY id DESC`,
      )
      .all(listId)
      .map(versionRowOf)
  }

  /** Is there a version that nothing refers to, or beyond those that are kept? */
  hasLeftovers(keptVersions: number): boolean {
    return hasLeftovers(this.#database, keptVersions)
  }

  rejected(versionId: number | null): RejectedLine[] {
    return this.#database
      .prepare<[number | null], RejectedLine>(
        'SELECT line, text, reason FROM list_rejection WHERE version_id = ? ORDER BY line',
      )
      .all(versionId)
  }

  /** The chunk that follows, by class and sequence; undefined at the end. */
  chunkAfter(versionId: number, last: Pick<StoredChunk, 'class' | 'sequence'>): StoredChunk | undefined {
    return this.#database
      .prepare<[number, number, number], StoredChunk>(
        `SELECT class, sequence, names, raw_octets AS rawOctets, data FROM list_chunk
         WHERE version_id = ? AND (class, sequence) > (?, ?) ORDER BY class, sequence LIMIT 1`,
      )
      .get(versionId, last.class, last.sequence)
  }

  /** Lines that are kept as rules of their own, as they were written. */
  ruleTexts(versionId: number, afterLine: number, limit: number): { line: number; text: string }[] {
    return this.#database
      .prepare<[number, number, number], { line: number; text: string }>(
        `SELECT DISTINCT line, text FROM list_rule WHERE version_id = ? AND line > ? ORDER BY line LIMIT ?`,
      )
      .all(versionId, afterLine, limit)
  }

  fetchState(listId: number): FetchState {
    return (
      this.#database
        .prepare<[number], FetchState>(`SELECT ${FETCH_COLUMNS} FROM list_fetch WHERE list_id = ?`)
        .get(listId) ?? NEVER_FETCHED
    )
  }

  /** Outside any revision: how fetching goes changes nothing that the resolver does. */
  saveFetchState(listId: number, change: Partial<FetchState>): void {
    this.#database
      .prepare(
        `UPDATE list_fetch SET last_fetch_at = @lastFetchAt, last_success_at = @lastSuccessAt,
           next_fetch_at = @nextFetchAt, last_error = @lastError, failures = @failures, failing_since = @failingSince, etag = @etag,
           last_modified = @lastModified, is_stale = @isStale, discarded_sha256 = @discardedSha256
         WHERE list_id = @listId`,
      )
      .run({ ...this.fetchState(listId), ...change, listId })
  }

  /**
   * Subscriptions whose time has come, the longest waiting first; and those whose time is further away than it is ever set, since the
   * clock was ahead then.
   */
  due(now: number, limit: number): number[] {
    return this.#database
      .prepare<[number, number, number, number], number>(
        `SELECT l.id FROM list l JOIN list_fetch f ON f.list_id = l.id
         WHERE l.source = 'url' AND l.enabled = 1 AND l.pinned = 0
           AND (f.next_fetch_at <= ? OR f.next_fetch_at > ? + l.refresh_interval_seconds * ?)
         ORDER BY f.next_fetch_at LIMIT ?`,
      )
      .pluck()
      .all(now, now, MAX_DELAY_SHARE * 1000, limit)
  }

  /** When the next subscription is due; null: none is. */
  nextFetchAt(): number | null {
    return (
      this.#database
        .prepare<[], number | null>(
          `SELECT min(f.next_fetch_at) FROM list l JOIN list_fetch f ON f.list_id = l.id
           WHERE l.source = 'url' AND l.enabled = 1 AND l.pinned = 0`,
        )
        .pluck()
        .get() ?? null
    )
  }

  /** What may be named of groups and schedules. */
  get assignments(): AssignmentNames {
    return new AssignmentNames(this.#database)
  }
}
