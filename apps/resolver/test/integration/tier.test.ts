/** Names beyond the memory budget, with resolver and API as they run: brought to disk, swapped, damaged, found again. */
import { closeSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANSWERED, BLOCKED, startAnswering } from './answered-names.fixture.ts'
import type { ResolverProcess } from './resolver-process.fixture.ts'

/** The smallest that can be set: some 6,000 names. */
const BUDGET_OCTETS = 64 * 1024
const NAMES = 20_000
const PATIENCE_MS = 120_000

let weir: ResolverProcess
let answer: (name: string) => Promise<string[]>
let stop: () => Promise<void>
beforeEach(async () => {
  ;({ weir, answer, stop } = await startAnswering())
  await weir.startApi()
  await weir.request('PATCH', '/settings', { storage: { rulesMemoryOctets: BUDGET_OCTETS } })
})
afterEach(() => stop())

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `n${from + i}.listed.example`)
const answers = (names: readonly string[]): Promise<string[][]> => Promise.all(names.map(answer))
const all = (expected: string[], count: number): string[][] => Array.from({ length: count }, () => expected)

interface Tier {
  readonly names: number
  readonly sizeOctets: number
}
const tierOf = async (): Promise<Tier | null> =>
  (await weir.request<{ index: { tier: Tier | null } }>('GET', '/resolver')).index.tier
const reasons = async (): Promise<string> =>
  (await weir.request<{ reasons?: string[] }>('GET', '/health')).reasons?.join('; ') ?? ''

async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come: ${weir.resolver.output}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A list with its content, in effect. @returns its id */
async function addList(name: string, names: readonly string[]): Promise<number> {
  const list = { name, kind: 'block', text: names.join('\n') }
  const { id, applied } = await weir.request<{ id: number; applied: boolean }>('POST', '/lists', list)
  expect(applied).toBe(true)
  return id
}
const replace = (id: number, names: readonly string[]): Promise<{ applied: boolean }> =>
  weir.request('PUT', `/lists/${id}/content?force=true`, names.join('\n'))

const tiersPath = (): string => join(weir.dataDir, 'tiers')
const tierFolders = (): string[] => readdirSync(tiersPath())
/** Of each page file: what it is told by when another was put in its place. */
const inodes = (): number[] =>
  tierFolders().flatMap((folder) =>
    readdirSync(join(tiersPath(), folder)).map((file) => statSync(join(tiersPath(), folder, file)).ino),
  )

describe('names beyond the memory budget', () => {
  it('block from disk, beside a small list that stays in memory', async () => {
    await addList('small', ['small.example'])
    expect(await tierOf()).toBeNull()
    await addList('large', numbered(0, NAMES))
    expect(await tierOf()).toMatchObject({ names: NAMES })
    expect(await answers(['n0.listed.example', `n${NAMES - 1}.listed.example`, 'small.example'])).toEqual(
      all(BLOCKED, 3),
    )
    expect(await answers([`n${NAMES}.listed.example`, 'www.n0.listed.example', 'other.example'])).toEqual(
      all(ANSWERED, 3),
    )
    const before = tierFolders()
    await addList('another small one', ['later.example'])
    expect([tierFolders(), await answer('later.example')]).toEqual([before, BLOCKED])
    // With memory for all of them there is no tier any longer.
    await weir.request('PATCH', '/settings', { storage: { rulesMemoryOctets: 256 * 1024 * 1024 } })
    await eventually('an index without a tier', async () => (await tierOf()) === null)
    await eventually('the removal of its files', () => tierFolders().length === 0)
    expect(await answers(['n7.listed.example', 'small.example'])).toEqual(all(BLOCKED, 2))
  })

  it('are swapped while queries run, and none is lost or answered wrongly', async () => {
    const id = await addList('large', numbered(0, NAMES))
    let isDone = false
    const wrong: unknown[] = []
    let asked = 0
    const lane = async (seed: number): Promise<void> => {
      for (let i = seed; !isDone; i += 7) {
        // In every version; never listed.
        const listed = await answer(`n${1000 + (i % 5000)}.listed.example`)
        const unlisted = await answer(`u${i}.listed.example`)
        asked += 2
        if (String(listed) !== String(BLOCKED) || String(unlisted) !== String(ANSWERED))
          wrong.push([i, listed, unlisted])
      }
    }
    const lanes = [0, 1, 2, 3].map(lane)
    for (const [from, to] of [
      [500, NAMES],
      [500, NAMES + 2000],
      [0, NAMES],
    ] as const) {
      expect(await replace(id, numbered(from, to))).toMatchObject({ applied: true })
      expect(await answer('n0.listed.example')).toEqual(from === 0 ? BLOCKED : ANSWERED)
      expect(await answer(`n${NAMES + 1}.listed.example`)).toEqual(to > NAMES ? BLOCKED : ANSWERED)
    }
    isDone = true
    await Promise.all(lanes)
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(20)
    await eventually('the removal of old tiers', () => tierFolders().length === 1)
  })

  it('are found again by a resolver that starts anew, as they lie', async () => {
    await addList('large', numbered(0, NAMES))
    await weir.resolver.end()
    const before = inodes()
    await weir.startResolver()
    expect(await answers(['n5.listed.example', 'other.example'])).toEqual([BLOCKED, ANSWERED])
    await weir.resolver.end('SIGKILL')
    await weir.startResolver()
    expect(await answers(['n6.listed.example', 'other.example'])).toEqual([BLOCKED, ANSWERED])
    expect(inodes()).toEqual(before)
  })
})

describe('damaged names on disk', () => {
  const file = (name: string): string => join(tiersPath(), tierFolders()[0]!, name)

  it('block what they may hold, are told, and made again', async () => {
    await addList('large', numbered(0, NAMES))
    const before = tierFolders()
    for (const part of readdirSync(join(tiersPath(), before[0]!)).filter((name) => name.startsWith('part-'))) {
      const opened = openSync(file(part), 'r+')
      writeSync(opened, Buffer.alloc(statSync(file(part)).size - 4096), 0, undefined, 4096)
      closeSync(opened)
    }
    // Names that nobody has asked for: no result of theirs is kept.
    expect(await answers(numbered(100, 110))).toEqual(all(BLOCKED, 10))
    await eventually('another tier', () => String(tierFolders()) !== String(before) && tierFolders().length === 1)
    await eventually('health', async () => (await reasons()) === '')
    expect(weir.resolver.output).toContain('names on disk are damaged and being made again')
    expect(await answers([...numbered(200, 205), 'other.example'])).toEqual([...all(BLOCKED, 5), ANSWERED])
  })

  it('are found at a start, and made again before it answers', async () => {
    await addList('small', ['small.example'])
    await addList('large', numbered(0, NAMES))
    const before = tierFolders()
    await weir.resolver.end()
    truncateSync(file('filter'), 10)
    await weir.startResolver()
    expect(await answers(['small.example', 'n9.listed.example', 'other.example'])).toEqual([BLOCKED, BLOCKED, ANSWERED])
    expect(tierFolders()).not.toEqual(before)
    expect(weir.resolver.output).toContain('names on disk')
    await eventually('health', async () => (await reasons()) === '')
  })
})
