/** Deleted lists that can be brought back: their rows as JSON, their versions kept from the sweep. */
import type { Database } from '@weir/shared/db/open-database'
import { type FetchState, type ListRow, storedFieldsOf } from './list-row.ts'

/** How long a deleted list can be brought back. */
export const RESTORABLE_MS = 86_400_000
/** Each holds its versions on the disk: beyond these the oldest go. */
const MAX_DELETED = 20

export interface DeletedList {
  readonly list: ListRow
  readonly fetch: FetchState
}

/** Inside the transaction that deletes the row of `list`, before it does. */
export function keepDeleted(database: Database, { list, fetch }: DeletedList, at: number): void {
  database
    .prepare('INSERT INTO deleted_list (id, list, fetch, deleted_at) VALUES (?, ?, ?, ?)')
    .run(list.id, JSON.stringify(list), JSON.stringify(fetch), at)
  database.prepare('UPDATE list_version SET deleted_list_id = ? WHERE list_id = ?').run(list.id, list.id)
  database
    .prepare(
      `DELETE FROM deleted_list WHERE id IN
         (SELECT id FROM deleted_list ORDER BY deleted_at DESC, id DESC LIMIT -1 OFFSET ${MAX_DELETED})`,
    )
    .run()
}

export function findDeleted(database: Database, id: number, now: number): DeletedList | undefined {
  const row = database
    .prepare<[number, number], { list: string; fetch: string }>(
      'SELECT list, fetch FROM deleted_list WHERE id = ? AND deleted_at > ?',
    )
    .get(id, now - RESTORABLE_MS)
  // Deleted by a Weir that knew no schedules, no trust and no shadow of lists: it has none.
  return (
    row && {
      list: { schedule: null, perGroup: [], mayAnswer: false, shadow: false, ...JSON.parse(row.list) } as ListRow,
      fetch: JSON.parse(row.fetch) as FetchState,
    }
  )
}

/** Brings the row back under its old id, with its versions; inside a transaction. Where it stands is the caller's affair. */
export function restoreDeleted(database: Database, { list }: DeletedList, at: number, revision: number): void {
  database
    .prepare(
      `INSERT INTO list (id, name, kind, source, url, format, enabled, comment, groups, schedule_id, per_group, answer, refresh_interval_seconds,
         allow_private_addresses, may_answer, shadow, pinned, guard, accepted_entries, position, active_version_id, created_at, updated_at,
         revision)
       VALUES (@id, @name, @kind, @source, @url, @format, @enabled, @comment, @groups, @schedule, @perGroup, @answer, @refreshIntervalSeconds,
         @allowPrivateAddresses, @mayAnswer, @shadow, @pinned, @guard, @acceptedEntries, @position, @activeVersionId, @createdAt, @at,
         @revision)`,
    )
    .run({
      ...storedFieldsOf(list),
      acceptedEntries: JSON.stringify(list.acceptedEntries),
      id: list.id,
      position: list.position,
      activeVersionId: list.activeVersionId,
      createdAt: list.createdAt,
      at,
      revision,
    })
  database.prepare('INSERT INTO list_fetch (list_id) VALUES (?)').run(list.id)
  database
    .prepare('UPDATE list_version SET list_id = ?, deleted_list_id = NULL WHERE deleted_list_id = ?')
    .run(list.id, list.id)
  database.prepare('DELETE FROM deleted_list WHERE id = ?').run(list.id)
}

/** Forgets those whose time is over; their versions go with the next sweep. */
export const purgeDeleted = (database: Database, now: number): number =>
  database.prepare('DELETE FROM deleted_list WHERE deleted_at <= ?').run(now - RESTORABLE_MS).changes
