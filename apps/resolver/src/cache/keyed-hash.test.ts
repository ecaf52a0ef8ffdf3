import { describe, expect, it } from 'vitest'
import { KeyWords } from './key-words.ts'
import { KeyedHash } from './keyed-hash.ts'
import { cacheKey, wireName } from './response-cache.contract.ts'

function wordsOf(name: Uint8Array): KeyWords {
  const words = new KeyWords()
  words.read(cacheKey('', { name, nameLength: name.length }))
  return words
}

function hashes(hash: KeyedHash, count: number): { low: number; high: number }[] {
  return Array.from({ length: count }, (_, i) => {
    const name = wireName(`n${i}.example.org`)
    const words = wordsOf(name)
    hash.run(words.name, words.nameWords, 1, 2)
    return { low: hash.low, high: hash.high }
  })
}

describe('KeyedHash', () => {
  it('spreads names that differ little evenly over buckets, by either word', () => {
    for (const word of ['low', 'high'] as const) {
      const counts = new Array<number>(64).fill(0)
      for (const hash of hashes(new KeyedHash(1, 2), 64_000)) counts[hash[word] & 63]!++
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
      expect(chiSquare).toBeLessThan(120)
    }
  })

  it('gives names that collide under one key other places under another', () => {
    const [one, other] = [hashes(new KeyedHash(1, 2), 4096), hashes(new KeyedHash(3, 4), 4096)]
    const colliding = one.flatMap((hash, i) => ((hash.low & 63) === 0 ? [other[i]!.low & 63] : []))
    expect(new Set(colliding).size).toBeGreaterThan(20)
  })

  it('depends on each octet of the name and on each word', () => {
    const hash = new KeyedHash(5, 6)
    const name = wireName('www.example.org')
    const seen = new Set<number>()
    const add = (octets: Uint8Array, a: number, b: number) => {
      const words = wordsOf(octets)
      hash.run(words.name, words.nameWords, a, b)
      seen.add(hash.low)
    }
    for (let i = 0; i < name.length; i++) add(name.with(i, name[i]! ^ 1), 0, 0)
    add(name, 0, 0)
    add(name, 1, 0)
    add(name, 0, 1)
    expect(seen.size).toBe(name.length + 3)
  })
})
