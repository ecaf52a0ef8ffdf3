/** Read-only access to log.db, which may be missing, broken or replaced at any time (design section 1). */
import { statSync } from 'node:fs'
import { type Database, openReader } from '@weir/shared/db/open-database'

export class LogReader {
  readonly #path: string
  #database: Database | undefined
  #inode = 0

  constructor(path: string) {
    this.#path = path
  }

  get path(): string {
    return this.#path
  }

  /**
   * Runs `read` on log.db.
   * @returns undefined when the file is missing, is no database or has no such tables yet
   */
  read<T>(read: (database: Database) => T): T | undefined {
    try {
      const database = this.#open()
      return database && read(database)
    } catch (error) {
      if (!isSqliteError(error)) throw error
      this.close()
      return undefined
    }
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  /** Opens anew when the file was replaced: the resolver sets a broken one aside. */
  #open(): Database | undefined {
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino
    if (inode === undefined) {
      this.close()
      return undefined
    }
    if (this.#database && this.#inode === inode) return this.#database
    this.close()
    this.#database = openReader(this.#path)
    this.#inode = inode
    return this.#database
  }
}

const isSqliteError = (error: unknown): boolean => error instanceof Error && error.name === 'SqliteError'
