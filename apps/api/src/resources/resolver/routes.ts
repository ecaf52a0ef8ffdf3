/** `GET /api/v1/resolver`: what the resolver says of itself, and of its upstreams. */
import { ResolverState } from '@weir/shared/contract/system'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { resolverProblem } from '../../resolver-problem.ts'

export function registerResolverRoutes(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/resolver',
    {
      config: { role: 'viewer', problems: ['resolver-unreachable'] },
      schema: {
        operationId: 'getResolver',
        summary: 'Workers, listeners, rule index, cache, log and upstreams of the resolver',
        tags: ['system'],
        response: { 200: ResolverState },
      },
    },
    async () => {
      const reply = await deps.resolver.status()
      if (!reply.ok) throw resolverProblem(reply.error)
      const { upstreams, ...status } = reply.value
      return { ...status, upstreams: [...upstreams] }
    },
  )
}
