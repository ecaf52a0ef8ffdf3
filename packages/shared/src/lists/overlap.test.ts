import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkCursor, encodeNameChunks } from './name-chunk.ts'
import { type NameMatch, nameClass } from './name-class.ts'
import { NameCollector } from './name-collector.ts'
import { type OverlapSource, walkOverlaps } from './overlap.ts'
import { nameOfReversed } from './reversed-name.ts'

type Entry = readonly [match: NameMatch, name: string]

function sourcesOf(lists: readonly (readonly Entry[])[]): OverlapSource[] {
  return lists.flatMap((entries, list) =>
    (['exact', 'suffix', 'subdomains'] as const).flatMap((match) => {
      const collector = new NameCollector()
      for (const [own, name] of entries)
        if (own === match) collector.add(nameClass('block', match, false), Buffer.from(name), 0, name.length)
      return collector
        .finish()
        .map((names) => ({ list, match, names: new ChunkCursor([...encodeNameChunks(names.cursor())]) }))
    }),
  )
}

/** `list name: lists that cover it` */
function walked(lists: readonly (readonly Entry[])[]): string[] {
  const found: string[] = []
  const visitor = {
    name(list: number, coveredBy: Uint8Array, octets: Uint8Array, offset: number, length: number) {
      const others = [...coveredBy.keys()].filter((other) => coveredBy[other] === 1)
      found.push(`${list} ${nameOfReversed(octets.subarray(offset), length)}: ${others.join(' ')}`)
    },
  }
  for (const _ of walkOverlaps(sourcesOf(lists), lists.length, visitor));
  return found
}

const below = (name: string, above: string): boolean => name.endsWith(`.${above}`)
const onSelf = (entries: readonly Entry[], name: string): boolean =>
  entries.some(([match, own]) => (match !== 'exact' && below(name, own)) || (match !== 'subdomains' && own === name))
const onBelow = (entries: readonly Entry[], name: string): boolean =>
  entries.some(([match, own]) => match !== 'exact' && (own === name || below(name, own)))

function naive(lists: readonly (readonly Entry[])[]): string[] {
  return lists.flatMap((entries, list) =>
    [...new Set(entries.map(([, name]) => name))].map((name) => {
      const own = entries.filter((entry) => entry[1] === name)
      const covering = [...lists.keys()].filter((other) => {
        // Of the same list, only entries above count.
        const others = other === list ? entries.filter((entry) => below(name, entry[1])) : lists[other]!
        return (!onSelf(own, name) || onSelf(others, name)) && (!onBelow(own, name) || onBelow(others, name))
      })
      return `${list} ${name}: ${covering.join(' ')}`
    }),
  )
}

describe('walkOverlaps', () => {
  it('tells which lists cover a name, by their wide entries and their equal ones', () => {
    expect(
      walked([
        [['suffix', 'example.org']],
        [
          ['exact', 'ads.example.org'],
          ['exact', 'example.org'],
          ['exact', 'notexample.org'],
        ],
        [
          ['suffix', 'ads.example.org'],
          ['exact', 'a.ads.example.org'],
          ['subdomains', 'example.org'],
        ],
      ]).sort(),
    ).toEqual([
      '0 example.org: ',
      '1 ads.example.org: 0 2',
      '1 example.org: 0',
      '1 notexample.org: ',
      '2 a.ads.example.org: 0 2',
      '2 ads.example.org: 0 2',
      '2 example.org: 0',
    ])
  })

  it('says the same as a look at every pair of entries', () => {
    const label = fc.constantFrom('a', 'b', 'a-b', 'c')
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
    const entry = fc.tuple(fc.constantFrom<NameMatch>('exact', 'suffix', 'subdomains'), name)
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (lists) => {
        expect(walked(lists).sort()).toEqual(naive(lists).sort())
      }),
      { numRuns: 300 },
    )
  })
})
