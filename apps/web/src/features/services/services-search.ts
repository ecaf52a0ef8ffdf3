/** What the address bar of the services page holds: search, filter, and the set that is open. */
import { flagParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export interface ServicesSearch {
  readonly search?: string | undefined
  /** Only what is blocked. */
  readonly on?: boolean | undefined
  /** Id of a service or of safe search. */
  readonly open?: string | undefined
  /** Of which category all services are open at once, as `video`. */
  readonly category?: string | undefined
}

export const readServicesSearch = (search: RawSearch): ServicesSearch => ({
  search: textParam(search, 'search'),
  on: flagParam(search, 'on'),
  open: textParam(search, 'open'),
  category: textParam(search, 'category'),
})
