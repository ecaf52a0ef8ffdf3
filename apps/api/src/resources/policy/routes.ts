/** The whole policy as one text file: read it, see what a file would change, put a file in place. */
import { Readable } from 'node:stream'
import { MAX_POLICY_CHARACTERS, PolicyApplied, PolicyPlan, PolicyRequest } from '@weir/shared/contract/policy'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitEffect } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import type { PolicySections } from '../../policy.ts'
import { PolicyApplier } from './apply-policy.ts'
import { readSection } from './compare-policy.ts'
import { type ReadSection, writePolicy } from './write-policy.ts'

const tags = ['policy']
/** JSON may escape characters; policies hold few that it does. */
const BODY_OCTETS = MAX_POLICY_CHARACTERS + 8 * 1024 * 1024

export function registerPolicyRoutes(app: ApiServer, deps: AppDeps, sections: PolicySections): void {
  const applier = new PolicyApplier(deps, sections)
  app.get(
    '/api/v1/policy',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportPolicy',
        summary: 'Groups, schedules, lists by their source, services, rules and settings as one text file; no secrets',
        tags,
        produces: ['text/yaml'],
        response: { 200: { description: 'the policy', content: { 'text/yaml': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { revision } = deps.config
      const read: ReadSection[] = []
      for (const section of sections.all) read.push({ section, items: await readSection(section) })
      return reply
        .type('text/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="weir-policy.yaml"')
        .header('weir-revision', String(revision))
        .send(Readable.from(writePolicy(read)) as never)
    },
  )

  app.post(
    '/api/v1/policy/plan',
    {
      bodyLimit: BODY_OCTETS,
      config: { role: 'operator', problems: ['conflict', 'stale-edit', 'database-busy'] },
      schema: {
        operationId: 'planPolicy',
        summary: 'What putting a file in place would create, change and delete; changes nothing',
        tags,
        body: PolicyRequest,
        response: { 200: PolicyPlan },
      },
    },
    async (request) => (await applier.apply(actorOf(request), request.body, true)).plan,
  )

  app.post(
    '/api/v1/policy/apply',
    {
      bodyLimit: BODY_OCTETS,
      config: { role: 'operator', problems: ['conflict', 'stale-edit', 'database-busy'] },
      schema: {
        operationId: 'applyPolicy',
        summary: 'Put a file in place, all of it in one revision or nothing',
        tags,
        body: PolicyRequest,
        response: { 200: PolicyApplied },
      },
    },
    async (request) => {
      const { plan, revision } = await applier.apply(actorOf(request), request.body, false)
      return { ...plan, ...(await awaitEffect(deps, revision)) }
    },
  )
}
