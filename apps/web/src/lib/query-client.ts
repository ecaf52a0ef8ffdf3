/** The console's one cache of server state. */
import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

const MAX_RETRIES = 2

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // Lists and figures are pushed or polled where they move; elsewhere half a minute is fresh enough.
        staleTime: 30_000,
        // A refusal does not turn into a yes by asking again; an unreachable server may come back.
        retry: (failures, error) => failures < MAX_RETRIES && !(error instanceof ApiError && error.status < 500),
        refetchOnWindowFocus: true,
      },
    },
  })
