/** Orders in which lists can be looked at; which one counts first is said by their own order alone. */
import { RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { List } from '@weir/shared/contract/lists'
import type { ListOrder } from './lists-search.ts'

export const ORDERS: readonly (readonly [ListOrder, string])[] = [
  ['order', 'In their order'],
  ['name', 'By name'],
  ['entries', 'Most entries first'],
  ['hits', `Most hits in ${RECENT_HIT_DAYS} days first`],
  ['shadow', 'Most hits on trial first'],
]

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What is not known comes last. */
const countOf: Partial<Record<ListOrder, (list: List) => number>> = {
  entries: ({ entries }) => entries,
  hits: ({ hits }) => hits?.recent ?? -1,
  shadow: ({ shadow, shadowHits }) => (shadow ? 0.5 : 0) + (shadowHits?.recent ?? -1),
}

/** Equals stay in their order. */
export function inOrder(lists: readonly List[], order: ListOrder): readonly List[] {
  if (order === 'name') return [...lists].sort((a, b) => collator.compare(a.name, b.name))
  const count = countOf[order]
  return count === undefined ? lists : [...lists].sort((a, b) => count(b) - count(a))
}
