/** Services that can be blocked, and safe search: read, and switch for all or for some groups. */
import {
  RuleSetParams,
  SafeSearchCollection,
  SafeSearchEngine,
  SafeSearchPatch,
  SafeSearchSaved,
  Service,
  ServiceCollection,
  ServicePatch,
  ServiceSaved,
  ServicesPatch,
  ServicesSaved,
} from '@weir/shared/contract/rule-sets'
import { SERVICE_CATEGORIES, type ServiceCategory } from '@weir/shared/services/service'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import { NamesOfIds, type PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { ruleSetSection } from './policy-rule-sets.ts'
import { RuleSetRestorer } from './restore-rule-sets.ts'
import { RuleSetService } from './service.ts'

const tags = ['services']
const CATEGORIES = Object.entries(SERVICE_CATEGORIES).map(([id, name]) => ({ id: id as ServiceCategory, name }))

export function registerRuleSetRoutes(
  app: ApiServer,
  deps: AppDeps,
  restorers: Restorers,
  policy: PolicySections,
): void {
  const sets = new RuleSetService(deps)
  restorers.add('service', new RuleSetRestorer('service', sets))
  restorers.add('safe-search', new RuleSetRestorer('safe-search', sets))
  const names = new NamesOfIds(deps.database)
  policy.add(ruleSetSection('service', sets, names))
  policy.add(ruleSetSection('safe-search', sets, names))
  registerServices(app, deps, sets)
  registerSafeSearch(app, deps, sets)
}

function registerServices(app: ApiServer, deps: AppDeps, sets: RuleSetService): void {
  app.get(
    '/api/v1/services',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listServices',
        summary: 'All services that can be blocked, and for whom they are',
        tags,
        response: { 200: ServiceCollection },
      },
    },
    async () => ({ categories: CATEGORIES, items: sets.services() }),
  )

  app.get(
    '/api/v1/services/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getService',
        summary: 'One service, with its ETag',
        tags,
        params: RuleSetParams,
        response: { 200: Service },
      },
    },
    async (request, reply) => {
      const { service, revision } = sets.service(request.params.id)
      setEtag(reply, revision)
      return service
    },
  )

  app.patch(
    '/api/v1/services',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'editServices',
        summary:
          'Block or release several services in one transaction; honours If-Match, with the ETags of all of them',
        tags,
        body: ServicesPatch,
        response: { 200: ServicesSaved },
      },
    },
    async (request) => {
      const { ids, ...patch } = request.body
      const { revision, changed } = sets.patch(actorOf(request), 'service', ids, patch, (version) =>
        checkIfMatch(request, version),
      )
      const items = [...new Set(ids)].map((id) => sets.service(id).service)
      return { changed, items, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.patch(
    '/api/v1/services/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'editService',
        summary: 'Block or release a service, for all or some groups; honours If-Match',
        tags,
        params: RuleSetParams,
        body: ServicePatch,
        response: { 200: ServiceSaved },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { revision } = sets.patch(actorOf(request), 'service', [id], request.body, (version) =>
        checkIfMatch(request, version),
      )
      const saved = sets.service(id)
      setEtag(reply, saved.revision)
      return { ...saved.service, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}

function registerSafeSearch(app: ApiServer, deps: AppDeps, sets: RuleSetService): void {
  app.get(
    '/api/v1/safe-search',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSafeSearch',
        summary: 'The search engines that can be held to safe results, and for whom they are',
        tags,
        response: { 200: SafeSearchCollection },
      },
    },
    async () => ({ items: sets.engines() }),
  )

  app.get(
    '/api/v1/safe-search/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getSafeSearch',
        summary: 'Safe search of one engine, with its ETag',
        tags,
        params: RuleSetParams,
        response: { 200: SafeSearchEngine },
      },
    },
    async (request, reply) => {
      const { engine, revision } = sets.engine(request.params.id)
      setEtag(reply, revision)
      return engine
    },
  )

  app.patch(
    '/api/v1/safe-search/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'editSafeSearch',
        summary: 'Switch safe search of an engine, for all or some groups; honours If-Match',
        tags,
        params: RuleSetParams,
        body: SafeSearchPatch,
        response: { 200: SafeSearchSaved },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { revision } = sets.patch(actorOf(request), 'safe-search', [id], request.body, (version) =>
        checkIfMatch(request, version),
      )
      const saved = sets.engine(id)
      setEtag(reply, saved.revision)
      return { ...saved.engine, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}
