/** Timed overrides: pause filtering, allow or block a name, or block the internet, for a while. */
import { OverrideCollection, OverrideInput, OverrideSaved } from '@weir/shared/contract/overrides'
import { Deleted, IdParam } from '@weir/shared/contract/primitives'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import type { Restorers } from '../../undo.ts'
import { OverrideRestorer } from './restore-overrides.ts'
import { OverrideService } from './service.ts'

const tags = ['overrides']

export function registerOverrideRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers): void {
  const service = new OverrideService(deps)
  restorers.add('override', new OverrideRestorer(service))

  app.get(
    '/api/v1/overrides',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listOverrides',
        summary: 'The overrides that hold now, the next to end first',
        tags,
        response: { 200: OverrideCollection },
      },
    },
    async () => ({ items: service.active() }),
  )

  app.post(
    '/api/v1/overrides',
    {
      config: { role: 'operator', idempotent: true, problems: ['conflict'] },
      schema: {
        operationId: 'startOverride',
        summary: 'Start an override for a client, a group or everyone',
        tags,
        body: OverrideInput,
        response: { 201: OverrideSaved },
      },
    },
    async (request, reply) => {
      const { override, revision } = service.start(actorOf(request), request.body)
      reply.code(201)
      return { ...override, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.delete(
    '/api/v1/overrides/:id',
    {
      config: { role: 'operator', problems: ['not-found'] },
      schema: {
        operationId: 'endOverride',
        summary: 'End an override before its time',
        tags,
        params: IdParam,
        response: { 200: Deleted },
      },
    },
    async (request) => {
      const revision = service.end(actorOf(request), request.params.id)
      return { deleted: 1, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}
