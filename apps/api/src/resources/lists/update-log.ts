/** How the updates of each list went: a short, bounded history that tells a list's health and how its size moves. */
import type { ListUpdate } from '@weir/shared/contract/lists'
import type { Database } from '@weir/shared/db/open-database'

/** Of each list; equal ones in a row count as one, so that a year of quiet fetches takes one row. */
const KEPT_UPDATES = 200
const MAX_DETAIL_CHARACTERS = 500
const MAX_ORIGIN_CHARACTERS = 2000

export type UpdateEntry = Omit<ListUpdate, 'at' | 'since' | 'times'>

/** Nothing for a list that was deleted meanwhile. */
export function logUpdate(database: Database, listId: number, update: UpdateEntry, at: number): void {
  const entry = {
    ...update,
    detail: update.detail.slice(0, MAX_DETAIL_CHARACTERS),
    origin: update.origin.slice(0, MAX_ORIGIN_CHARACTERS),
    listId,
    at,
  }
  if (update.outcome !== 'updated' && repeatsLast(database, entry)) return
  database
    .prepare(
      `INSERT INTO list_update (list_id, at, since, outcome, origin, entries, added, removed, rejected, duration_ms,
         detail, times)
       SELECT id, @at, @at, @outcome, @origin, @entries, @added, @removed, @rejected, @durationMs, @detail, 1
       FROM list WHERE id = @listId`,
    )
    .run(entry)
  database
    .prepare(
      `DELETE FROM list_update WHERE list_id = ? AND id <=
         (SELECT id FROM list_update WHERE list_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_UPDATES})`,
    )
    .run(listId, listId)
}

const repeatsLast = (database: Database, entry: UpdateEntry & { listId: number; at: number }): boolean =>
  database
    .prepare(
      `UPDATE list_update SET since = coalesce(since, at), at = @at, times = times + 1, duration_ms = @durationMs
       WHERE id = (SELECT max(id) FROM list_update WHERE list_id = @listId) AND outcome = @outcome AND origin = @origin
         AND entries = @entries AND added = @added AND removed = @removed AND detail = @detail`,
    )
    .run(entry).changes > 0

/** Newest first. */
export const updatesOf = (database: Database, listId: number): ListUpdate[] =>
  database
    .prepare<[number], ListUpdate>(
      `SELECT at, coalesce(since, at) AS since, times, outcome, origin, entries, added, removed, rejected,
         duration_ms AS durationMs, detail
       FROM list_update WHERE list_id = ? ORDER BY id DESC`,
    )
    .all(listId)
