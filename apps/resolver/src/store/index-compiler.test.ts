import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import { NameChunkEncoder } from '@weir/shared/lists/name-chunk'
import { nameClass } from '@weir/shared/lists/name-class'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from '../rules/decide.ts'
import { reversedOctets } from '../rules/lists.fixture.ts'
import { CLIENT, configOf, NOW_MS } from '../rules/policy.fixture.ts'
import { Policy } from '../rules/policy.ts'
import type { CompiledIndex } from '../rules/policy-data.ts'
import { RuleIndex } from '../rules/rule-index.ts'
import { IndexCompiler } from './index-compiler.ts'
import { IndexFile } from './index-file.ts'

let folder: string
let path: string
let writer: Database
let compiler: IndexCompiler
let saveFaults: string[]
let saved: CompiledIndex[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-compile-'))
  saveFaults = []
  saved = []
  compiler = new IndexCompiler({
    isAnswering: () => true,
    onProgress: () => {},
    onSaved: (index) => saved.push(index),
    onSaveFault: (detail) => saveFaults.push(detail),
    onEnd: () => {},
  })
  path = join(folder, 'weir.db')
  writer = openWriter(path, 'config')
  expect(migrate(writer, migrationsOf('weir')).ok).toBe(true)
  writer.exec(`
    INSERT INTO list (id, name, kind, source, position, created_at, updated_at, revision) VALUES (7, 'Ads', 'block', 'content', 1, 0, 0, 1);
    INSERT INTO list_version (id, list_id, created_at, sha256, format, size_octets, stored_octets, names, complex_rules, added, removed, duplicates, ignored, rejected_count)
      VALUES (70, 7, 0, '', 'names', 0, 0, 0, 0, 0, 0, 0, 0, 0)`)
})
afterEach(async () => {
  await compiler.settle()
  writer.close()
  return rm(folder, { recursive: true })
})

/** Sorts names as list versions do, and stores their chunks. */
function store(names: readonly string[], classNumber: number): void {
  const encoder = new NameChunkEncoder()
  const turned = names.map(reversedOctets).sort(Buffer.compare)
  const chunks = turned.map((octets) => encoder.add(octets, 0, octets.length))
  const insert = writer.prepare('INSERT INTO list_chunk VALUES (70, ?, ?, ?, ?, ?)')
  for (const [i, chunk] of [...chunks, encoder.flush()].filter((one) => one !== undefined).entries())
    insert.run(classNumber, i, chunk.names, chunk.rawOctets, chunk.data)
}
const request = (names: number, versionId = 70) => ({
  databasePath: path,
  indexPath: join(folder, 'rules.index'),
  revision: 5,
  key: randomBytes(32),
  lists: [{ listId: 7, versionId, names }],
  memoryBudgetOctets: 2 ** 28,
  tiersPath: join(folder, 'tiers'),
  tier: null,
})

describe('IndexCompiler', () => {
  it('compiles chunks and complex lines into an index that decides', async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `n${i}.example.org`)
    store(names, nameClass('block', 'suffix', false))
    store(['ok.n1.example.org'], nameClass('allow', 'exact', false))
    writer
      .prepare('INSERT INTO list_rule VALUES (70, 3, ?, ?)')
      .run('/^ads[0-9]/', JSON.stringify({ action: 'block', match: 'regex', pattern: '^ads[0-9]' }))
    const compiled = await compiler.compile(request(10_001))
    if (!compiled.ok) throw new Error(compiled.error)
    const config = configOf({ lists: [{ id: 7 }] })
    const policy = new Policy(config.settings)
    policy.replaceIndex(compiled.value)
    policy.apply(config)
    expect([policy.index!.names, policy.index!.revision]).toEqual([10_001, 5])
    const decision = new Decision()
    const listOf = (name: string): string => {
      decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
      return `${decision.listId} ${decision.block ? 'block' : 'pass'}`
    }
    expect(names.every((name) => listOf(`x.${name}`) === '7 block')).toBe(true)
    expect(['ok.n1.example.org', 'ads7.example.net', 'n10000.example.org'].map(listOf)).toEqual([
      '7 pass',
      '7 block',
      '0 pass',
    ])
  })

  it('keeps a copy of the newest index for the next start, however fast they follow one another', async () => {
    store(['a.example'], 0)
    for (const revision of [6, 7]) await compiler.compile({ ...request(1), revision })
    await compiler.settle(60_000)
    const read = new IndexFile(join(folder, 'rules.index')).read()
    expect([read.ok && new RuleIndex(read.value.index).revision, saveFaults]).toEqual([7, []])
    expect(saved.map((index) => new RuleIndex(index).revision)).toEqual([6, 7])
  })

  it('gives the index, and says so, where the copy cannot be written', async () => {
    const compiled = await compiler.compile({
      ...request(0),
      indexPath: join(folder, 'none', 'rules.index'),
      lists: [],
    })
    await expect.poll(() => saveFaults).toEqual([expect.stringContaining('ENOENT')])
    expect(compiled.ok).toBe(true)
  })

  it('makes an empty index of no lists', async () => {
    const compiled = await compiler.compile({ ...request(0), lists: [] })
    expect(compiled.ok && compiled.value.lists).toEqual([])
  })

  it('fails with the reason where a chunk is damaged', async () => {
    store(['example.org'], 0)
    writer.exec("UPDATE list_chunk SET data = x'00ff'")
    expect(await compiler.compile(request(1))).toMatchObject({
      ok: false,
      error: expect.stringContaining('damaged'),
    })
  })

  it('fails with the reason where there are more names than were announced', async () => {
    store(['a.example', 'b.example'], 0)
    expect(await compiler.compile(request(1))).toMatchObject({
      ok: false,
      error: expect.stringContaining('more names'),
    })
  })

  it('fails with the reason where the database is missing', async () => {
    const compiled = await compiler.compile({ ...request(0), databasePath: join(folder, 'none.db') })
    expect(compiled.ok).toBe(false)
  })
})
