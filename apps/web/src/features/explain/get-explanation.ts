/** The decision for a name, with the way to it. */
import { queryOptions } from '@tanstack/react-query'
import type { Explanation } from '@weir/shared/contract/explain'
import { http } from '../../lib/http.ts'
import type { ExplainSearch } from './explain-search.ts'

export const explainQuery = ({ name, type, client }: ExplainSearch) =>
  queryOptions({
    queryKey: ['explain', name, type, client],
    queryFn: ({ signal }) => http.get<Explanation>('/explain', { name, type, client }, signal),
    enabled: name !== undefined,
    retry: false,
    staleTime: 0,
  })
