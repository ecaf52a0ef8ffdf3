import { toWire } from '@weir/shared/dns/domain-name'
import { describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from './decide.ts'
import type { ListEntryFixture } from './lists.fixture.ts'
import { NameScratch, newSuffixHashes } from './name-hash.ts'
import { CLIENT, compileLists, configOf, NOW_MS } from './policy.fixture.ts'
import { Policy } from './policy.ts'
import { compileTier } from './tier.fixture.ts'
import { type TierIndex, UNREADABLE_SET } from './tier-index.ts'

const entries = Array.from({ length: 3000 }, (_, i): ListEntryFixture => ({ name: `n${i}.example`, match: 'suffix' }))

function setOf(index: TierIndex, name: string): number {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const hashes = newSuffixHashes()
  index.hasher.hashSuffixes(scratch, hashes)
  return index.findSet(hashes[2 * scratch.labelCount]!, hashes[2 * scratch.labelCount + 1]!)
}

describe('TierIndex', () => {
  it('reads a page once for a name that is asked again, listed or not', () => {
    const index = compileTier([{ id: 1, entries }], { budgetOctets: 0 }).open()
    for (let i = 0; i < 5; i++) setOf(index, 'n7.example')
    for (let i = 0; i < 5; i++) setOf(index, 'other.example')
    expect(index.counters).toMatchObject({ lookups: 10, passed: 10, fromCache: 8, found: 5, reads: 2, unreadable: 0 })
  })

  it('keeps no more results than it may', () => {
    const index = compileTier([{ id: 1, entries }], { results: 10 }).open()
    for (const { name } of entries) setOf(index, name)
    expect(index.keptResults).toBe(10)
    expect(index.counters.found).toBe(entries.length)
  })

  it('asks the filter before the disk', () => {
    const index = compileTier([{ id: 1, entries }]).open()
    for (let i = 0; i < 20_000; i++) setOf(index, `other${i}.example`)
    expect(index.counters.found).toBe(0)
    // 16 bits a name: one of a thousand passes.
    expect(index.counters.reads).toBeLessThan(200)
  })

  it.each([
    ['missing', () => undefined],
    ['of another bucket', (page: Uint8Array) => page],
    ['cut off', (page: Uint8Array) => page.subarray(0, -1)],
    ['empty', () => new Uint8Array(0)],
    ['changed in one bit', (page: Uint8Array) => page.with(page.length - 1, page.at(-1)! ^ 1)],
  ])('never says no of a page that is %s, and tells it once', (_, damage) => {
    const { pages, open } = compileTier([{ id: 1, entries }])
    const whole = [...pages]
    for (const [i, [bucket]] of whole.entries()) {
      const damaged = damage(whole[(i + 1) % whole.length]![1])
      if (damaged) pages.set(bucket, damaged)
      else pages.delete(bucket)
    }
    const told: string[] = []
    const index = open((detail) => told.push(detail))
    expect(new Set(entries.map(({ name }) => setOf(index, name)))).toEqual(new Set([UNREADABLE_SET]))
    expect(told).toHaveLength(1)
    // It may have been a moment's fault of the disk.
    for (const [bucket, page] of whole) pages.set(bucket, page)
    expect(new Set(entries.map(({ name }) => setOf(index, name)))).toEqual(new Set([1]))
  })
})

describe('a policy with a tier', () => {
  const lists = [
    { id: 1, entries: [{ name: 'ram.example', match: 'suffix' as const }] },
    { id: 2, entries },
    { id: 3, kind: 'allow' as const, entries: entries.slice(0, 1000) },
    { id: 4, groups: [2], entries },
  ]
  const tier = compileTier(lists.slice(1))
  const opened: TierIndex[] = []
  const policy = new Policy(configOf({}).settings, () => {
    const index = tier.open()
    opened.push(index)
    return index
  })
  const compiled = { ...compileLists(lists.slice(0, 1)), tier: tier.tier }
  policy.replaceIndex(compiled)
  policy.apply(configOf({ lists }))
  const decision = new Decision()
  const verdict = (name: string): string => {
    decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
    return `${decision.listId} ${decision.block ? 'block' : 'pass'}`
  }

  it('decides by the lists in memory and those on disk together', () => {
    const names = ['ram.example', 'n7.example', 'n2000.example', 'other.example']
    expect(names.map(verdict)).toEqual(['1 block', '3 pass', '2 block', '0 pass'])
  })

  it('keeps what it found when only lists in memory change, and lets go of it with the tier', () => {
    const before = policy.tier
    policy.replaceIndex({ ...compiled })
    expect(policy.tier).toBe(before)
    policy.replaceIndex({ ...compiled, tier: { ...tier.tier, id: 'another' } })
    expect(policy.tier).not.toBe(before)
    expect([opened.length, policy.tier!.keptResults]).toEqual([2, 0])
    expect(verdict('n2000.example')).toBe('2 block')
  })

  it('blocks what the filter holds for listed while the pages are damaged, and nothing else', () => {
    const whole = [...tier.pages]
    tier.pages.clear()
    policy.reopenTier()
    // By the first list that blocks for this group; the allowing one is not heard.
    expect(['n7.example', 'n2000.example', 'x.n2000.example'].map(verdict)).toEqual(['2 block', '2 block', '2 block'])
    const others = Array.from({ length: 1000 }, (_, i) => verdict(`other${i}.example`))
    expect(others.filter((one) => one !== '0 pass').length).toBeLessThan(20)
    for (const [bucket, page] of whole) tier.pages.set(bucket, page)
    expect(verdict('n7.example')).toBe('3 pass')
  })
})
