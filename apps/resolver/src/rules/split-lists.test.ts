import { describe, expect, it } from 'vitest'
import type { CompiledTier, IndexedList } from './policy-data.ts'
import { SLOT_OCTETS, slotCountFor, TABLE_HEADER_OCTETS } from './rule-index.ts'
import { isSplitRight, keepTier, splitLists } from './split-lists.ts'

const list = (listId: number, names: number, versionId = listId): IndexedList => ({ listId, versionId, names })
const tableOf = (names: number): number => TABLE_HEADER_OCTETS + slotCountFor(names) * SLOT_OCTETS
const idsOf = (lists: readonly IndexedList[]): number[] => lists.map(({ listId }) => listId)

const MIB = 1024 * 1024

describe('splitLists', () => {
  it('keeps all in memory to the last octet, and takes the large one out with the next', () => {
    const lists = [list(1, 50_000), list(2, 10)]
    const octets = tableOf(50_010)
    expect(splitLists(lists, octets)).toEqual({ inMemory: lists, onDisk: [], filterOctets: 0 })
    expect(idsOf(splitLists(lists, octets - 1).onDisk)).toEqual([1])
    expect(idsOf(splitLists(lists, octets - 1).inMemory)).toEqual([2])
  })

  it('leaves the smallest ones up to a quarter of the budget', () => {
    const lists = [list(1, 20_000), list(2, 3_000_000), list(3, 5000), list(4, 15_000), list(5, 21_000)]
    const { inMemory, onDisk, filterOctets } = splitLists(lists, 2 * MIB)
    // Both in the order of the lists.
    expect([idsOf(inMemory), idsOf(onDisk)]).toEqual([
      [1, 3, 4],
      [2, 5],
    ])
    expect(tableOf(40_000)).toBeLessThanOrEqual(MIB / 2)
    expect(tableOf(61_000)).toBeGreaterThan(MIB / 2)
    expect(filterOctets + tableOf(40_000)).toBeLessThanOrEqual(2 * MIB)
    expect(filterOctets).toBeGreaterThan(MIB)
  })

  it('gives the filter all but the room to grow where nothing stays in memory', () => {
    const { inMemory, filterOctets } = splitLists([list(1, 3_000_000)], MIB)
    expect([inMemory, filterOctets]).toEqual([[], MIB - MIB / 16])
  })

  it('needs nothing for lists without names', () => {
    expect(splitLists([list(1, 0)], 0)).toMatchObject({ onDisk: [] })
  })
})

/** A tier that was made of lists for a budget. */
function tierOf(lists: readonly IndexedList[], budgetOctets: number): CompiledTier {
  const { onDisk, filterOctets } = splitLists(lists, budgetOctets)
  const bits = new SharedArrayBuffer(filterOctets)
  return { lists: onDisk, budgetOctets, filter: { bits, probes: 4 } } as unknown as CompiledTier
}

describe('keepTier', () => {
  const large = list(1, 200_000)
  const larger = list(2, 300_000)
  const small = list(3, 1000)
  const lists = [large, larger, small]
  const tier = tierOf(lists, MIB)

  it.each<[string, readonly IndexedList[], number[] | undefined]>([
    ['nothing changed', lists, [3]],
    ['a small list came', [...lists, list(4, 500)], [3, 4]],
    ['a small list changed', [large, larger, list(3, 1200, 9)], [3]],
    ['a list of it is gone, most are there', [larger, small], [3]],
    ['most of it is gone', [large, small], undefined],
    ['a list of it changed, and fits into memory now', [large, larger, small].with(0, list(1, 2000, 9)), [1, 3]],
    ['a list of it changed, and fits into no memory', [list(1, 200_001, 9), larger, small], undefined],
    ['a large list came', [...lists, list(4, 200_000)], undefined],
    ['all fit into memory', [small], undefined],
  ])('%s', (_what, wanted, expected) => {
    const kept = keepTier(wanted, MIB, tier)
    expect(kept && idsOf(kept)).toEqual(expected)
    expect(isSplitRight(wanted, MIB, tier)).toBe(expected !== undefined)
  })

  it('does not go on with another budget', () => {
    expect(keepTier(lists, MIB + 1, tier)).toBeUndefined()
    expect([isSplitRight(lists, MIB, undefined), isSplitRight([small], MIB, undefined)]).toEqual([false, true])
  })
})
