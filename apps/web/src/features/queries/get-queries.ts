/** Pages of the query log, newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { http } from '../../lib/http.ts'
import type { QueryFilter } from './query-filter.ts'

const PAGE_ROWS = 200

export const queriesQuery = (filter: QueryFilter) =>
  infiniteQueryOptions({
    queryKey: ['queries', filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<{ items: QueryLogEntry[]; nextCursor: string | null }>(
        '/queries',
        { ...filter, limit: PAGE_ROWS, cursor: pageParam },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // The tail comes by the stream: asking again would shift the rows under the reader's eyes.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
