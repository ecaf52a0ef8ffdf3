/** Opens weir.db at start: newest schema, intact; every fault as one line that says what to do. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { fail, ok, type Result } from '@weir/shared/result'

/** A larger file is checked on the database page instead: a check reads it whole, and a start should not wait for that. */
export const MAX_CHECKED_OCTETS = 256 * 1024 * 1024
/** What the resolver leaves beside a weir.db that was in use. */
const CONFIG_COPY = 'config.copy'

export interface DatabaseFault {
  /** `lost`: it was here before, the resolver goes on with its copy, and a backup in its place ends the fault. */
  readonly code: 'lost' | 'unusable'
  /** For the terminal, with the path. */
  readonly detail: string
  /** For anybody, as health shows it. */
  readonly reason: string
}

/** Makes a new weir.db only where none was in use: an empty one in the place of a lost one would end all filtering. */
export function openWeirDatabase(path: string): Result<Database, DatabaseFault> {
  const code = existsSync(join(dirname(path), CONFIG_COPY)) ? 'lost' : 'unusable'
  if (code === 'lost' && !existsSync(path))
    return fail({
      code,
      detail: `${path} is missing: put a backup in its place (to begin anew, remove ${CONFIG_COPY} too)`,
      reason: 'weir.db is missing',
    })
  let database: Database | undefined
  try {
    database = openWriter(path, 'config')
    const damage = quickCheck(database, path)
    if (damage !== undefined) {
      database.close()
      const todo = 'move it away with its -wal file, and put a backup in its place'
      return fail({ code, detail: `${path} is damaged (${damage}): ${todo}`, reason: 'weir.db is damaged' })
    }
    const migrated = migrate(database, migrationsOf('weir'))
    if (migrated.ok) return ok(database)
    database.close()
    return fail({ code: 'unusable', detail: `${path}: ${migrated.error.detail}`, reason: 'weir.db has another schema' })
  } catch (error) {
    database?.close()
    const { message } = error as Error
    return fail({ code, detail: `${path} cannot be opened: ${message}`, reason: 'weir.db cannot be opened' })
  }
}

/** @returns the first thing that is wrong, or undefined */
function quickCheck(database: Database, path: string): string | undefined {
  if (statSync(path).size > MAX_CHECKED_OCTETS) return undefined
  const answer = database.pragma('quick_check(1)', { simple: true })
  return answer === 'ok' ? undefined : String(answer)
}

/** The file that a connection was opened on: what is written to it when it has been moved away is lost. */
export class OpenedFile {
  readonly #path: string
  readonly #identity: string

  constructor(path: string) {
    this.#path = path
    this.#identity = identityOf(path)
  }

  get isInPlace(): boolean {
    return identityOf(this.#path) === this.#identity
  }
}

function identityOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : ''
}
