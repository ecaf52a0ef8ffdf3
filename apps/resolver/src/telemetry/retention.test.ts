import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { sealSegment } from '@weir/shared/log/seal-segment'
import { SEGMENT_ROWS } from '@weir/shared/log/segment'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Retention, usedOctets } from './retention.ts'

let folder = ''
let database: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-retention-'))
  database = openWriter(join(folder, 'log.db'), 'log')
  expect(migrate(database, migrationsOf('log')).ok).toBe(true)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 5, 1)
const LIMITS = { retentionDays: 30, maxOctets: 1024 ** 3, statisticsDays: 400 }

/** Rows with ids from `first`, each a name of its own, `stepMs` apart. */
function addRows(first: number, rows: number, atMs: number, stepMs = 1): void {
  const name = database.prepare('INSERT INTO name (id, name, reversed) VALUES (?, ?, ?)')
  const query = database.prepare(
    'INSERT INTO query (id, at, name_id, client_id, qtype, qclass, rcode, outcome, reason, transport, duration_us) VALUES (?, ?, ?, 1, 1, 1, 0, 0, 0, 0, 1)',
  )
  database.transaction(() => {
    for (let i = 0; i < rows; i++) {
      name.run(first + i, `n${first + i}.example.org`, `org.example.n${first + i}.`)
      query.run(first + i, atMs + i * stepMs, first + i)
    }
  })()
}

function stepsUntilQuiet(retention: Retention, limits: typeof LIMITS, nowMs = NOW): void {
  const total = (): number => database.prepare('SELECT total_changes()').pluck().get() as number
  // The sweep of names takes steps in which nothing is deleted.
  for (let quiet = 0; quiet < 20; ) {
    const before = total()
    retention.step(database, limits, nowMs, () => 0)
    quiet = total() === before ? quiet + 1 : 0
  }
}
const count = (table: string): number => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number

describe('retention', () => {
  it('removes what is too old and nothing else, with its postings and names', () => {
    addRows(1, SEGMENT_ROWS + 5000, NOW - 31 * DAY_MS)
    addRows(SEGMENT_ROWS + 5001, 1000, NOW - 29 * DAY_MS)
    sealSegment(database, 0)
    stepsUntilQuiet(new Retention(), LIMITS)
    expect(count('query')).toBe(1000)
    expect(count('posting')).toBe(0)
    expect(count('name')).toBe(1000)
    expect(database.prepare('SELECT min(at) FROM query').pluck().get()).toBe(NOW - 29 * DAY_MS)
  })

  it('removes nothing for its age by a clock that has just jumped, until it has stayed for an hour', () => {
    addRows(1, 1000, NOW)
    database.exec(`INSERT INTO rollup (resolution, at, outcomes, latency) VALUES (3600, ${NOW}, '[]', x'00')`)
    const retention = new Retention()
    const ahead = NOW + 1000 * DAY_MS
    retention.step(database, LIMITS, NOW, () => 0)
    for (const monotonicMs of [1000, 2000, 3_600_000]) {
      retention.step(database, LIMITS, ahead, () => monotonicMs)
      expect([count('query'), count('rollup')]).toEqual([1000, 1])
    }
    // Put right again: that is a jump too.
    retention.step(database, LIMITS, NOW, () => 3_700_000)
    expect(count('query')).toBe(1000)
    retention.step(database, LIMITS, ahead, () => 3_800_000)
    retention.step(database, LIMITS, ahead + 3_700_000, () => 7_500_000)
    expect([count('query'), count('rollup')]).toEqual([0, 0])
  })

  it('keeps to the size whatever the clock does', () => {
    addRows(1, 30_000, NOW)
    const maxOctets = Math.floor(usedOctets(database) * 0.8)
    const retention = new Retention()
    retention.step(database, { ...LIMITS, maxOctets }, NOW, () => 0)
    retention.step(database, { ...LIMITS, maxOctets }, NOW - 1000 * DAY_MS, () => 1000)
    expect(count('query')).toBeLessThan(30_000)
  })

  it('removes what was stamped by a clock that was ahead together with what came after it', () => {
    addRows(1, 10, NOW + 1000 * DAY_MS)
    addRows(11, 10, NOW - 31 * DAY_MS)
    addRows(21, 10, NOW)
    stepsUntilQuiet(new Retention(), LIMITS)
    expect(count('query')).toBe(10)
  })

  it('does so in slices that are bounded in time', () => {
    addRows(1, 20_000, NOW - 31 * DAY_MS)
    let ms = 0
    const slow = (): number => {
      ms += 200
      return ms
    }
    new Retention().step(database, LIMITS, NOW, slow)
    expect(count('query')).toBeGreaterThan(10_000)
  })

  it('removes the oldest when the log is too large', () => {
    addRows(1, 30_000, NOW - DAY_MS)
    const maxOctets = Math.floor(usedOctets(database) * 0.8)
    stepsUntilQuiet(new Retention(), { ...LIMITS, maxOctets })
    expect(usedOctets(database)).toBeLessThanOrEqual(maxOctets)
    expect(count('query')).toBeGreaterThan(5000)
    expect(database.prepare('SELECT max(id) FROM query').pluck().get()).toBe(30_000)
  })

  it('gives pages back to the file system', () => {
    addRows(1, 20_000, NOW - 31 * DAY_MS)
    const pages = (): number => database.pragma('page_count', { simple: true }) as number
    const before = pages()
    const retention = new Retention()
    stepsUntilQuiet(retention, LIMITS)
    for (let i = 0; i < 20; i++) retention.step(database, LIMITS, NOW, () => 0)
    expect(pages()).toBeLessThan(before / 4)
  })

  it('keeps minutes for days, hours for months and days as long as it is told', () => {
    const insert = database.prepare("INSERT INTO rollup (resolution, at, outcomes, latency) VALUES (?, ?, '[]', x'')")
    for (const resolution of [60, 3600, 86_400])
      for (const days of [1, 10, 200, 500]) insert.run(resolution, NOW - days * DAY_MS)
    new Retention().step(database, LIMITS, NOW, () => 0)
    const kept = database.prepare('SELECT resolution, (? - at) / 86400000 FROM rollup ORDER BY 1, 2').raw().all(NOW)
    expect(kept).toEqual([
      [60, 1],
      [3600, 1],
      [3600, 10],
      [86_400, 1],
      [86_400, 10],
      [86_400, 200],
    ])
  })

  it('does not remove a name that comes into use again while names are swept', () => {
    addRows(1, 3, NOW - 31 * DAY_MS)
    const retention = new Retention()
    retention.step(database, LIMITS, NOW, () => 0)
    retention.mark(2)
    stepsUntilQuiet(retention, LIMITS)
    expect(database.prepare('SELECT id FROM name').pluck().all()).toEqual([2])
  })
})
