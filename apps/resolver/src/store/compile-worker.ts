/**
 * Compiles the rule index off the main thread, from the lists' chunks in weir.db, one at a time, over a connection of its own;
 * then keeps a copy on disk.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type Database, openReader } from '@weir/shared/db/open-database'
import { decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import { IndexBuilder } from '../rules/compile-index.ts'
import type { CompiledIndex, IndexedList, ListRuleRow, RuleRow } from '../rules/policy-data.ts'
import type { CompileJob, CompileRequest, FromCompiler } from './compile-messages.ts'
import { IndexFile } from './index-file.ts'
import { listRuleRow } from './version-names.ts'

const PROGRESS_EVERY_CHUNKS = 16

interface StoredChunk {
  readonly raw_octets: number
  readonly data: Buffer
}

const post = (message: FromCompiler): void => parentPort!.postMessage(message)

function compile({ databasePath, revision, key, lists }: CompileRequest): CompiledIndex {
  const database = openReader(databasePath)
  try {
    const namesTotal = lists.reduce((sum, { names }) => sum + names, 0)
    const builder = new IndexBuilder(namesTotal, key, revision)
    let namesDone = 0
    let chunks = 0
    for (const [number, list] of lists.entries()) {
      for (const names of addChunks(database, builder, number, list)) {
        namesDone += names
        if (++chunks % PROGRESS_EVERY_CHUNKS === 0) post({ kind: 'progress', namesDone, namesTotal })
      }
    }
    return builder.finish(
      lists,
      lists.flatMap((list) => listRules(database, list)),
    )
  } finally {
    database.close()
  }
}

/** One `get` a chunk: no read transaction outlives its statement. */
function* addChunks(database: Database, builder: IndexBuilder, number: number, list: IndexedList): Generator<number> {
  const places = database
    .prepare<[number], { class: number; sequence: number; names: number }>(
      'SELECT class, sequence, names FROM list_chunk WHERE version_id = ? ORDER BY class, sequence',
    )
    .all(list.versionId)
  const read = database.prepare<[number, number, number], StoredChunk>(
    'SELECT raw_octets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
  )
  for (const place of places) {
    const chunk = read.get(list.versionId, place.class, place.sequence)
    if (!chunk) throw new Error(`list version ${list.versionId} went away while it was compiled`)
    decodeNameChunk(chunk.data, chunk.raw_octets, (octets, length) =>
      builder.add(octets, 0, length, number, place.class),
    )
    yield place.names
  }
}

const listRules = (database: Database, { listId, versionId }: IndexedList): ListRuleRow[] =>
  database
    .prepare<[number], { line: number; rule: string }>(
      'SELECT line, rule FROM list_rule WHERE version_id = ? ORDER BY line',
    )
    .all(versionId)
    .map(({ line, rule }) => ({ listId, line, rule: listRuleRow(JSON.parse(rule) as Partial<RuleRow>) }))

const { request, stepsBehind } = workerData as CompileJob
try {
  if (stepsBehind) stepBehindAnswers()
  const index = compile(request)
  // In use at once: checksum and disk take their time.
  post({ kind: 'done', index })
  stepBehindAnswers()
  const saved = new IndexFile(request.indexPath).write(index)
  post({ kind: 'saved', fault: saved.ok ? null : saved.error })
} catch (error) {
  post({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) })
}
