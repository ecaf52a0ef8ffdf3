/** A tier whose files are not as they were written: what is found at a start, and what answers meanwhile. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toWire } from '@weir/shared/dns/domain-name'
import { nameClass } from '@weir/shared/lists/name-class'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from '../rules/decide.ts'
import { reversedOctets } from '../rules/lists.fixture.ts'
import { CLIENT, compileLists, configOf, NOW_MS } from '../rules/policy.fixture.ts'
import { Policy } from '../rules/policy.ts'
import type { CompiledTier } from '../rules/policy-data.ts'
import { TierIndex } from '../rules/tier-index.ts'
import { TierCompiler } from './tier-compiler.ts'
import { TierFiles } from './tier-files.ts'
import { TierReader } from './tier-reader.ts'

const NAMES = 10_000
const SUFFIX = nameClass('block', 'suffix', false)
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}.example.org`)

let folder: string
let tiersPath: string
let files: TierFiles
let tier: CompiledTier
let home: string
const opened: TierIndex[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-damage-'))
  tiersPath = join(folder, 'tiers')
  files = new TierFiles(tiersPath)
  const lists = [{ listId: 1, versionId: 1, names: NAMES }]
  const compiler = new TierCompiler(files, { lists, key: randomBytes(32), filterOctets: 2 * NAMES, budgetOctets: 0 })
  for (const name of numbered(NAMES)) {
    const octets = reversedOctets(name)
    compiler.add(octets, 0, octets.length, 0, SUFFIX)
  }
  tier = compiler.finish(() => {})
  home = files.folderOf(tier.id)
})
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
  rmSync(folder, { recursive: true })
})

function open(onDamage?: () => void): (name: string) => string {
  const config = configOf({ lists: [{ id: 1 }] })
  const policy = new Policy(config.settings, () => {
    const reader = new TierReader(home, tier, { cacheOctets: 65_536, mmapOctets: 0 })
    const index = new TierIndex(tier, { reader, results: 100, ...(onDamage && { onDamage }) })
    opened.push(index)
    return index
  })
  policy.replaceIndex({ ...compileLists([], new Uint8Array(tier.key)), tier })
  policy.apply(config)
  const decision = new Decision()
  return (name) => {
    decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
    return `${decision.listId} ${decision.block ? 'block' : 'pass'}`
  }
}

const blocked = (names: readonly string[], verdict: (name: string) => string): boolean =>
  names.every((name) => verdict(`x.${name}`) === '1 block')

describe('damage', () => {
  const flip = (name: string, at: number): void => {
    const octets = readFileSync(join(home, name))
    octets[at]! ^= 0x40
    writeFileSync(join(home, name), octets)
  }

  it.each(['manifest', 'filter', 'sets'])('of one octet of the %s is found at a start', (name) => {
    const size = statSync(join(home, name)).size
    for (const at of [0, size >> 1, size - 2]) {
      flip(name, at)
      expect({ at, ok: files.read(tier.id).ok }).toEqual({ at, ok: false })
      flip(name, at)
    }
    expect(files.read(tier.id).ok).toBe(true)
  })

  it.each(['manifest', 'filter', 'sets', 'part-2.db'])(
    'is found at a start where the %s is missing or cut off',
    (name) => {
      const path = join(home, name)
      cpSync(path, join(folder, 'copy'))
      truncateSync(path, statSync(path).size - 2)
      expect(files.read(tier.id).ok).toBe(false)
      rmSync(path)
      expect(files.read(tier.id).ok).toBe(false)
      cpSync(join(folder, 'copy'), path)
      expect(files.read(tier.id).ok).toBe(true)
    },
  )

  it.each([
    ['overwritten', (path: string) => writeFileSync(path, 'nothing like a database '.repeat(5000))],
    ['missing', (path: string) => rmSync(path)],
    ['empty', (path: string) => truncateSync(path)],
    [
      'full of zeros but for its first page',
      (path: string) => {
        const file = openSync(path, 'r+')
        writeSync(file, Buffer.alloc(statSync(path).size - 4096), 0, undefined, 4096)
        closeSync(file)
      },
    ],
  ])('of a part that is %s blocks all of its names, and is told', (_, damage) => {
    damage(join(home, 'part-1.db'))
    let told = 0
    const verdict = open(() => told++)
    expect(blocked(numbered(NAMES), verdict)).toBe(true)
    expect(told).toBe(1)
  })

  it('of a part while it is open never lets a listed name through', () => {
    const verdict = open()
    expect(blocked(numbered(100), verdict)).toBe(true)
    for (let part = 0; part < 4; part++) {
      const path = join(home, `part-${part}.db`)
      const octets = readFileSync(path)
      for (let at = 5000; at < octets.length; at += 97) octets[at]! ^= 0xff
      const file = openSync(path, 'r+')
      writeSync(file, octets)
      closeSync(file)
    }
    expect(blocked(numbered(NAMES), verdict)).toBe(true)
  })

  it('does not come from removing what another version still uses', () => {
    files.removeOthers([tier.id])
    expect(readdirSync(tiersPath)).toEqual([tier.id])
    const verdict = open()
    files.removeOthers([])
    expect(readdirSync(tiersPath)).toEqual([])
    expect(blocked(numbered(NAMES), verdict)).toBe(true)
  })
})
