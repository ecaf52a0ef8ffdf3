/** What a draft would have done to the queries of late. A request that nobody waits for any more is cancelled. */
import { queryOptions } from '@tanstack/react-query'
import type { DraftChange, SimulationRequest, SimulationResult } from '@weir/shared/contract/simulation'
import { useState } from 'react'
import { http } from '../http.ts'
import { useLiveEvent } from '../live-context.ts'

export type SimulationPeriod = SimulationRequest['period']

/** @param changes null: there is nothing to try @param progressKey see `useSimulationShare` */
export const simulationQuery = (
  changes: readonly DraftChange[] | null,
  period: SimulationPeriod,
  progressKey?: string,
) =>
  queryOptions({
    queryKey: ['simulation', period, changes],
    queryFn: ({ signal }) => http.post<SimulationResult>('/simulations', { period, changes, progressKey }, { signal }),
    enabled: changes !== null,
    retry: false,
    staleTime: 60_000,
  })

/** How far the simulation with the key is, 0…1; null: it has not said, which those of less than a second seldom do. */
export function useSimulationShare(): { readonly progressKey: string; readonly share: number | null } {
  const [progressKey] = useState(() => crypto.randomUUID())
  const [share, setShare] = useState<number | null>(null)
  useLiveEvent('simulation', (event) => {
    if (event.key === progressKey) setShare(event.share)
  })
  return { progressKey, share }
}
