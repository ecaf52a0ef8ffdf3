/** What SQLite says of the two files, and the record of checkpoints. */
import { existsSync, statSync } from 'node:fs'
import type {
  CHECKPOINT_MODES,
  CheckpointResult,
  DATABASES,
  DatabaseFile,
  DatabaseState,
} from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'

export type DatabaseName = (typeof DATABASES)[number]
export type Mode = (typeof CHECKPOINT_MODES)[number]
export type CheckpointRecord = z.infer<typeof DatabaseState>['checkpoints'][number]
type File = z.infer<typeof DatabaseFile>

/** Checkpoints kept on record. */
const MAX_CHECKPOINTS = 500

const SELECT = `SELECT at, "database", mode, busy, log_frames AS logFrames, checkpointed_frames AS checkpointedFrames,
  duration_ms AS durationMs, "by" FROM checkpoint`

export class CheckpointRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  record({ at, database, mode, busy, logFrames, checkpointedFrames, durationMs, by }: CheckpointRecord): void {
    this.#database.transaction(() => {
      this.#database
        .prepare(
          `INSERT INTO checkpoint (at, "database", mode, busy, log_frames, checkpointed_frames, duration_ms, "by")
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(at, database, mode, busy ? 1 : 0, logFrames, checkpointedFrames, durationMs, by)
      this.#database
        .prepare('DELETE FROM checkpoint WHERE id <= (SELECT id FROM checkpoint ORDER BY id DESC LIMIT 1 OFFSET ?)')
        .run(MAX_CHECKPOINTS)
    })()
  }

  newest(limit: number): CheckpointRecord[] {
    return this.#database
      .prepare<[number], CheckpointRow>(`${SELECT} ORDER BY id DESC LIMIT ?`)
      .all(limit)
      .map(recordOf)
  }

  last(database: DatabaseName): CheckpointRecord | undefined {
    const row = this.#database
      .prepare<[string], CheckpointRow>(`${SELECT} WHERE "database" = ? ORDER BY id DESC LIMIT 1`)
      .get(database)
    return row && recordOf(row)
  }
}

type CheckpointRow = Omit<CheckpointRecord, 'busy'> & { readonly busy: number }
const recordOf = (row: CheckpointRow): CheckpointRecord => ({ ...row, busy: row.busy === 1 })

/** Runs a checkpoint on a writer's connection. Waits for readers and writers up to its busy_timeout. */
export function runCheckpoint(database: Database, mode: Mode): CheckpointResult {
  const startedAt = performance.now()
  const [row] = database.pragma(`wal_checkpoint(${mode.toUpperCase()})`) as WalState[]
  return {
    busy: row?.busy === 1,
    logFrames: row?.log ?? -1,
    checkpointedFrames: row?.checkpointed ?? -1,
    durationMs: performance.now() - startedAt,
  }
}

interface WalState {
  readonly busy: number
  readonly log: number
  readonly checkpointed: number
}

type FileFacts = Omit<File, 'database' | 'path' | 'state' | 'lastCheckpoint' | 'lastCheck'>

const NO_FACTS: FileFacts = {
  fileOctets: 0,
  walOctets: 0,
  walFrames: 0,
  pageSizeOctets: 0,
  pages: 0,
  freePages: 0,
  schemaVersion: 0,
}

/** Sizes and counts of one file, read through any connection to it. */
export function readFacts(path: string, database: Database): FileFacts {
  const value = (pragma: string): number => Number(database.pragma(pragma, { simple: true }))
  // NOOP (SQLite 3.51) tells the frames in use; the -wal file keeps its size after a RESTART.
  const [wal] = database.pragma('wal_checkpoint(NOOP)') as WalState[]
  return {
    ...sizesOf(path),
    walFrames: Math.max(0, wal?.log ?? 0),
    pageSizeOctets: value('page_size'),
    pages: value('page_count'),
    freePages: value('freelist_count'),
    schemaVersion: value('user_version'),
  }
}

/** Of a file that cannot be opened. */
export const missingFacts = (path: string): FileFacts => ({ ...NO_FACTS, ...sizesOf(path) })

const sizesOf = (path: string): Pick<FileFacts, 'fileOctets' | 'walOctets'> => ({
  fileOctets: sizeOf(path),
  walOctets: sizeOf(`${path}-wal`),
})

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)
