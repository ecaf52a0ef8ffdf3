/** Tiers for tests, their pages in memory. */
import { nameClass } from '@weir/shared/lists/name-class'
import { type ListFixture, reversedOctets } from './lists.fixture.ts'
import { NameFilter, newFilter } from './name-filter.ts'
import { NameHasher } from './name-hash.ts'
import type { CompiledTier } from './policy-data.ts'
import { depthBit, MAX_SET_NUMBER } from './rule-index.ts'
import { SetTable } from './set-table.ts'
import { type PageReader, TierIndex } from './tier-index.ts'
import { type TierGeometry, tierGeometry } from './tier-layout.ts'
import { PagePacker } from './tier-pages.ts'

export interface TierFixture {
  readonly tier: CompiledTier
  /** By bucket; a test may damage them. */
  readonly pages: Map<number, Uint8Array>
  open(onDamage?: (detail: string) => void): TierIndex
}

export interface TierShape {
  readonly key?: Uint8Array
  readonly geometry?: TierGeometry
  /** Of the filter: one block when it is 0, so that it lets nearly everything pass. */
  readonly budgetOctets?: number
  readonly results?: number
}

export function compileTier(lists: readonly ListFixture[], shape: TierShape = {}): TierFixture {
  const { key = new Uint8Array(32).fill(7), budgetOctets = 2 ** 20, results = 16 } = shape
  const hasher = new NameHasher(key)
  const records: number[] = []
  const pair = new Int32Array(2)
  let depthMask = 0
  for (const [number, { entries = [] }] of lists.entries())
    for (const { name, match, allows = false, important = false } of entries) {
      const octets = reversedOctets(name)
      depthMask |= depthBit(hasher.hashReversed(octets, 0, octets.length, pair))
      const member = number * 16 + nameClass(allows ? 'allow' : 'block', match, important)
      records.push(pair[0]! >>> 0, pair[1]! >>> 0, member)
    }
  const geometry = shape.geometry ?? tierGeometry(records.length / 3)
  const sets = new SetTable(MAX_SET_NUMBER)
  const filter = newFilter(records.length / 3, budgetOctets)
  const bits = new NameFilter(filter)
  const pages = new Map<number, Uint8Array>()
  let names = 0
  new PagePacker(geometry.buckets, sets).pack(Uint32Array.from(records), 0, geometry.buckets, {
    page: (bucket, page) => void pages.set(bucket, Uint8Array.from(page)),
    name: (first, second) => {
      names++
      bits.add(first, second)
    },
  })
  const tier: CompiledTier = {
    id: 'fixture',
    key,
    names,
    ...geometry,
    depthMask,
    filter,
    falsePositiveRate: 0,
    sets: sets.pack(),
    lists: lists.map(({ id, entries = [] }) => ({ listId: id, versionId: id, names: entries.length })),
    partOctets: [],
    budgetOctets,
  }
  const reader: PageReader = { read: (_, bucket) => pages.get(bucket) ?? null, close: () => {} }
  return { tier, pages, open: (onDamage) => new TierIndex(tier, { reader, results, ...(onDamage && { onDamage }) }) }
}
