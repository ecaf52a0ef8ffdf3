/** Lists: subscriptions, uploads and pastes, and their versions; what they hold is in content-routes.ts. */
import { join } from 'node:path'
import {
  ListCollection,
  ListDeleted,
  ListInput,
  ListPatch,
  ListSaved,
  List as ListSchema,
} from '@weir/shared/contract/lists'
import { IdParam } from '@weir/shared/contract/primitives'
import type { ResolverEvent } from '@weir/shared/contract/stats'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import { NamesOfIds, type PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { registerCatalogueRoutes } from './catalogue-routes.ts'
import { rethrowAsProblem } from './content-problem.ts'
import { registerContentRoutes } from './content-routes.ts'
import { registerDiffRoutes } from './diff-routes.ts'
import { FETCH_TIME_LIMITS } from './fetch-list.ts'
import { ListActivity } from './list-activity.ts'
import { ListFetches } from './list-fetches.ts'
import type { FetchWorld, ListParts } from './list-parts.ts'
import { ListUpdates } from './list-updates.ts'
import { listEvent } from './list-view.ts'
import { ListSection } from './policy-lists.ts'
import { ListRepository } from './repository.ts'
import { resolveHostWith, resolveSettingsOf, systemResolveHost } from './resolve-host.ts'
import { ListRestorer } from './restore-lists.ts'
import { FetchSchedule } from './schedule-fetches.ts'
import { ListService, listFacts, type SavedList } from './service.ts'
import { registerVersionRoutes } from './version-routes.ts'
import { VersionService } from './version-service.ts'

const tags = ['lists']
/** `text` of ListInput, its line ends escaped in JSON. */
const CREATE_LIMIT_OCTETS = 96 * 1024 * 1024

export function registerListRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers, policy: PolicySections): void {
  const repository = new ListRepository(deps.database)
  restorers.add('list', new ListRestorer(deps, repository))
  policy.add(new ListSection(deps, repository, new NamesOfIds(deps.database)))
  const activity = new ListActivity(deps.clock, (listId) => {
    const row = repository.find(listId)
    if (row) deps.events.publish('list', listEvent(listFacts({ repository, activity, clock: deps.clock }, row)))
  })
  const parts: ListParts = {
    ...deps,
    repository,
    activity,
    world: realWorld(deps),
    databasePath: join(deps.dataDir, 'weir.db'),
  }
  const updates = new ListUpdates(parts)
  const fetches = new ListFetches(parts, updates)
  const service = new ListService(parts, updates, fetches)
  const schedule = new FetchSchedule({
    now: () => deps.clock.now(),
    due: (now, limit) => repository.due(now, limit),
    refresh: (listId) => fetches.refreshQuietly(listId),
    tidy: () => updates.importer.sweep(),
  })
  app.addHook('onReady', () => updates.start())
  // Not for an app that only answers injected requests.
  app.addHook('onListen', async () => schedule.start())
  const endCompiles = deps.events.subscribe(({ name, data }) => {
    const compile = name === 'resolver' ? (data as ResolverEvent).compile : null
    if (compile !== null && compile.namesTotal > 0) activity.reportCompiled(compile.namesDone / compile.namesTotal)
  })
  app.addHook('preClose', async () => {
    endCompiles()
    schedule.stop()
    await updates.close()
  })
  registerCatalogueRoutes(app, repository)
  registerReading(app, service)
  registerEditing(app, service)
  registerContentRoutes(app, { service, updates, fetches, repository })
  const versions = new VersionService(parts, updates)
  registerVersionRoutes(app, { service, versions })
  registerDiffRoutes(app, versions)
}

const realWorld = (deps: AppDeps): FetchWorld => ({
  resolveHost: resolveHostWith(systemResolveHost, () => resolveSettingsOf(deps.settings.current.settings)),
  timeLimits: FETCH_TIME_LIMITS,
  random: Math.random,
})

const savedBody = ({ list, applied }: SavedList) => ({ ...list, ...applied })

function registerReading(app: ApiServer, service: ListService): void {
  app.get(
    '/api/v1/lists',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listLists',
        summary: 'All lists, in their order',
        tags,
        response: { 200: ListCollection },
      },
    },
    async () => ({ items: service.all() }),
  )
  app.get(
    '/api/v1/lists/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getList',
        summary: 'One list: state, counts, last error',
        tags,
        params: IdParam,
        response: { 200: ListSchema },
      },
    },
    async (request, reply) => {
      const { list, rowRevision } = service.get(request.params.id)
      setEtag(reply, rowRevision)
      return list
    },
  )
}

function registerEditing(app: ApiServer, service: ListService): void {
  app.post(
    '/api/v1/lists',
    {
      bodyLimit: CREATE_LIMIT_OCTETS,
      config: { role: 'operator', problems: ['conflict', 'held-for-review'], idempotent: true },
      schema: {
        operationId: 'createList',
        summary: 'Subscribe to a URL (fetched in the background), or paste text (in effect with the answer)',
        tags,
        body: ListInput,
        response: { 201: ListSaved },
      },
    },
    async (request, reply) => {
      const saved = await service.create(request.body, actorOf(request)).catch(rethrowAsProblem)
      setEtag(reply, saved.rowRevision).header('location', `/api/v1/lists/${saved.list.id}`)
      return reply.code(201).send(savedBody(saved))
    },
  )
  app.patch(
    '/api/v1/lists/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'updateList',
        summary: 'Change a list; `position` moves it',
        tags,
        params: IdParam,
        body: ListPatch,
        response: { 200: ListSaved },
      },
    },
    async (request, reply) => {
      const check = (revision: number) => checkIfMatch(request, revision)
      const saved = await service.patch(request.params.id, request.body, actorOf(request), check)
      setEtag(reply, saved.rowRevision)
      return savedBody(saved)
    },
  )
  app.delete(
    '/api/v1/lists/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'deleteList',
        summary: 'Delete a list with all its versions; for a day it can be brought back',
        tags,
        params: IdParam,
        response: { 200: ListDeleted },
      },
    },
    async (request) =>
      service.remove(request.params.id, actorOf(request), (revision) => checkIfMatch(request, revision)),
  )
  app.post(
    '/api/v1/lists/:id/restore',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict'] },
      schema: {
        operationId: 'restoreList',
        summary: 'Bring back a list that was deleted within the last day, with its id and its versions',
        tags,
        params: IdParam,
        response: { 200: ListSaved },
      },
    },
    async (request, reply) => {
      const saved = await service.restore(request.params.id, actorOf(request))
      setEtag(reply, saved.rowRevision)
      return savedBody(saved)
    },
  )
}
