/** Brings a database to the newest schema: numbered SQL files, one transaction, `user_version` as the counter. */
import { readdirSync, readFileSync } from 'node:fs'
import { fail, ok, type Result } from '../result.ts'
import { MIGRATION_FOLDERS } from './migration-folders.ts'
import type { Database } from './open-database.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export type MigrationFault =
  | { readonly code: 'newer-schema'; readonly found: number; readonly known: number; readonly detail: string }
  | { readonly code: 'migration-failed'; readonly migration: string; readonly detail: string }

/** The migrations of a database, in order; named `NNNN-title.sql`, each number once. A number may be missing. */
export function migrationsOf(database: keyof typeof MIGRATION_FOLDERS): Migration[] {
  const folder = MIGRATION_FOLDERS[database]
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.+\.sql$/.test(file))
    .sort()
    .map((file, index, files) => {
      const version = Number(file.slice(0, 4))
      if (version === 0 || files[index - 1]?.startsWith(file.slice(0, 5)))
        throw new Error(`migration ${file} of ${database}: its number is taken`)
      return { version, name: file, sql: readFileSync(new URL(file, folder), 'utf8') }
    })
}

/**
 * Applies what is missing; safe when two processes start at once (BEGIN IMMEDIATE, re-read under the lock).
 * Never throws for what a file may hold: a file from a newer Weir is refused, a failing migration is rolled back.
 * @returns the schema versions before and after
 */
export function migrate(
  database: Database,
  migrations: readonly Migration[],
): Result<{ from: number; to: number }, MigrationFault> {
  const known = migrations.at(-1)?.version ?? 0
  let running = ''
  const apply = database.transaction(() => {
    const from = database.pragma('user_version', { simple: true }) as number
    for (const migration of migrations) {
      if (migration.version <= from) continue
      running = migration.name
      database.exec(migration.sql)
      database.pragma(`user_version = ${migration.version}`)
    }
    return { from, to: Math.max(from, known) }
  })
  try {
    const versions = apply.immediate()
    if (versions.from <= known) return ok(versions)
    return fail({
      code: 'newer-schema',
      found: versions.from,
      known,
      detail: `the file has schema ${versions.from}, this Weir knows up to ${known}: start the newer Weir, or restore a backup`,
    })
  } catch (cause) {
    return fail({ code: 'migration-failed', migration: running, detail: String(cause) })
  }
}
