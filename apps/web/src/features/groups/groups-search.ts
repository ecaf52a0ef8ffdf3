/** What the address bar of the groups page holds. */
import { integerParam, type RawSearch } from '../../lib/search-params.ts'

export interface GroupsSearch {
  /** Id of the group that is open; 0: a new one. */
  readonly open?: number | undefined
}

export const readGroupsSearch = (search: RawSearch): GroupsSearch => ({ open: integerParam(search, 'open') })
