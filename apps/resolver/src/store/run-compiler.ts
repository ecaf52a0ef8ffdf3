/**
 * The compiler's thread: makes the rule index from the lists' chunks in weir.db, one at a time, over a connection of its own;
 * then keeps a copy on disk.
 */
import { parentPort } from 'node:worker_threads'
import { newCollector } from '@weir/shared/collect-garbage'
import { type Database, openReader } from '@weir/shared/db/open-database'
import { DamagedChunk, decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { stepBehindAnswers } from '@weir/shared/thread-priority'
import { useHugePages } from '../linux/memory-advice.ts'
import { IndexBuilder } from '../rules/compile-index.ts'
import type { CompiledIndex, CompiledTier, IndexedList, ListRuleRow, RuleRow } from '../rules/policy-data.ts'
import { keepTier, splitLists } from '../rules/split-lists.ts'
import type { CompileRequest, FromCompiler } from './compile-messages.ts'
import { IndexFile } from './index-file.ts'
import { TierCompiler, type TierOrder } from './tier-compiler.ts'
import { TierFiles } from './tier-files.ts'
import { listRuleRow } from './version-names.ts'

const PROGRESS_EVERY_NAMES = 65_536
/** V8 lets some 30 MB of decompressed chunks wait before it frees them; these are 6 MB. */
const COLLECT_EVERY_CHUNKS = 48

interface StoredChunk {
  readonly raw_octets: number
  readonly data: Buffer
}

const collect = newCollector()
const post = (message: FromCompiler): void => parentPort!.postMessage(message)

function compile(request: CompileRequest): CompiledIndex {
  const { databasePath, revision, key, lists, memoryBudgetOctets, tier } = request
  const database = openReader(databasePath)
  try {
    const kept = tier && keepTier(lists, memoryBudgetOctets, tier)
    const { inMemory, onDisk, filterOctets } = kept
      ? { inMemory: kept, onDisk: [], filterOctets: 0 }
      : splitLists(lists, memoryBudgetOctets)
    const progress = new Progress(namesOf(inMemory) + namesOf(onDisk))
    const builder = new IndexBuilder(namesOf(inMemory), key, revision)
    useHugePages(builder.memory)
    for (const [number, list] of inMemory.entries())
      addChunks(database, builder, number, list, (names) => progress.add(names))
    const order = { lists: onDisk, key, filterOctets, budgetOctets: memoryBudgetOctets }
    const made = onDisk.length > 0 ? compileTier(database, request.tiersPath, order, progress) : undefined
    const compiled = builder.finish(
      inMemory,
      lists.flatMap((list) => listRules(database, list)),
    )
    const used = kept ? tier : made
    return used ? { ...compiled, tier: used } : compiled
  } finally {
    database.close()
  }
}

function compileTier(database: Database, path: string, order: TierOrder, progress: Progress): CompiledTier {
  const compiler = new TierCompiler(new TierFiles(path), order)
  try {
    // Each name is moved twice: to the file of its partition, and from there to its page.
    for (const [number, list] of order.lists.entries())
      addChunks(database, compiler, number, list, (names) => progress.add(names / 2))
    const before = progress.done
    return compiler.finish((names) => progress.set(before + names / 2))
  } catch (error) {
    compiler.abandon()
    throw error
  }
}

const namesOf = (lists: readonly IndexedList[]): number => lists.reduce((sum, { names }) => sum + names, 0)

/** Tells how far the compile is, now and then. */
class Progress {
  readonly #total: number
  #told = 0
  done = 0

  constructor(total: number) {
    this.#total = total
  }

  add(names: number): void {
    this.set(this.done + names)
  }

  set(done: number): void {
    this.done = done
    if (done - this.#told < PROGRESS_EVERY_NAMES) return
    this.#told = done
    post({ kind: 'progress', namesDone: Math.floor(done), namesTotal: this.#total })
  }
}

type NameSink = Pick<IndexBuilder, 'add'>

/** One `get` a chunk: no read transaction outlives its statement. */
function addChunks(
  database: Database,
  sink: NameSink,
  number: number,
  list: IndexedList,
  onNames: (names: number) => void,
): void {
  const places = database
    .prepare<[number], { class: number; sequence: number; names: number }>(
      'SELECT class, sequence, names FROM list_chunk WHERE version_id = ? ORDER BY class, sequence',
    )
    .all(list.versionId)
  const read = database.prepare<[number, number, number], StoredChunk>(
    'SELECT raw_octets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
  )
  for (const [at, place] of places.entries()) {
    if (at % COLLECT_EVERY_CHUNKS === 0) collect({ type: 'minor', execution: 'sync' })
    const chunk = read.get(list.versionId, place.class, place.sequence)
    if (!chunk) throw new Error(`list version ${list.versionId} went away while it was compiled`)
    try {
      decodeNameChunk(chunk.data, chunk.raw_octets, (octets, length) =>
        sink.add(octets, 0, length, number, place.class),
      )
    } catch (cause) {
      // Which list it is: another version of it helps, fetched or rolled back to.
      if (!(cause instanceof DamagedChunk)) throw cause
      throw new Error(`list ${list.listId}, version ${list.versionId}: ${cause.message}`, { cause })
    }
    onNames(place.names)
  }
}

const listRules = (database: Database, { listId, versionId }: IndexedList): ListRuleRow[] =>
  database
    .prepare<[number], { line: number; rule: string }>(
      'SELECT line, rule FROM list_rule WHERE version_id = ? ORDER BY line',
    )
    .all(versionId)
    .map(({ line, rule }) => ({ listId, line, rule: listRuleRow(JSON.parse(rule) as Partial<RuleRow>) }))

const FULL_DISK = ['ENOSPC', 'SQLITE_FULL', 'EDQUOT']

function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return FULL_DISK.includes((error as { code?: string }).code ?? '') ? `the disk is full (${reason})` : reason
}

/** Tells the thread that started this one what becomes of the request. */
export function runCompiler(request: CompileRequest): void {
  try {
    const index = compile(request)
    // In use at once: checksum and disk take their time.
    post({ kind: 'done', index })
    stepBehindAnswers()
    const saved = new IndexFile(request.indexPath).write(index)
    post({ kind: 'saved', fault: saved.ok ? null : saved.error })
  } catch (error) {
    post({ kind: 'failed', detail: reasonOf(error) })
  }
}
