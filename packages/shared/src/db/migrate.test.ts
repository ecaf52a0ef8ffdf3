import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Migration, migrate, migrationsOf } from './migrate.ts'
import { type Database, openWriter } from './open-database.ts'

let folder: string
let database: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-migrate-'))
  database = openWriter(join(folder, 'x.db'), 'config')
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const migration = (version: number, sql: string): Migration => ({ version, name: `${version}.sql`, sql })
const version = () => database.pragma('user_version', { simple: true })

describe('migrating', () => {
  const first = migration(1, 'CREATE TABLE a (x)')
  const fourth = migration(4, 'CREATE TABLE b (x)')

  it('applies what is missing, once, and leaves out numbers that nobody took', () => {
    expect(migrate(database, [first])).toEqual({ ok: true, value: { from: 0, to: 1 } })
    expect(migrate(database, [first, fourth])).toEqual({ ok: true, value: { from: 1, to: 4 } })
    expect(migrate(database, [first, fourth])).toEqual({ ok: true, value: { from: 4, to: 4 } })
    expect(version()).toBe(4)
  })

  it('refuses a file of a newer Weir and does not touch it', () => {
    migrate(database, [first, fourth])
    expect(migrate(database, [first])).toMatchObject({ ok: false, error: { code: 'newer-schema', found: 4, known: 1 } })
    expect(version()).toBe(4)
  })

  it('rolls everything back when one fails, and names it', () => {
    expect(migrate(database, [first, migration(2, 'CREATE TABLE a (y)')])).toMatchObject({
      ok: false,
      error: { code: 'migration-failed', migration: '2.sql' },
    })
    expect(version()).toBe(0)
  })
})

it.each(['weir', 'log'] as const)('the migrations of %s.db have rising numbers and apply to an empty file', (name) => {
  const migrations = migrationsOf(name)
  const numbers = migrations.map((entry) => entry.version)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  expect(migrate(database, migrations)).toEqual({ ok: true, value: { from: 0, to: numbers.at(-1) } })
})
