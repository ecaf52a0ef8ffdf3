/** How the updates of each list went: a short, bounded history that tells a list's health and how its size moves. */
import type { ListUpdate } from '@weir/shared/contract/lists'
import type { Database } from '@weir/shared/db/open-database'

/** Of each list; equal ones in a row count as one, so that a year of quiet fetches takes one row. */
const KEPT_UPDATES = 200
const MAX_DETAIL_CHARACTERS = 500

export type UpdateEntry = Pick<ListUpdate, 'outcome' | 'entries' | 'detail'>

/** Nothing for a list that was deleted meanwhile. */
export function logUpdate(database: Database, listId: number, update: UpdateEntry, at: number): void {
  const entry = { ...update, detail: update.detail.slice(0, MAX_DETAIL_CHARACTERS) }
  const repeated = database
    .prepare(
      `UPDATE list_update SET at = @at, times = times + 1
       WHERE id = (SELECT max(id) FROM list_update WHERE list_id = @listId)
         AND outcome = @outcome AND entries = @entries AND detail = @detail`,
    )
    .run({ ...entry, listId, at })
  if (repeated.changes > 0) return
  database
    .prepare(
      `INSERT INTO list_update (list_id, at, outcome, entries, detail, times)
       SELECT id, @at, @outcome, @entries, @detail, 1 FROM list WHERE id = @listId`,
    )
    .run({ ...entry, listId, at })
  database
    .prepare(
      `DELETE FROM list_update WHERE list_id = ? AND id <=
         (SELECT id FROM list_update WHERE list_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_UPDATES})`,
    )
    .run(listId, listId)
}

/** Newest first. */
export const updatesOf = (database: Database, listId: number): ListUpdate[] =>
  database
    .prepare<[number], ListUpdate>(
      'SELECT at, outcome, entries, detail, times FROM list_update WHERE list_id = ? ORDER BY id DESC',
    )
    .all(listId)
