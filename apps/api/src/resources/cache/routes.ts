/** `POST /api/v1/cache/flush`: the resolver forgets answers: all, a name's, or a subtree's. */
import { type FlushCommand, FlushRequest, FlushResult } from '@weir/shared/contract/system'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import type { z } from 'zod'
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
      const reply = await deps.resolver.flushCache(whatToForget(request.body))
      if (!reply.ok) throw resolverProblem(reply.error)
      return reply.value
    },
  )
}

/** @throws ProblemError `invalid-field` */
function whatToForget({ name, subtree }: z.infer<typeof FlushRequest>): FlushCommand {
  if (typeof subtree === 'string') {
    if (name !== undefined) throw invalidField('subtree', 'is true or false where name is given')
    return { name: parsedName('subtree', subtree), subtree: true }
  }
  if (name !== undefined) return { name: parsedName('name', name), subtree }
  if (subtree) throw invalidField('name', 'is needed where subtree is true')
  return { subtree }
}

function parsedName(field: string, text: string): string {
  const parsed = parseDomainName(text)
  if (!parsed.ok) throw invalidField(field, parsed.error)
  return parsed.value
}
