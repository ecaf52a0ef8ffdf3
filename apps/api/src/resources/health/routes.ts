/** `GET /api/v1/health`: is Weir whole? Needs no sign-in and tells nothing that an outsider could use. */
import { Health } from '@weir/shared/contract/system'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { StatusWatch } from './recent-status.ts'

/** A change is taken up when the resolver is told of it, or else by its own look each second: only later is it late. */
const TAKEN_UP_AFTER_MS = 3000

export function registerHealthRoutes(app: ApiServer, deps: AppDeps): void {
  const watch = new StatusWatch(deps.resolver, deps.clock)
  app.get(
    '/api/v1/health',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'getHealth',
        summary: 'State of API and resolver, without signing in',
        tags: ['system'],
        response: { 200: Health },
      },
    },
    async () => {
      const read = await watch.read()
      const configRevision = deps.config.revision
      const reasons = [...deps.faults]
      if (!read.ok) reasons.push(read.error.detail)
      else {
        const { status, isNew } = read.value
        reasons.push(...status.faults)
        if (status.log.state === 'broken') reasons.push('the query log is not being written')
        if (isNew && status.revision < configRevision && deps.config.sinceChangeMs >= TAKEN_UP_AFTER_MS)
          reasons.push('the resolver has not taken up the newest configuration')
      }
      return {
        status: reasons.length === 0 ? ('ok' as const) : ('degraded' as const),
        resolver: read.ok ? ('up' as const) : ('down' as const),
        configRevision,
        reasons,
        version: deps.version,
      }
    },
  )
}
