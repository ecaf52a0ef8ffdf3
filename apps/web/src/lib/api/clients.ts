/** Clients: entries, and who was seen. */
import { queryOptions } from '@tanstack/react-query'
import type { ClientCollection, SeenClientCollection } from '@weir/shared/contract/clients'
import { http } from '../http.ts'

const REFRESH_MS = 10_000

export const clientsQuery = queryOptions({
  queryKey: ['clients'],
  queryFn: ({ signal }) => http.get<ClientCollection>('/clients', undefined, signal),
  refetchInterval: REFRESH_MS,
})

export const seenClientsQuery = queryOptions({
  queryKey: ['clients', 'seen'],
  queryFn: ({ signal }) => http.get<SeenClientCollection>('/clients/seen', undefined, signal),
  refetchInterval: REFRESH_MS,
})
