/** What the address bar of the history page holds. */
import { compact, integerParam, oneOfParam, type RawSearch } from '../../lib/search-params.ts'

export const ENTITIES = ['rule', 'list', 'settings', 'group', 'override', 'user', 'token'] as const
export interface HistorySearch {
  readonly entity?: (typeof ENTITIES)[number] | undefined
  readonly open?: number | undefined
}

export const readHistorySearch = (search: RawSearch): HistorySearch =>
  compact({ entity: oneOfParam(search, 'entity', ENTITIES), open: integerParam(search, 'open') })
