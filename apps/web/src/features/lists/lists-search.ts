/** What the address bar of the lists page holds: the list that is open, or the form for a new one. */
import { flagParam, integerParam, oneOfParam, type RawSearch } from '../../lib/search-params.ts'

/** `order`: as they count, from the first that is asked. */
export const LIST_ORDERS = ['order', 'name', 'entries', 'hits', 'shadow'] as const
export type ListOrder = (typeof LIST_ORDERS)[number]

export interface ListsSearch {
  readonly sort?: ListOrder | undefined
  readonly open?: number | undefined
  readonly add?: boolean | undefined
  /** Two versions of the open list that are compared; without `from`, the one in effect is. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export const readListsSearch = (search: RawSearch): ListsSearch => ({
  sort: oneOfParam(search, 'sort', LIST_ORDERS),
  open: integerParam(search, 'open'),
  add: flagParam(search, 'add'),
  from: integerParam(search, 'from'),
  to: integerParam(search, 'to'),
})
