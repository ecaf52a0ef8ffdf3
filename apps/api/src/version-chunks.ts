/** The names of a stored version, chunk by chunk: never more than one of them in memory. */
import type { Database } from '@weir/shared/db/open-database'
import { ChunkCursor, type StoredChunk } from '@weir/shared/lists/name-chunk'
import type { NameClass } from '@weir/shared/lists/name-class'

/** A walk through the names of one class. @param versionId null: no names */
export const namesOfVersion = (database: Database, versionId: number | null, nameClass: NameClass): ChunkCursor =>
  new ChunkCursor(chunksOf(database, versionId, nameClass))

/** Read one by one: a statement left open over the whole walk would be a long read transaction. */
function* chunksOf(database: Database, versionId: number | null, nameClass: NameClass): Generator<StoredChunk> {
  const read = database.prepare<[number | null, NameClass, number], StoredChunk>(
    'SELECT raw_octets AS rawOctets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
  )
  for (let sequence = 0; ; sequence++) {
    const chunk = read.get(versionId, nameClass, sequence)
    if (chunk === undefined) return
    yield chunk
  }
}
