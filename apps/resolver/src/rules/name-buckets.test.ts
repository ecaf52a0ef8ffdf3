import { toWire } from '@weir/shared/dns/domain-name'
import { propertyRuns } from '@weir/shared/property-runs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompiledRule, compileRule } from './compiled-rule.ts'
import { NameBuckets } from './name-buckets.ts'
import { NameHasher, NameScratch, newSuffixHashes } from './name-hash.ts'
import { rule } from './policy.fixture.ts'

const compiled = (id: number, name: string): CompiledRule => {
  const result = compileRule(rule(id, 'block', 'exact', name))
  if (!result.ok) throw new Error(result.error)
  return result.value
}

function idsAt(buckets: NameBuckets, hasher: NameHasher, name: string): number[] {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const hashes = newSuffixHashes()
  hasher.hashSuffixes(scratch, hashes)
  const found = buckets.find(scratch, hashes, scratch.labelCount)
  return [...(found ?? [])].map(({ row }) => row.id).sort((a, b) => a - b)
}

describe('NameBuckets', () => {
  it('holds what a map would hold, whatever is added, removed and filed anew', () => {
    const step = fc.record({ isAdd: fc.boolean(), name: fc.nat(300), rehash: fc.nat(20).map((n) => n === 0) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
        let hasher = new NameHasher(new Uint8Array(32))
        const buckets = new NameBuckets(hasher)
        const expected = new Map<string, CompiledRule[]>()
        for (const [id, { isAdd, name: number, rehash }] of steps.entries()) {
          const name = `n${number}.example.org`
          const rules = expected.get(name) ?? []
          if (isAdd) {
            const one = compiled(id + 1, name)
            buckets.add(one.name!, one)
            expected.set(name, [...rules, one])
          } else if (rules.length > 0) {
            buckets.remove(rules[0]!.name!, rules[0]!)
            expected.set(name, rules.slice(1))
          }
          if (rehash) {
            hasher = new NameHasher(new Uint8Array(32).fill((id % 250) + 1))
            buckets.rehash(hasher)
          }
        }
        for (const [name, rules] of expected)
          expect(idsAt(buckets, hasher, name)).toEqual(rules.map(({ row }) => row.id).sort((a, b) => a - b))
        expect(buckets.size).toBe([...expected.values()].filter((rules) => rules.length > 0).length)
      }),
      propertyRuns(30),
    )
  })

  it('keeps its place while rules come and go ten thousand times', () => {
    const hasher = new NameHasher(new Uint8Array(32))
    const buckets = new NameBuckets(hasher)
    for (let i = 1; i <= 10_000; i++) {
      const one = compiled(i, `n${i}.example.org`)
      buckets.add(one.name!, one)
      buckets.remove(one.name!, one)
    }
    expect(buckets.size).toBe(0)
    expect(idsAt(buckets, hasher, 'n10000.example.org')).toEqual([])
  })

  it('has room for the root', () => {
    const hasher = new NameHasher(new Uint8Array(32))
    const buckets = new NameBuckets(hasher)
    const root = compiled(1, '.')
    buckets.add(root.name!, root)
    expect(idsAt(buckets, hasher, '.')).toEqual([1])
    expect(idsAt(buckets, hasher, 'example.org')).toEqual([])
  })
})
