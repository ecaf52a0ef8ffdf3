/**
 * Removes versions that nothing refers to any more, a slice at a time: one DELETE over the chunks of a large list would
 * hold the only write lock for seconds, and every rule edit with it.
 */
import type { Database } from '@weir/shared/db/open-database'

/** Some 25 kB each: about 2 MB and a few milliseconds a slice. */
const CHUNKS_PER_SLICE = 64
const ROWS_PER_SLICE = 5000

/**
 * Versions without a list, unless it can still be brought back, and of each list all but the newest and the active one;
 * the parameter says how many to keep.
 */
const LEFTOVERS = `SELECT v.id FROM list_version v LEFT JOIN list l ON l.id = v.list_id
  WHERE (l.id IS NULL AND v.deleted_list_id IS NULL) OR (l.id IS NOT NULL AND v.id IS NOT l.active_version_id AND
    (SELECT count(*) FROM list_version newer WHERE newer.list_id = v.list_id AND newer.id > v.id) >= ?)`

export const hasLeftovers = (database: Database, keptVersions: number): boolean =>
  database.prepare<[number], number>(`${LEFTOVERS} LIMIT 1`).get(keptVersions) !== undefined

/**
 * Removes versions without a list, and of each list all but the newest `keptVersions` and the active one. Call only
 * while no version is being stored, as that one has no list yet.
 * @returns versions removed
 */
export function sweepVersions(database: Database, keptVersions: number): number {
  const doomed = database.prepare<[number], number>(LEFTOVERS).pluck().all(keptVersions)
  for (const id of doomed) removeVersion(database, id)
  return doomed.length
}

function removeVersion(database: Database, id: number): void {
  const slices = [
    database.prepare(
      `DELETE FROM list_chunk WHERE rowid IN (SELECT rowid FROM list_chunk WHERE version_id = ? LIMIT ${CHUNKS_PER_SLICE})`,
    ),
    database.prepare(
      `DELETE FROM list_rule WHERE (version_id, line, rule) IN
         (SELECT version_id, line, rule FROM list_rule WHERE version_id = ? LIMIT ${ROWS_PER_SLICE})`,
    ),
    // Its rejections, a thousand at most, go with it.
    database.prepare('DELETE FROM list_version WHERE id = ?'),
  ]
  for (const slice of slices) while (slice.run(id).changes > 0);
}
