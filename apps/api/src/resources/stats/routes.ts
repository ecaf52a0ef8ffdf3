/** Statistics: history from roll-ups, the last minutes from the resolver. */
import { RecentSamples, Series, StatsQuery, Summary, Top, TopQuery } from '@weir/shared/contract/stats'
import type { Database } from '@weir/shared/db/open-database'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { seriesOf, summaryOf, topOf } from './statistics.ts'

const tags = ['statistics']

export function registerStatsRoutes(app: ApiServer, deps: AppDeps): void {
  /** Reads log.db, or does the same without it. */
  const withLog = <T>(read: (log: Database | undefined) => T): T => deps.log.read(read) ?? read(undefined)

  app.get(
    '/api/v1/stats/summary',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getSummary',
        summary: 'Counts, rates and latency over a range',
        tags,
        querystring: StatsQuery,
        response: { 200: Summary },
      },
    },
    async (request) => withLog((log) => summaryOf(log, request.query.range, deps.clock.now())),
  )

  app.get(
    '/api/v1/stats/series',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getSeries',
        summary: 'Counts and latency over time; a missing bucket is a gap',
        tags,
        querystring: StatsQuery,
        response: { 200: Series },
      },
    },
    async (request) => withLog((log) => seriesOf(log, request.query.range, deps.clock.now())),
  )
  registerTopAndRecent(app, deps, withLog)
}

function registerTopAndRecent(
  app: ApiServer,
  deps: AppDeps,
  withLog: <T>(read: (log: Database | undefined) => T) => T,
): void {
  app.get(
    '/api/v1/stats/top',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getTop',
        summary: 'The most frequent names, clients, upstreams, lists or types of a range',
        tags,
        querystring: TopQuery,
        response: { 200: Top },
      },
    },
    async (request) => withLog((log) => topOf(deps.database, log, request.query, deps.clock.now())),
  )

  app.get(
    '/api/v1/stats/recent',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getRecentSamples',
        summary: 'The last 300 seconds, one sample each; empty while the resolver is down',
        tags,
        response: { 200: RecentSamples },
      },
    },
    async () => {
      const samples = await deps.resolver.samples()
      return samples.ok ? samples.value : { items: [] }
    },
  )
}
