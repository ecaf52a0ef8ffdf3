/** The decision for a name, with the way to it. */
import { queryOptions } from '@tanstack/react-query'
import type { Explanation } from '@weir/shared/contract/explain'
import { http } from '../../lib/http.ts'
import type { ExplainSearch } from './explain-search.ts'

export const explainQuery = ({ name, type, client, at, query }: ExplainSearch) =>
  queryOptions({
    queryKey: ['explain', name, type, client, at, query],
    queryFn: ({ signal }) =>
      query === undefined
        ? http.get<Explanation>('/explain', { name, type, at, ...whoAsks(client) }, signal)
        : http.get<Explanation>(`/queries/${query}/explain`, {}, signal),
    enabled: name !== undefined || query !== undefined,
    retry: false,
    staleTime: 0,
  })

/** An address, a client id as in `id:tablet`, or both. */
function whoAsks(text = ''): { client?: string; clientId?: string } {
  const parts = text.split(/\s+/).filter((part) => part !== '')
  const clientId = parts.find((part) => part.startsWith('id:'))?.slice('id:'.length)
  const client = parts.find((part) => !part.startsWith('id:'))
  return { ...(client !== undefined && { client }), ...(clientId !== undefined && { clientId }) }
}
