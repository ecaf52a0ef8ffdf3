import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AskedNames, MAX_KEPT_OCTETS } from './asked-names.ts'
import { QuestionTable } from './question-table.ts'

/** More than are read at once; each third one is gone again, as by retention. */
const IDS = 40_000
const isThere = (id: number): boolean => id % 3 !== 0
const nameOf = (id: number): string => `host${id}.example.org`
/** What the draft reaches. */
const isReached = (name: string): boolean => /[5-9]\.example/.test(name)

let log: Database
let table: QuestionTable
beforeEach(() => {
  log = openWriter(':memory:', 'log')
  expect(migrate(log, migrationsOf('log')).ok).toBe(true)
  table = new QuestionTable(IDS, 0)
  const insert = log.prepare('INSERT INTO name (id, name, reversed) VALUES (?, ?, ?)')
  log.transaction(() => {
    for (let id = 1; id <= IDS; id++) {
      if (isThere(id)) insert.run(id, nameOf(id), nameOf(id).split('.').reverse().join('.'))
      table.add(id, 1, 1, 0, 1)
    }
  })()
  table.settle()
})
afterEach(() => log.close())

it.each([
  ['kept', MAX_KEPT_OCTETS],
  ['kept, grown by and by', 400_000],
  ['read again, since they became too many on the way', 100_000],
  ['read again, since there is no room for one', 10],
])('are the same as often as they are asked for: %s', (_, maxKeptOctets) => {
  const names = new AskedNames(log, table, (name) => isReached(name.text), maxKeptOctets)
  names.look(() => {})
  const ids = Array.from({ length: IDS }, (_, i) => i + 1)
  expect(ids.filter((id) => names.isNamed(id - 1))).toEqual(ids.filter(isThere))
  const reached = ids.filter((id) => isThere(id) && isReached(nameOf(id))).map(nameOf)
  expect(reached.length).toBeGreaterThan(10_000)
  for (let round = 0; round < 2; round++) {
    const visited: string[] = []
    names.forEachReached((name) => visited.push(name.text))
    expect(visited).toEqual(reached)
  }
  // As they are judged: all in reach, and some of the others.
  names.restart()
  const wanted = ids.filter((id) => isThere(id) && (isReached(nameOf(id)) || id % 1000 === 1))
  expect(wanted.map((id) => names.read(id - 1).text)).toEqual(wanted.map(nameOf))
})
