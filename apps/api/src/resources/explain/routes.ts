/** `GET /api/v1/explain`: why a name is answered as it is, asked of the resolver itself. */
import { ExplainQuery, Explanation } from '@weir/shared/contract/explain'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { formatRrType, parseRrType } from '@weir/shared/dns/rr-type'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField } from '../../problem-error.ts'
import { resolverProblem } from '../../resolver-problem.ts'

export function registerExplainRoutes(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/explain',
    {
      config: { role: 'viewer', problems: ['resolver-unreachable'] },
      schema: {
        operationId: 'explain',
        summary: 'The decision for a name, type and client, with every step to it',
        tags: ['queries'],
        querystring: ExplainQuery,
        response: { 200: Explanation },
      },
    },
    async (request) => {
      const name = parseDomainName(request.query.name)
      if (!name.ok) throw invalidField('name', name.error)
      const type = parseRrType(request.query.type)
      if (type === undefined) throw invalidField('type', `'${request.query.type}' is not a type such as A or TYPE65`)
      const reply = await deps.resolver.explain({
        name: name.value,
        type: formatRrType(type),
        client: request.query.client,
        clientId: request.query.clientId,
        at: request.query.at,
      })
      if (!reply.ok) throw resolverProblem(reply.error)
      return reply.value
    },
  )
}
