/**
 * The only import of better-sqlite3: every connection of Weir is opened here, with the PRAGMAs of its kind.
 *
 * | PRAGMA             | weir.db writer | log.db writer | readers | why                                                      |
 * |--------------------|----------------|---------------|---------|----------------------------------------------------------|
 * | journal_mode       | WAL            | WAL           | –       | readers never wait for the writer, nor it for them       |
 * | synchronous        | FULL           | NORMAL        | –       | an acknowledged change survives a power cut; log records may lose the last batch |
 * | auto_vacuum        | –              | INCREMENTAL   | –       | the log gives pages back in small steps; must precede the first table |
 * | foreign_keys       | ON             | ON            | –       | a deleted list takes its versions along                  |
 * | busy_timeout       | 5000           | 5000          | 5000    | one write lock a file: wait for a checkpoint, do not fail |
 * | journal_size_limit | 64 MiB         | 64 MiB        | –       | a WAL that a big import has grown is cut after its checkpoint |
 * | wal_autocheckpoint | 1000           | 4000          | –       | pages; the log writes more and may lag                   |
 * | cache_size         | 8 MiB          | 8 MiB         | 2 MiB   | the index in memory answers queries, not SQLite          |
 * | query_only         | –              | –             | ON      | a reader that tries to write is a bug                    |
 *
 * Limit, checkpoint, cache and mmap_size of the writers are settings (`storage`, docs/scale.md): here are their defaults.
 *
 * Page files (names beyond the memory budget) are written once, aside, and never changed: no journal, and no lock that
 * anyone could wait for.
 */
import { closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { StorageSettings } from '../contract/storage-settings.ts'

export type { Database, Statement } from 'better-sqlite3'

export type DatabaseKind = 'config' | 'log'

/** Hashes of passwords, and who asked for what: the owner's alone, also in a folder that others may look into. */
const OWNER_ONLY = 0o600
const BUSY_TIMEOUT_MS = 5000
const JOURNAL_LIMIT_OCTETS = 64 * 1024 * 1024

const WRITER_PRAGMAS = {
  config: ['synchronous = FULL', 'wal_autocheckpoint = 1000', 'cache_size = -8192'],
  log: ['synchronous = NORMAL', 'wal_autocheckpoint = 4000', 'cache_size = -8192'],
} as const satisfies Record<DatabaseKind, readonly string[]>

/**
 * Opens a file for its one writing process; creates it where it is missing. One that is there keeps its mode.
 * @throws SqliteError when the file is no database, or cannot be opened
 */
export function openWriter(path: string, kind: DatabaseKind): Database.Database {
  if (path !== ':memory:') createForOwner(path)
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    if (kind === 'log') database.pragma('auto_vacuum = INCREMENTAL')
    database.pragma('journal_mode = WAL')
    database.pragma('foreign_keys = ON')
    database.pragma(`journal_size_limit = ${JOURNAL_LIMIT_OCTETS}`)
    for (const pragma of WRITER_PRAGMAS[kind]) database.pragma(pragma)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** An empty file is a new database to SQLite, which gives what it lays beside it the same mode. */
function createForOwner(path: string): void {
  try {
    closeSync(openSync(path, 'a', OWNER_ONLY))
  } catch {
    // SQLite says why it cannot be opened.
  }
}

/** What the settings say of a file: section `storage`. */
export interface DatabaseTuning {
  readonly cacheOctets: number
  readonly mmapOctets: number
  readonly checkpointPages: number
  readonly journalLimitOctets: number
}

/** Of the settings' section `storage`. */
export const tuningOf = (storage: StorageSettings, kind: DatabaseKind): DatabaseTuning => ({
  cacheOctets: storage.databaseCacheOctets,
  mmapOctets: storage.databaseMmapOctets,
  checkpointPages: kind === 'config' ? storage.checkpointPages : storage.logCheckpointPages,
  journalLimitOctets: storage.journalLimitOctets,
})

/** Changes the PRAGMAs of a writer that may be set; it goes on as it is. */
export function tuneWriter(database: Database.Database, tuning: DatabaseTuning): void {
  database.pragma(`cache_size = -${Math.ceil(tuning.cacheOctets / 1024)}`)
  database.pragma(`mmap_size = ${tuning.mmapOctets}`)
  database.pragma(`wal_autocheckpoint = ${tuning.checkpointPages}`)
  database.pragma(`journal_size_limit = ${tuning.journalLimitOctets}`)
}

/**
 * Opens an existing file for reading. Use `get` and `all`, never an `iterate` that outlives its turn: an open read
 * transaction keeps a TRUNCATE checkpoint from finishing.
 * @throws SqliteError when the file is missing or no database
 */
export function openReader(path: string): Database.Database {
  // Not `readonly`: a reader of a WAL database must be able to make the -shm file.
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  try {
    database.pragma('query_only = ON')
    database.pragma('cache_size = -2048')
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/**
 * Makes a page file: rows of numbered pages, written in ascending order in one go.
 * Not durable by itself: whoever calls syncs the file when it is closed, and gives it its name only then.
 * @throws SqliteError; code SQLITE_FULL when the disk is full
 */
export function createPageFile(path: string): Database.Database {
  const database = new Database(path)
  try {
    for (const pragma of ['page_size = 4096', 'journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE'])
      database.pragma(pragma)
    database.exec('CREATE TABLE page (bucket INTEGER PRIMARY KEY, data BLOB NOT NULL)')
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

export interface PageFileMemory {
  /** Pages that SQLite keeps for this connection. */
  readonly cacheOctets: number
  /** Of the file, read through a mapping instead of calls; 0: none. */
  readonly mmapOctets: number
}

/**
 * Opens a page file that is never changed again. One read transaction stays open as long as the connection, so that a
 * look-up takes no lock of its own.
 * @throws SqliteError when it is missing or damaged
 */
export function openPageFile(path: string, { cacheOctets, mmapOctets }: PageFileMemory): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  try {
    database.pragma(`cache_size = -${Math.max(16, Math.round(cacheOctets / 1024))}`)
    database.pragma(`mmap_size = ${Math.round(mmapOctets)}`)
    database.exec('BEGIN')
    database.prepare('SELECT bucket FROM page LIMIT 1').get()
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
