import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HitCounts } from './hit-counts.ts'

const DAY_MS = 86_400_000
const NOON = 20_000 * DAY_MS + DAY_MS / 2

let folder: string
let database: Database
let hits: HitCounts
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-hits-'))
  database = openWriter(join(folder, 'log.db'), 'log')
  expect(migrate(database, migrationsOf('log')).ok).toBe(true)
  hits = new HitCounts()
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const write = (): void => {
  hits.write(database)
  hits.written()
}
const rows = () => database.prepare('SELECT kind, id, day, count, last_at FROM hit ORDER BY kind, id, day').raw().all()

describe('hits of lists and rules', () => {
  it('add up by day, with the weight of what the log left out, and keep the last time', () => {
    hits.count('list', 7, NOON, 3)
    hits.count('list', 7, NOON - 5, 1)
    hits.count('rule', 7, NOON + 9, 1)
    write()
    hits.count('list', 7, NOON + 20, 2)
    write()
    const day = NOON - DAY_MS / 2
    expect(rows()).toEqual([
      [0, 7, day, 6, NOON + 20],
      [1, 7, day, 1, NOON + 9],
    ])
  })

  it('are booked on the day of the query, also when two days wait together', () => {
    hits.count('list', 1, NOON, 1)
    hits.count('list', 1, NOON + DAY_MS, 2)
    write()
    expect(rows().map((row) => (row as number[])[3])).toEqual([1, 2])
  })

  it('are not counted twice when a write has to be repeated', () => {
    hits.count('list', 1, NOON, 1)
    database.exec('BEGIN')
    hits.write(database)
    database.exec('ROLLBACK')
    write()
    write()
    expect(rows()).toMatchObject([[0, 1, NOON - DAY_MS / 2, 1, NOON]])
  })

  it('are bounded while nothing can be written, and the rest is counted as lost', () => {
    for (let id = 1; id <= 100_003; id++) hits.count('rule', id, NOON, 2)
    expect(hits.lost).toBe(6)
    write()
    expect(rows()).toHaveLength(100_000)
  })
})
