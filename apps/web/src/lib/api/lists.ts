/** Lists as several pages need them: names, states, counts. */
import { queryOptions } from '@tanstack/react-query'
import type { List } from '@weir/shared/contract/lists'
import { http } from '../http.ts'

export const listsQuery = queryOptions({
  queryKey: ['lists'],
  queryFn: ({ signal }) => http.get<{ items: List[] }>('/lists', undefined, signal),
})
