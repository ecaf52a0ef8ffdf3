import { toWire } from '@weir/shared/dns/domain-name'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameHasher, NameScratch, newSuffixHashes } from './name-hash.ts'

const hasher = new NameHasher(new Uint8Array(32).fill(1))
const label = fc.uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 20 })
const labels = fc.array(label, { minLength: 1, maxLength: 8 })

const wireOf = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([...parts.flatMap((part) => [part.length, ...part]), 0])

/** As list chunks have them; upper case does not come there, nor in a parsed query. */
const lower = (parts: readonly Uint8Array[]): Uint8Array[] =>
  parts.map((part) => part.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet)))

const reversed = (parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from([...parts].reverse().flatMap((part, i) => (i === 0 ? [...part] : [0, ...part])))

function suffixHashes(wire: Uint8Array, by = hasher): { depth: number; hashes: Int32Array } {
  const name = new NameScratch()
  expect(name.read(wire)).toBe(true)
  const hashes = newSuffixHashes()
  by.hashSuffixes(name, hashes)
  return { depth: name.labelCount, hashes }
}

const hashOf = (wire: Uint8Array, by = hasher): string => {
  const { depth, hashes } = suffixHashes(wire, by)
  return `${hashes[2 * depth]} ${hashes[2 * depth + 1]}`
}

describe('NameHasher', () => {
  it('gives every suffix of a query name the hash that the suffix has in a list chunk', () => {
    const pair = new Int32Array(2)
    fc.assert(
      fc.property(labels, (parts) => {
        const { depth, hashes } = suffixHashes(wireOf(parts))
        expect(depth).toBe(parts.length)
        for (let k = 1; k <= depth; k++) {
          const suffix = reversed(lower(parts).slice(depth - k))
          expect(hasher.hashReversed(suffix, 0, suffix.length, pair)).toBe(k)
          expect([hashes[2 * k], hashes[2 * k + 1]]).toEqual([...pair])
        }
      }),
    )
  })

  it.each([
    ['upper and lower case', 'WWW.Example.ORG', 'www.example.org', true],
    ['a dot inside a label and two labels', 'a\\.b.example.org', 'a.b.example.org', false],
    ['a zero octet inside a label and two labels', 'a\\000b.example.org', 'a.b.example.org', false],
    ['labels in another order', 'b.a.example.org', 'a.b.example.org', false],
    ['labels cut elsewhere', 'ab.c.example.org', 'a.bc.example.org', false],
  ])('compares %s', (_, one, other, isSame) => {
    expect(hashOf(toWire(one)) === hashOf(toWire(other))).toBe(isSame)
  })

  it('gives other hashes under another key', () => {
    const other = new NameHasher(new Uint8Array(32).fill(2))
    expect(hashOf(toWire('example.org'), other)).not.toBe(hashOf(toWire('example.org')))
  })

  it('tells twenty thousand similar names apart, in each lane', () => {
    const pairs = Array.from({ length: 20_000 }, (_, i) => hashOf(toWire(`host${i}.example.org`)))
    expect(new Set(pairs).size).toBe(pairs.length)
    // By chance one pair in 20 runs of 20,000 shares one 32-bit lane.
    for (const lane of [0, 1]) expect(new Set(pairs.map((pair) => pair.split(' ')[lane])).size).toBeGreaterThan(19_990)
  })
})

describe('NameScratch', () => {
  it.each([
    ['a name that runs past its end', Uint8Array.of(3, 97, 98)],
    ['a compression pointer', Uint8Array.of(0xc0, 12)],
    ['no octets', new Uint8Array(0)],
    ['more than 255 octets', Uint8Array.from(Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 1 : 97)))],
  ])('refuses %s', (_, wire) => {
    const name = new NameScratch()
    expect(name.read(wire)).toBe(false)
    expect(name.labelCount).toBe(0)
  })

  it('takes the longest name there is: 127 labels of one octet', () => {
    const name = new NameScratch()
    expect(name.read(Uint8Array.from([...Array.from({ length: 127 }, () => [1, 97]).flat(), 0]))).toBe(true)
    expect(name.labelCount).toBe(127)
  })
})
