/** Own rules, one by one: create, list, read, edit, remove. */
import { ListedRule, RulePage, RuleQuery } from '@weir/shared/contract/listed-rules'
import { Deleted, IdParam } from '@weir/shared/contract/primitives'
import { RuleInput, RulePatch, RuleSaved } from '@weir/shared/contract/rules'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import { readHits } from '../../hit-counts.ts'
import { NamesOfIds, type PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { registerBulkRoutes } from './bulk-routes.ts'
import { type ReadRuleHits, RuleLister, withHits } from './list-rules.ts'
import { RuleSection } from './policy-rules.ts'
import { RuleRestorer } from './restore-rules.ts'
import { ruleOf } from './rule-row.ts'
import { RuleService } from './service.ts'

const tags = ['rules']

export function registerRuleRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers, policy: PolicySections): void {
  const service = new RuleService(deps)
  restorers.add('rule', new RuleRestorer(deps, service))
  policy.add(new RuleSection(service, new NamesOfIds(deps.database)))
  // Above `/rules/:id`, as a reader would look for them; the router prefers fixed paths anyway.
  registerBulkRoutes(app, deps, service)
  registerReadRoutes(app, deps, service)
  registerEditRoutes(app, deps, service)
}

function registerReadRoutes(app: ApiServer, deps: AppDeps, service: RuleService): void {
  const hits: ReadRuleHits = (kind, ids) => readHits(deps.log, kind, ids, deps.clock.now())
  const lister = new RuleLister(deps.database, hits)
  app.get(
    '/api/v1/rules',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRules',
        summary: 'Own rules, filtered, searched and sorted',
        tags,
        querystring: RuleQuery,
        response: { 200: RulePage },
      },
    },
    async (request) => lister.list(request.query, deps.config.revision),
  )

  app.get(
    '/api/v1/rules/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getRule',
        summary: 'One rule, with its ETag',
        tags,
        params: IdParam,
        response: { 200: ListedRule },
      },
    },
    async (request, reply) => {
      const row = service.get(request.params.id)
      setEtag(reply, row.revision)
      return withHits([ruleOf(row)], hits)[0]!
    },
  )
}

function registerEditRoutes(app: ApiServer, deps: AppDeps, service: RuleService): void {
  app.post(
    '/api/v1/rules',
    {
      config: { role: 'operator', idempotent: true, problems: ['conflict'] },
      schema: {
        operationId: 'createRule',
        summary: 'Create a rule',
        tags,
        body: RuleInput,
        response: { 201: RuleSaved },
      },
    },
    async (request, reply) => {
      const { rule, revision } = service.create(actorOf(request), request.body)
      const applied = await awaitApplied(deps.resolver, revision)
      setEtag(reply, revision).code(201).header('location', `/api/v1/rules/${rule.id}`)
      return { ...rule, ...applied }
    },
  )

  app.patch(
    '/api/v1/rules/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'editRule',
        summary: 'Change any fields of a rule; honours If-Match',
        tags,
        params: IdParam,
        body: RulePatch,
        response: { 200: RuleSaved },
      },
    },
    async (request, reply) => {
      const { rule, revision } = service.patch(actorOf(request), request.params.id, request.body, (version) =>
        checkIfMatch(request, version),
      )
      setEtag(reply, revision)
      return { ...rule, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.delete(
    '/api/v1/rules/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'deleteRule',
        summary: 'Delete a rule; honours If-Match',
        tags,
        params: IdParam,
        response: { 200: Deleted },
      },
    },
    async (request) => {
      const revision = service.delete(actorOf(request), request.params.id, (version) => checkIfMatch(request, version))
      return { deleted: 1, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}
