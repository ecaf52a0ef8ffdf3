/** What the resolver and its upstreams say about themselves, and the health of the whole. */
import { queryOptions } from '@tanstack/react-query'
import type { UpstreamHealth } from '@weir/shared/contract/stats'
import type { Health, ResolverState as ResolverStateSchema } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { http } from '../http.ts'

export type Upstream = z.infer<typeof UpstreamHealth>
export type ResolverState = z.infer<typeof ResolverStateSchema>

export const resolverQuery = queryOptions({
  queryKey: ['resolver'],
  queryFn: ({ signal }) => http.get<ResolverState>('/resolver', undefined, signal),
  refetchInterval: 5000,
})

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => http.get<z.infer<typeof Health>>('/health', undefined, signal),
  refetchInterval: 10_000,
})
