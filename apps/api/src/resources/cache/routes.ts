/** `POST /api/v1/cache/flush`: the resolver forgets answers: all, a name's, or a subtree's. */
import { FlushRequest, FlushResult } from '@weir/shared/contract/system'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField } from '../../problem-error.ts'
import { resolverProblem } from '../../resolver-problem.ts'

export function registerCacheRoutes(app: ApiServer, deps: AppDeps): void {
  app.post(
    '/api/v1/cache/flush',
    {
      config: { role: 'operator', problems: ['resolver-unreachable'] },
      schema: {
        operationId: 'flushCache',
        summary: 'Forget cached answers: all, those of a name, or of everything below it too',
        tags: ['cache'],
        body: FlushRequest,
        response: { 200: FlushResult },
      },
    },
    async (request) => {
      const { name, subtree } = request.body
      if (name === undefined && subtree) throw invalidField('name', 'is needed where subtree is true')
      const parsed = name === undefined ? undefined : parseDomainName(name)
      if (parsed && !parsed.ok) throw invalidField('name', parsed.error)
      const reply = await deps.resolver.flushCache({ ...(parsed ? { name: parsed.value } : {}), subtree })
      if (!reply.ok) throw resolverProblem(reply.error)
      return reply.value
    },
  )
}
