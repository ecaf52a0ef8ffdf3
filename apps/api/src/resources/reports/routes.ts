/** Reports on the policy: what is unused, said twice, or never wins. */
import { PolicyReport, PolicyReportRequest } from '@weir/shared/contract/policy-report'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { PolicyReporter } from './reporter.ts'

const tags = ['reports']
const PATH = '/api/v1/reports/policy'

export function registerReportRoutes(app: ApiServer, deps: AppDeps): void {
  const reporter = new PolicyReporter(deps)
  app.addHook('preClose', async () => void (await reporter.cancel()))
  app.get(
    PATH,
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getPolicyReport',
        summary: 'The last report on rules and lists, and how far the one is that is being made',
        tags,
        response: { 200: PolicyReport },
      },
    },
    async () => reporter.view,
  )
  app.post(
    PATH,
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'makePolicyReport',
        summary: 'Begin a report in the background; one that is being made goes on',
        tags,
        body: PolicyReportRequest,
        response: { 202: PolicyReport },
      },
    },
    async (request, reply) => reply.code(202).send(reporter.start(request.body.days)),
  )
  app.post(
    `${PATH}/cancel`,
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'cancelPolicyReport',
        summary: 'End the report that is being made; the last one stays',
        tags,
        response: { 200: PolicyReport },
      },
    },
    async () => reporter.cancel(),
  )
}
