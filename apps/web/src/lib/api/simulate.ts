/** What a draft would have done to the queries of late. A request that nobody waits for any more is cancelled. */
import { queryOptions } from '@tanstack/react-query'
import type { DraftChange, SimulationRequest, SimulationResult } from '@weir/shared/contract/simulation'
import { http } from '../http.ts'

export type SimulationPeriod = SimulationRequest['period']

/** @param changes null: there is nothing to try */
export const simulationQuery = (changes: readonly DraftChange[] | null, period: SimulationPeriod) =>
  queryOptions({
    queryKey: ['simulation', period, changes],
    queryFn: ({ signal }) => http.post<SimulationResult>('/simulations', { period, changes }, { signal }),
    enabled: changes !== null,
    retry: false,
    staleTime: 60_000,
  })
