/** What the address bar of the database page holds. */
import { compact, oneOfParam, type RawSearch } from '../../lib/search-params.ts'

export interface DatabaseSearch {
  readonly file?: 'weir' | 'log' | undefined
}

export const readDatabaseSearch = (search: RawSearch): DatabaseSearch =>
  compact({ file: oneOfParam(search, 'file', ['weir', 'log']) })
