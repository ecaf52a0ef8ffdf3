/** Services that can be blocked, and search engines that can be held to safe results. */
import { queryOptions } from '@tanstack/react-query'
import type { SafeSearchCollection, ServiceCollection } from '@weir/shared/contract/rule-sets'
import type { z } from 'zod'
import { http } from '../http.ts'

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => http.get<ServiceCollection>('/services', undefined, signal),
})

export const safeSearchQuery = queryOptions({
  queryKey: ['safe-search'],
  queryFn: ({ signal }) => http.get<z.infer<typeof SafeSearchCollection>>('/safe-search', undefined, signal),
})
