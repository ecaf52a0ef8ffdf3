import type { List } from '@weir/shared/contract/lists'
import { expect, it } from 'vitest'
import { inOrder } from './list-order.ts'

const hits = (recent: number) => ({ today: 0, recent, lastHitAt: 1 })
const list = (name: string, more: Partial<List>): List => ({ name, entries: 0, ...more }) as List
const LISTS = [
  list('list 10', { entries: 5, hits: hits(3), shadowHits: hits(0) }),
  list('List 9', { entries: 7, shadow: true, hits: null, shadowHits: hits(8) }),
  list('ads', { entries: 5, shadow: true, hits: hits(4), shadowHits: hits(0) }),
]

it.each([
  ['order', ['list 10', 'List 9', 'ads']],
  ['name', ['ads', 'List 9', 'list 10']],
  ['entries', ['List 9', 'list 10', 'ads']],
  ['hits', ['ads', 'list 10', 'List 9']],
  // Of those that would have done nothing, the ones on trial first.
  ['shadow', ['List 9', 'ads', 'list 10']],
] as const)('sorts lists: %s', (order, names) => {
  expect(inOrder(LISTS, order).map(({ name }) => name)).toEqual(names)
})
