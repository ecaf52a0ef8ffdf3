/** The question of the "Why?" page, in the address bar. */
import { integerParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export interface ExplainSearch {
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly client?: string | undefined
  /** Milliseconds since the Unix epoch; missing: now. */
  readonly at?: number | undefined
  /** A logged query, which says all the rest. */
  readonly query?: number | undefined
}

export const readExplainSearch = (search: RawSearch): ExplainSearch => ({
  name: textParam(search, 'name'),
  type: textParam(search, 'type'),
  client: textParam(search, 'client'),
  at: integerParam(search, 'at'),
  query: integerParam(search, 'query'),
})
