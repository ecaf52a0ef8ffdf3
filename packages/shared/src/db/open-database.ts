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
 */
import Database from 'better-sqlite3'

export type { Database, Statement } from 'better-sqlite3'

export type DatabaseKind = 'config' | 'log'

const BUSY_TIMEOUT_MS = 5000
const JOURNAL_LIMIT_OCTETS = 64 * 1024 * 1024

const WRITER_PRAGMAS = {
  config: ['synchronous = FULL', 'wal_autocheckpoint = 1000', 'cache_size = -8192'],
  log: ['synchronous = NORMAL', 'wal_autocheckpoint = 4000', 'cache_size = -8192'],
} as const satisfies Record<DatabaseKind, readonly string[]>

/**
 * Opens a file for its one writing process; creates it where it is missing.
 * @throws SqliteError when the file is no database, or cannot be opened
 */
export function openWriter(path: string, kind: DatabaseKind): Database.Database {
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
