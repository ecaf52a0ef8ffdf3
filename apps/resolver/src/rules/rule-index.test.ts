import { toWire } from '@weir/shared/dns/domain-name'
import { nameClass } from '@weir/shared/lists/name-class'
import { propertyRuns } from '@weir/shared/property-runs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IndexBuilder } from './compile-index.ts'
import { type ListFixture, reversedOctets } from './lists.fixture.ts'
import { NameScratch, newSuffixHashes } from './name-hash.ts'
import { compileLists } from './policy.fixture.ts'
import { RuleIndex } from './rule-index.ts'
import { compileTier } from './tier.fixture.ts'
import type { TierIndex } from './tier-index.ts'

const names = fc
  .array(fc.constantFrom('a', 'b', 'c', 'xn--e1a', '_d'), { minLength: 1, maxLength: 4 })
  .map((l) => l.join('.'))

/** Members of the set of a name, as `list/class`. */
function membersOf(index: RuleIndex | TierIndex, name: string): string[] {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const hashes = newSuffixHashes()
  index.hasher.hashSuffixes(scratch, hashes)
  const set = index.findSet(hashes[2 * scratch.labelCount]!, hashes[2 * scratch.labelCount + 1]!)
  const members = index.members.subarray(index.memberStart(set), index.memberEnd(set))
  return [...members].map((member) => `${member >>> 4}/${member & 15}`)
}

/** What decisions look names up in, wherever the names lie. */
const INDEXES: readonly [where: string, make: (lists: readonly ListFixture[]) => RuleIndex | TierIndex][] = [
  ['in memory', (lists) => new RuleIndex(compileLists(lists))],
  ['on disk', (lists) => compileTier(lists).open()],
  ['on disk, in two parts', (lists) => compileTier(lists, { geometry: { buckets: 7, parts: 2 } }).open()],
  ['on disk, with a filter that lets all pass', (lists) => compileTier(lists, { budgetOctets: 0 }).open()],
]

describe.each(INDEXES)('a name index %s', (_, make) => {
  it('knows for every name exactly the lists and classes that hold it', () => {
    const entry = fc.record({
      name: names,
      match: fc.constantFrom('exact', 'suffix', 'subdomains'),
      allows: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 30 }), { maxLength: 5 }), names, (lists, other) => {
        const index = make(lists.map((entries, i) => ({ id: i + 1, entries })))
        const all = new Set([other, ...lists.flat().map(({ name }) => name)])
        // Twice: what was found is kept.
        for (const name of [...all, ...all]) {
          const expected = lists.flatMap((entries, list) =>
            entries
              .filter((one) => one.name === name)
              .map(({ match, allows }) => `${list}/${nameClass(allows ? 'allow' : 'block', match, false)}`),
          )
          expect(new Set(membersOf(index, name))).toEqual(new Set(expected))
        }
        const distinct = index instanceof RuleIndex ? index.names : index.tier.names
        expect(distinct).toBe(new Set(lists.flat().map(({ name }) => name)).size)
      }),
      propertyRuns(100),
    )
  })
})

describe('RuleIndex', () => {
  it('keeps the sets that many lists make few', () => {
    const entries = Array.from({ length: 2000 }, (_, i) => ({ name: `n${i}.example.org`, match: 'suffix' as const }))
    const index = compileLists([1, 2, 3].map((id) => ({ id, entries })))
    // Start words of the sets {}, {1}, {1,2}, {1,2,3} and the end, and their six members.
    expect(index.sets.byteLength / 4).toBe(5 + 6)
  })

  it('takes no more than 11 MB for a million names', () => {
    const builder = new IndexBuilder(1_000_000, new Uint8Array(32), 1)
    expect(builder.finish([], []).table.byteLength).toBeLessThan(11_000_000)
  })

  it('refuses more names than were announced, rather than to fill up', () => {
    const builder = new IndexBuilder(1, new Uint8Array(32), 1)
    const [one, two] = [reversedOctets('one.example'), reversedOctets('two.example')]
    builder.add(one, 0, one.length, 0, 0)
    builder.add(one, 0, one.length, 1, 0)
    expect(() => builder.add(two, 0, two.length, 0, 0)).toThrow('more names than')
  })

  it('refuses more names than an index may hold before it takes memory for them', () => {
    expect(() => new IndexBuilder(10 ** 12, new Uint8Array(32), 1)).toThrow('more than an index holds')
  })

  it.each([
    ['another magic number', (words: Int32Array) => (words[0] = 1)],
    ['another layout version', (words: Int32Array) => (words[1] = 99)],
    ['another number of slots', (words: Int32Array) => (words[2] = 5)],
  ])('refuses a table with %s', (_, damage) => {
    const index = compileLists([{ id: 1, entries: [{ name: 'example.org', match: 'exact' }] }])
    damage(new Int32Array(index.table, 0, 16))
    expect(() => new RuleIndex(index)).toThrow(RangeError)
  })
})
