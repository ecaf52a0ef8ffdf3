/** Opens weir.db at start: newest schema, intact; every fault as one line that says what to do. */
import { statSync } from 'node:fs'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { fail, ok, type Result } from '@weir/shared/result'

/** A larger file is checked once the API listens: a check reads it whole, and a start should not wait for that. */
export const MAX_CHECKED_OCTETS = 256 * 1024 * 1024

export function openWeirDatabase(path: string): Result<Database, string> {
  let database: Database | undefined
  try {
    database = openWriter(path, 'config')
    const damage = quickCheck(database, path)
    if (damage !== undefined) {
      database.close()
      return fail(`${path} is damaged (${damage}): move it away with its -wal file, and put a backup in its place`)
    }
    const migrated = migrate(database, migrationsOf('weir'))
    if (migrated.ok) return ok(database)
    database.close()
    return fail(`${path}: ${migrated.error.detail}`)
  } catch (error) {
    database?.close()
    return fail(`${path} cannot be opened: ${(error as Error).message}`)
  }
}

/** @returns the first thing that is wrong, or undefined */
function quickCheck(database: Database, path: string): string | undefined {
  if (statSync(path).size > MAX_CHECKED_OCTETS) return undefined
  const answer = database.pragma('quick_check(1)', { simple: true })
  return answer === 'ok' ? undefined : String(answer)
}
