import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StorageSettings } from '../contract/storage-settings.ts'
import { type Database, openWriter, tuneWriter, tuningOf } from './open-database.ts'

let folder: string
let database: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-tune-'))
  database = openWriter(join(folder, 'weir.db'), 'config')
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const pragma = (name: string): unknown => database.pragma(name, { simple: true })
const tuning = {
  cacheOctets: 3 * 1024 * 1024 + 1,
  mmapOctets: 1024 * 1024,
  checkpointPages: 7,
  journalLimitOctets: 8192,
}

it('sets what may be set, and leaves what makes a change durable', () => {
  tuneWriter(database, tuning)
  // Kibibytes, rounded up.
  expect(pragma('cache_size')).toBe(-3073)
  expect(pragma('mmap_size')).toBe(1024 * 1024)
  expect(pragma('wal_autocheckpoint')).toBe(7)
  expect(pragma('journal_size_limit')).toBe(8192)
  expect([pragma('synchronous'), pragma('journal_mode'), pragma('foreign_keys')]).toEqual([2, 'wal', 1])
})

it('takes effect in a database that is open: a checkpoint comes with each commit, and the WAL is cut', () => {
  database.exec('CREATE TABLE one (data BLOB)')
  const insert = database.prepare('INSERT INTO one VALUES (zeroblob(200000))')
  const walOctets = (): number => statSync(join(folder, 'weir.db-wal')).size
  tuneWriter(database, { ...tuning, checkpointPages: 100_000 })
  for (let i = 0; i < 5; i++) insert.run()
  const grown = walOctets()
  expect(grown).toBeGreaterThan(1_000_000)
  tuneWriter(database, tuning)
  for (let i = 0; i < 3; i++) insert.run()
  // Begun anew after the first checkpoint, and cut to its limit or what one commit needs.
  expect(walOctets()).toBeLessThan(grown)
})

it('reads the settings of each file', () => {
  const storage = {
    checkpointPages: 1,
    logCheckpointPages: 2,
    databaseCacheOctets: 3,
    databaseMmapOctets: 4,
    journalLimitOctets: 5,
  }
  const settings = storage as unknown as StorageSettings
  expect(tuningOf(settings, 'config')).toEqual({
    cacheOctets: 3,
    mmapOctets: 4,
    checkpointPages: 1,
    journalLimitOctets: 5,
  })
  expect(tuningOf(settings, 'log').checkpointPages).toBe(2)
})
