/** What the address bar of the lists page holds: the list that is open, or the form for a new one. */
import { flagParam, integerParam, type RawSearch } from '../../lib/search-params.ts'

export interface ListsSearch {
  readonly open?: number | undefined
  readonly add?: boolean | undefined
  /** Two versions of the open list that are compared; without `from`, the one in effect is. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export const readListsSearch = (search: RawSearch): ListsSearch => ({
  open: integerParam(search, 'open'),
  add: flagParam(search, 'add'),
  from: integerParam(search, 'from'),
  to: integerParam(search, 'to'),
})
