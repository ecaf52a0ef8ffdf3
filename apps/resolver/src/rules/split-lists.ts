/** Which lists' names stay in memory and which go to disk, by the memory budget. */
import { MAX_INDEX_NAMES } from './compile-index.ts'
import type { CompiledTier, IndexedList } from './policy-data.ts'
import { SLOT_OCTETS, slotCountFor, TABLE_HEADER_OCTETS } from './rule-index.ts'

export interface ListSplit {
  readonly inMemory: readonly IndexedList[]
  /** Empty: no tier is needed. */
  readonly onDisk: readonly IndexedList[]
  /** For the tier's filter. */
  readonly filterOctets: number
}

/** Of the budget, for lists in memory beside a tier. */
const MEMORY_SHARE = 1 / 4
/** Of the budget, kept for lists in memory that grow or come anew without the tier being made again. */
const GROWTH_SHARE = 1 / 16

const tableOctets = (names: number): number => TABLE_HEADER_OCTETS + slotCountFor(names) * SLOT_OCTETS
const namesOf = (lists: readonly IndexedList[]): number => lists.reduce((sum, { names }) => sum + names, 0)
const fitsIntoMemory = (lists: readonly IndexedList[], octets: number): boolean => {
  const names = namesOf(lists)
  return names === 0 || (names <= MAX_INDEX_NAMES && tableOctets(names) <= octets)
}

/**
 * All in memory where they fit. Else the smallest lists take up to a quarter of the budget, so that what a network edits
 * and most of what it subscribes to stays as fast as without a tier, and the rest goes to disk behind a filter.
 */
export function splitLists(lists: readonly IndexedList[], budgetOctets: number): ListSplit {
  if (fitsIntoMemory(lists, budgetOctets)) return { inMemory: lists, onDisk: [], filterOctets: 0 }
  const inMemory: IndexedList[] = []
  for (const list of [...lists].sort((a, b) => a.names - b.names)) {
    if (!fitsIntoMemory([...inMemory, list], budgetOctets * MEMORY_SHARE)) break
    inMemory.push(list)
  }
  const taken = Math.max(tableOctets(namesOf(inMemory)) * (1 + GROWTH_SHARE), budgetOctets * GROWTH_SHARE)
  return {
    // In their order, or the index would not be known for the one that is wanted, and be compiled once more.
    inMemory: lists.filter((list) => inMemory.includes(list)),
    onDisk: lists.filter((list) => !inMemory.includes(list)),
    filterOctets: Math.max(0, budgetOctets - taken),
  }
}

const isSameVersion = (a: IndexedList, b: IndexedList): boolean => a.listId === b.listId && a.versionId === b.versionId

/**
 * The lists that are to be in memory beside a tier that is there, if it can go on as it is: it was made for this budget,
 * a tier is still needed, most of its names are wanted, and what it does not hold fits into memory beside its filter.
 * @returns undefined when there must be another tier, or none
 */
export function keepTier(
  lists: readonly IndexedList[],
  budgetOctets: number,
  tier: CompiledTier,
): readonly IndexedList[] | undefined {
  if (tier.budgetOctets !== budgetOctets || fitsIntoMemory(lists, budgetOctets)) return undefined
  const wanted = tier.lists.filter((one) => lists.some((list) => isSameVersion(one, list)))
  if (namesOf(wanted) * 2 < namesOf(tier.lists)) return undefined
  const others = lists.filter((list) => !tier.lists.some((one) => isSameVersion(one, list)))
  const left = Math.max(budgetOctets - tier.filter.bits.byteLength, budgetOctets * GROWTH_SHARE)
  return fitsIntoMemory(others, left) ? others : undefined
}

/** Are the names where they should be, so that nothing has to be compiled for the budget's sake? */
export const isSplitRight = (
  lists: readonly IndexedList[],
  budgetOctets: number,
  tier: CompiledTier | undefined,
): boolean => (tier ? keepTier(lists, budgetOctets, tier) !== undefined : fitsIntoMemory(lists, budgetOctets))
