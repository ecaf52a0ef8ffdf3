/** The question of the "Why?" page, in the address bar. */
import { compact, type RawSearch, textParam } from '../../lib/search-params.ts'

export interface ExplainSearch {
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly client?: string | undefined
}

export const readExplainSearch = (search: RawSearch): ExplainSearch =>
  compact({ name: textParam(search, 'name'), type: textParam(search, 'type'), client: textParam(search, 'client') })
