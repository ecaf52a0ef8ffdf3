import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileLists, rule } from '../rules/policy.fixture.ts'
import { RuleIndex } from '../rules/rule-index.ts'
import { IndexFile } from './index-file.ts'

const compiled = compileLists([
  {
    id: 3,
    entries: Array.from({ length: 500 }, (_, i) => ({ name: `n${i}.example.org`, match: 'suffix' as const })),
    rules: [rule(0, 'block', 'regex', '^ads\\.')],
  },
])

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-index-'))
  path = join(folder, 'rules.index')
})
afterEach(() => rm(folder, { recursive: true }))

const octets = (buffer: SharedArrayBuffer): Buffer => Buffer.from(buffer)

describe('IndexFile', () => {
  it('gives back what was written, in shared memory', async () => {
    expect(new IndexFile(path).write(compiled)).toEqual({ ok: true, value: undefined })
    const read = new IndexFile(path).read()
    if (!read.ok) throw new Error(read.error)
    expect(read.value.index.table).toBeInstanceOf(SharedArrayBuffer)
    expect(octets(read.value.index.table).equals(octets(compiled.table))).toBe(true)
    expect(octets(read.value.index.sets).equals(octets(compiled.sets))).toBe(true)
    expect(read.value.index.lists).toEqual(compiled.lists)
    expect(read.value.index.listRules).toEqual(compiled.listRules)
    expect(new RuleIndex(read.value.index).names).toBe(500)
    expect(read.value.tierId).toBeUndefined()
  })

  it('leaves nothing beside the file, which only its owner may read', async () => {
    const file = new IndexFile(path)
    for (let i = 0; i < 3; i++) file.write(compiled)
    expect(await readdir(folder)).toEqual(['rules.index'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(file.read().ok).toBe(true)
  })

  it('finds every damaged octet of the header and a sample of the rest', async () => {
    new IndexFile(path).write(compiled)
    const good = await readFile(path)
    const places = [...Array.from({ length: 64 }, (_, i) => i), ...Array.from({ length: 40 }, (_, i) => 64 + i * 101)]
    for (const place of [...places, good.length - 1]) {
      const bad = Buffer.from(good)
      bad[place]! ^= 0x40
      await writeFile(path, bad)
      expect({ place, ok: new IndexFile(path).read().ok }).toEqual({ place, ok: false })
    }
  })

  it.each([0, 10, 63, 64, 1000])('refuses a file that is cut off after %i octets', async (length) => {
    new IndexFile(path).write(compiled)
    await truncate(path, length)
    expect(new IndexFile(path).read().ok).toBe(false)
  })

  it('says that there is none where there is none', () => {
    expect(new IndexFile(path).read()).toMatchObject({ ok: false, error: expect.stringContaining('ENOENT') })
  })

  it('says why it could not write, and keeps what was there', async () => {
    const nowhere = new IndexFile(join(folder, 'missing', 'rules.index'))
    expect(await nowhere.write(compiled)).toMatchObject({ ok: false, error: expect.stringContaining('ENOENT') })
  })
})
