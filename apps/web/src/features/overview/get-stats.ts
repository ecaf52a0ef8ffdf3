/** History and rankings from the roll-ups. */
import { queryOptions } from '@tanstack/react-query'
import type { RecentSamples, Series, Top, TopQuery } from '@weir/shared/contract/stats'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'
import type { Range } from './overview-search.ts'

/** The roll-ups know no live range: the shortest stands in for it. */
export const rollUpRange = (range: Range): Exclude<Range, 'live'> => (range === 'live' ? '15m' : range)

/** Short ranges move, long ones do not. */
const refreshMs = (range: Range): number => (range === 'live' || range === '15m' || range === '1h' ? 10_000 : 60_000)

export const recentQuery = queryOptions({
  queryKey: ['stats', 'recent'],
  queryFn: ({ signal }) => http.get<z.infer<typeof RecentSamples>>('/stats/recent', undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
})

export const seriesQuery = (range: Range) =>
  queryOptions({
    queryKey: ['stats', 'series', rollUpRange(range)],
    queryFn: ({ signal }) => http.get<z.infer<typeof Series>>('/stats/series', { range: rollUpRange(range) }, signal),
    refetchInterval: refreshMs(range),
  })

export type TopKind = z.infer<typeof TopQuery>['kind']
export const topQuery = (kind: TopKind, range: Range, limit = 8) =>
  queryOptions({
    queryKey: ['stats', 'top', kind, rollUpRange(range), limit],
    queryFn: ({ signal }) =>
      http.get<z.infer<typeof Top>>('/stats/top', { kind, range: rollUpRange(range), limit }, signal),
    refetchInterval: refreshMs(range),
  })
