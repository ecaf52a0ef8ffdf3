import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffNames } from './diff-names.ts'
import {
  CHUNK_NAMES,
  ChunkCursor,
  DamagedChunk,
  decodeNameChunk,
  encodeNameChunks,
  type NameChunk,
  type NameCursor,
} from './name-chunk.ts'
import { nameClass } from './name-class.ts'
import { type CollectedNames, NameCollector } from './name-collector.ts'
import { nameOfReversed, reversedOfName } from './reversed-name.ts'

const suffix = nameClass('block', 'suffix', false)
const octets = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

function collect(names: readonly string[]): CollectedNames {
  const collector = new NameCollector()
  for (const name of names) {
    const padded = octets(`..${name}`)
    collector.add(suffix, padded, 2, name.length)
  }
  return collector.finish()[0]!
}

function listOf(cursor: NameCursor): string[] {
  const names: string[] = []
  while (cursor.next())
    names.push(nameOfReversed(cursor.octets.subarray(cursor.offset, cursor.offset + cursor.length), cursor.length))
  return names
}

const label = fc.oneof(
  fc.constantFrom('a', 'b', 'com', 'example', 'example-0'),
  fc.stringMatching(/^[a-z0-9_-]{1,63}$/),
)
const name = fc
  .array(label, { minLength: 1, maxLength: 5 })
  .map((labels) => labels.join('.'))
  .filter((text) => text.length <= 253)
const turned = (text: string): string => text.split('.').reverse().join('\0')
const byTurned = (a: string, b: string): number => (turned(a) < turned(b) ? -1 : turned(a) > turned(b) ? 1 : 0)

describe('NameCollector', () => {
  it('turns names round, sorts them and counts duplicates', () => {
    const names = collect(['www.example.org', 'example.org', 'example.net', 'example.org', 'a.example-0.org'])
    expect(listOf(names.cursor())).toEqual(['example.net', 'example.org', 'www.example.org', 'a.example-0.org'])
    expect([names.count, names.duplicates]).toEqual([4, 1])
  })

  it('keeps classes apart', () => {
    const collector = new NameCollector()
    const allow = nameClass('allow', 'exact', true)
    collector.add(suffix, octets('a.example'), 0, 9)
    collector.add(allow, octets('a.example'), 0, 9)
    expect(collector.finish().map((names) => [names.nameClass, names.count])).toEqual([
      [suffix, 1],
      [allow, 1],
    ])
  })

  it('sorts as plain sorting does, whatever the names share', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 200 }), (names) => {
        const collected = collect(names)
        const expected = [...new Set(names)].sort(byTurned)
        expect(listOf(collected.cursor())).toEqual(expected)
        expect(collected.duplicates).toBe(names.length - expected.length)
      }),
    )
  })

  it('sorts many names with long common parts', () => {
    const first = Array.from({ length: 20_000 }, (_, i) => `h${(i * 7919) % 20_011}`)
    const below = 'deep.below.a.common.example.org'
    // Plain sorting of the first labels is enough: the rest is the same.
    expect(listOf(collect(first.map((label) => `${label}.${below}`)).cursor())).toEqual(
      first.sort().map((label) => `${label}.${below}`),
    )
  })
})

describe('NameCollector, of many names', () => {
  it('says again and again which share is sorted, over all classes, and that never falls', () => {
    const collector = new NameCollector()
    for (let i = 0; i < 100_000; i++) {
      const text = octets(`n${(i * 7919) % 100_003}.example`)
      collector.add(i % 2 === 0 ? suffix : nameClass('allow', 'exact', false), text, 0, text.length)
    }
    const shares: number[] = []
    collector.finish((share) => shares.push(share))
    expect(shares.length).toBeGreaterThan(5)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[0]).toBeLessThan(0.2)
    expect(shares.at(-1)).toBeGreaterThan(0.9)
    expect(shares.at(-1)).toBeLessThanOrEqual(1)
  })
})

describe('name chunks', () => {
  it('hold at most 4,096 names each', () => {
    const names = Array.from({ length: CHUNK_NAMES + 1 }, (_, i) => `n${i}.example`)
    const chunks = [...encodeNameChunks(collect(names).cursor())]
    expect(chunks.map((chunk) => chunk.names)).toEqual([CHUNK_NAMES, 1])
  })

  it('come back as the same names, one after the other and all together', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 300 }), (names) => {
        const collected = collect(names)
        const chunks = [...encodeNameChunks(collected.cursor())]
        const visited: string[] = []
        for (const chunk of chunks)
          decodeNameChunk(chunk.data, chunk.rawOctets, (reversed, length) =>
            visited.push(nameOfReversed(reversed, length)),
          )
        expect(visited).toEqual(listOf(collected.cursor()))
        expect(listOf(new ChunkCursor(chunks))).toEqual(visited)
      }),
    )
  })

  const [chunk] = [...encodeNameChunks(collect(['example.org', 'www.example.org', 'example.net']).cursor())] as [
    NameChunk,
  ]
  const decode = (data: Uint8Array, rawOctets: number): void => decodeNameChunk(data, rawOctets, () => {})

  it.each<[string, () => void]>([
    ['octets are missing', () => decode(chunk.data.subarray(0, 5), chunk.rawOctets)],
    ['the length is too small', () => decode(chunk.data, chunk.rawOctets - 1)],
    ['the length is too large', () => decode(chunk.data, chunk.rawOctets + 1)],
    ['the length is absurd', () => decode(chunk.data, 2 ** 31)],
    ['there is nothing', () => decode(new Uint8Array(0), 1)],
  ])('damage is told, not passed on: %s', (_, run) => {
    expect(run).toThrow(DamagedChunk)
  })

  it('nothing but DamagedChunk is thrown for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(500), fc.nat(255), (random, at, value) => {
        const broken = chunk.data.slice()
        broken[at % broken.length] = value
        for (const data of [random, broken])
          try {
            decode(data, chunk.rawOctets)
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedChunk)
          }
      }),
    )
  })
})

describe('diffNames', () => {
  it('counts what was added, removed and kept, and shows which', () => {
    const before = collect(['a.example', 'b.example', 'c.example'])
    const after = collect(['b.example', 'c.example', 'd.example', 'x.c.example'])
    const seen: string[] = []
    const note = (sign: string) => (source: Uint8Array, offset: number, length: number) => {
      seen.push(sign + nameOfReversed(source.subarray(offset), length))
    }
    const difference = diffNames(new ChunkCursor(encodeNameChunks(before.cursor())), after.cursor(), {
      added: note('+'),
      removed: note('-'),
    })
    expect(difference).toEqual({ added: 2, removed: 1, unchanged: 2 })
    expect(seen).toEqual(['-a.example', '+x.c.example', '+d.example'])
  })

  it('agrees with sets', () => {
    const lists = fc.array(name, { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(lists, lists, (old, young) => {
        const [a, b] = [new Set(old), new Set(young)]
        const unchanged = [...a].filter((text) => b.has(text)).length
        expect(diffNames(collect(old).cursor(), collect(young).cursor())).toEqual({
          added: b.size - unchanged,
          removed: a.size - unchanged,
          unchanged,
        })
      }),
    )
  })

  it('takes nothing on either side', () => {
    const empty = new ChunkCursor([])
    expect(diffNames(empty, collect(['a.example']).cursor())).toEqual({ added: 1, removed: 0, unchanged: 0 })
    expect(diffNames(collect(['a.example']).cursor(), new ChunkCursor([]))).toEqual({
      added: 0,
      removed: 1,
      unchanged: 0,
    })
  })
})

describe('reversed names', () => {
  it('turn round and back', () => {
    expect([...reversedOfName('www.example.org')]).toEqual([...octets('org\0example\0www')])
    expect(nameOfReversed(octets('org\0example'), 11)).toBe('example.org')
  })
})
