/** Names beyond the memory budget: compiled from weir.db to real files, and read back. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
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
import { TierIndex } from '../rules/tier-index.ts'
import type { CompileRequest } from './compile-messages.ts'
import { IndexCompiler } from './index-compiler.ts'
import { TierFiles } from './tier-files.ts'
import { TierReader } from './tier-reader.ts'

const KIB = 1024
const NAMES = 30_000
const SUFFIX = nameClass('block', 'suffix', false)
const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `n${i + from}.example.org`)

const compiler = new IndexCompiler({
  isAnswering: () => true,
  onProgress: () => {},
  onSaved: () => {},
  onSaveFault: () => {},
  onEnd: () => {},
})
let folder: string
let tiersPath: string
let writer: Database
let files: TierFiles
const opened: TierIndex[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-tier-'))
  tiersPath = join(folder, 'tiers')
  files = new TierFiles(tiersPath)
  writer = openWriter(join(folder, 'weir.db'), 'config')
  expect(migrate(writer, migrationsOf('weir')).ok).toBe(true)
})
afterEach(() => {
  for (const tier of opened.splice(0)) tier.close()
  writer.close()
  rmSync(folder, { recursive: true })
})

/** A list with one version of the same number. */
function store(id: number, names: readonly string[], classNumber = SUFFIX): void {
  writer.exec(`
    INSERT INTO list (id, name, kind, source, position, created_at, updated_at, revision) VALUES (${id}, 'list ${id}', 'block', 'content', ${id}, 0, 0, 1);
    INSERT INTO list_version (id, list_id, created_at, sha256, format, size_octets, stored_octets, names, complex_rules, added, removed, duplicates, ignored, rejected_count)
      VALUES (${id}, ${id}, 0, '', 'names', 0, 0, 0, 0, 0, 0, 0, 0, 0)`)
  const encoder = new NameChunkEncoder()
  const turned = names.map(reversedOctets).sort(Buffer.compare)
  const chunks = [...turned.map((octets) => encoder.add(octets, 0, octets.length)), encoder.flush()]
  const insert = writer.prepare('INSERT INTO list_chunk VALUES (?, ?, ?, ?, ?, ?)')
  for (const [i, chunk] of chunks.filter((one) => one !== undefined).entries())
    insert.run(id, classNumber, i, chunk.names, chunk.rawOctets, chunk.data)
}

async function compile(lists: readonly [id: number, names: number][], more: Partial<CompileRequest> = {}) {
  return compiler.compile({
    databasePath: join(folder, 'weir.db'),
    indexPath: join(folder, 'rules.index'),
    revision: 5,
    key: new Uint8Array(32).fill(9),
    lists: lists.map(([id, names]) => ({ listId: id, versionId: id, names })),
    memoryBudgetOctets: 64 * KIB,
    tiersPath,
    tier: null,
    ...more,
  })
}

async function compiled(...args: Parameters<typeof compile>): Promise<CompiledIndex> {
  const result = await compile(...args)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

function open(index: CompiledIndex, ids: readonly number[]): (name: string) => string {
  const config = configOf({ lists: ids.map((id) => ({ id })) })
  const policy = new Policy(config.settings, (tier) => {
    const reader = new TierReader(files.folderOf(tier.id), tier, { cacheOctets: 64 * KIB, mmapOctets: 0 })
    const made = new TierIndex(tier, { reader, results: 100 })
    opened.push(made)
    return made
  })
  policy.replaceIndex(index)
  policy.apply(config)
  const decision = new Decision()
  return (name) => {
    decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
    return `${decision.listId} ${decision.block ? 'block' : 'pass'}`
  }
}

const blocked = (names: readonly string[], verdict: (name: string) => string, list = 1): boolean =>
  names.every((name) => verdict(`x.${name}`) === `${list} block`)

describe('lists beyond the memory budget', () => {
  it('have their names in files, small lists in memory, and decide alike', async () => {
    store(1, numbered(NAMES))
    store(2, ['small.example.net'])
    store(3, numbered(10, NAMES - 5))
    const index = await compiled([
      [1, NAMES],
      [2, 1],
      [3, 10],
    ])
    expect(index.lists.map(({ listId }) => listId)).toEqual([2, 3])
    expect(index.tier).toMatchObject({ names: NAMES, parts: 4, lists: [{ listId: 1 }] })
    expect(index.table.byteLength + index.tier!.filter.bits.byteLength).toBeLessThanOrEqual(64 * KIB)
    const verdict = open(index, [1, 2, 3])
    expect(blocked(numbered(NAMES), verdict)).toBe(true)
    expect(verdict(`n${NAMES + 1}.example.org`)).toBe('3 block')
    expect(verdict('small.example.net')).toBe('2 block')
    const others = numbered(5000, 10 * NAMES)
    expect(others.every((name) => verdict(name) === '0 pass')).toBe(true)
  })

  it('hold a name that several of them have once, with all of them', async () => {
    store(1, numbered(NAMES))
    store(2, numbered(NAMES, NAMES / 2))
    const index = await compiled([
      [1, NAMES],
      [2, NAMES],
    ])
    expect(index.tier!.names).toBe(NAMES * 1.5)
    const both = open(index, [1, 2])
    const onlySecond = open(index, [2])
    expect([both('n1.example.org'), both(`n${NAMES - 1}.example.org`), both(`n${NAMES}.example.org`)]).toEqual([
      '1 block',
      '1 block',
      '2 block',
    ])
    expect([onlySecond('n1.example.org'), onlySecond(`n${NAMES - 1}.example.org`)]).toEqual(['0 pass', '2 block'])
  })

  it('take some six octets a name on disk', async () => {
    store(1, numbered(200_000))
    const { tier } = await compiled([[1, 200_000]], { memoryBudgetOctets: 512 * KIB })
    const octets = tier!.partOctets.reduce((sum, part) => sum + part, 0)
    expect(octets / 200_000).toBeLessThan(6)
  })

  it('stay where they are while only lists in memory change', async () => {
    store(1, numbered(NAMES))
    store(2, ['small.example.net'])
    const first = await compiled([[1, NAMES]])
    const second = await compiled(
      [
        [1, NAMES],
        [2, 1],
      ],
      { tier: first.tier!, revision: 6 },
    )
    expect(second.tier!.id).toBe(first.tier!.id)
    expect(readdirSync(tiersPath)).toEqual([first.tier!.id])
    expect(open(second, [1, 2])('small.example.net')).toBe('2 block')
    const third = await compiled([[1, NAMES]], { tier: second.tier!, memoryBudgetOctets: 2 ** 20 })
    expect([third.tier, third.lists.length]).toEqual([undefined, 1])
  })

  it('are read again as they were written, filter and sets in shared memory', async () => {
    store(1, numbered(NAMES))
    const { tier } = await compiled([[1, NAMES]])
    const again = files.read(tier!.id)
    if (!again.ok) throw new Error(again.error)
    expect(again.value.filter.bits).toBeInstanceOf(SharedArrayBuffer)
    const plain = (one: object) => JSON.parse(JSON.stringify({ ...one, filter: 0, sets: 0, key: 0 }))
    expect(plain(again.value)).toEqual(plain(tier!))
    expect(Buffer.from(again.value.filter.bits).equals(Buffer.from(tier!.filter.bits))).toBe(true)
    expect(statSync(join(files.folderOf(tier!.id), 'manifest')).mode & 0o777).toBe(0o600)
  })

  it('fail with the reason, and leave nothing, where a chunk is damaged or there are more names than announced', async () => {
    store(1, numbered(NAMES))
    const more = await compile([[1, NAMES - 1]])
    expect(more).toMatchObject({ ok: false, error: expect.stringContaining('more names') })
    writer.exec("UPDATE list_chunk SET data = x'00ff' WHERE sequence = 2")
    expect(await compile([[1, NAMES]])).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^list 1, version 1: .*damaged/),
    })
    expect(readdirSync(tiersPath)).toEqual([])
  })

  it('are not begun where the disk has too little room', async () => {
    store(1, numbered(10))
    const result = await compile([[1, 10 ** 13]])
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('of disk are needed') })
    expect(readdirSync(tiersPath)).toEqual([])
  })
})
