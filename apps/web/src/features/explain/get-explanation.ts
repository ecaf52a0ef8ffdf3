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
        ? http.get<Explanation>('/explain', { name, type, client, at }, signal)
        : http.get<Explanation>(`/queries/${query}/explain`, {}, signal),
    enabled: name !== undefined || query !== undefined,
    retry: false,
    staleTime: 0,
  })
