/** Clients: entries that name them and put them into groups, and who was seen asking. */
import {
  Client,
  ClientCollection,
  ClientInput,
  ClientPatch,
  ClientSaved,
  SeenClientCollection,
} from '@weir/shared/contract/clients'
import { Deleted, IdParam } from '@weir/shared/contract/primitives'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import type { PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { ClientWatch } from './client-watch.ts'
import { lookUpName } from './look-up-name.ts'
import { clientSection } from './policy-clients.ts'
import { ClientRestorer } from './restore-clients.ts'
import { seenClients } from './seen-clients.ts'
import { ClientService } from './service.ts'

const tags = ['clients']

export function registerClientRoutes(
  app: ApiServer,
  deps: AppDeps,
  restorers: Restorers,
  policy: PolicySections,
): void {
  const service = new ClientService(deps)
  restorers.add('client', new ClientRestorer(service))
  policy.add(clientSection(service))
  const watch = new ClientWatch(deps, service, (reverse) => lookUpName(deps.resolver, reverse))
  app.addHook('onListen', async () => watch.start())
  app.addHook('onClose', async () => watch.stop())
  registerReading(app, deps, service)
  registerChanging(app, deps, service)
}

function registerReading(app: ApiServer, deps: AppDeps, service: ClientService): void {
  app.get(
    '/api/v1/clients',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listClients',
        summary: 'All client entries',
        tags,
        response: { 200: ClientCollection },
      },
    },
    async () => {
      const items = service.views()
      return { items, quarantined: items.filter(({ isQuarantined }) => isQuarantined).length }
    },
  )
  app.get(
    '/api/v1/clients/seen',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSeenClients',
        summary: 'The addresses that asked last, with their names, groups and counts',
        tags,
        response: { 200: SeenClientCollection },
      },
    },
    async () => seenClients(service.repository, deps.log),
  )
  app.get(
    '/api/v1/clients/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getClient',
        summary: 'One client entry, with its ETag',
        tags,
        params: IdParam,
        response: { 200: Client },
      },
    },
    async (request, reply) => {
      const row = service.get(request.params.id)
      setEtag(reply, row.revision)
      return service.view(row)
    },
  )
}

function registerChanging(app: ApiServer, deps: AppDeps, service: ClientService): void {
  app.post(
    '/api/v1/clients',
    {
      config: { role: 'operator', idempotent: true, problems: ['conflict'] },
      schema: {
        operationId: 'createClient',
        summary: 'Name a client and put it into a group',
        tags,
        body: ClientInput,
        response: { 201: ClientSaved },
      },
    },
    async (request, reply) => {
      const { row, revision } = service.create(actorOf(request), request.body)
      setEtag(reply, revision).code(201)
      return { ...service.view(row), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
  app.patch(
    '/api/v1/clients/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'editClient',
        summary: 'Change a client entry; honours If-Match',
        tags,
        params: IdParam,
        body: ClientPatch,
        response: { 200: ClientSaved },
      },
    },
    async (request, reply) => {
      const { row, revision } = service.patch(actorOf(request), request.params.id, request.body, (version) =>
        checkIfMatch(request, version),
      )
      setEtag(reply, revision)
      return { ...service.view(row), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
  app.delete(
    '/api/v1/clients/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'stale-edit'] },
      schema: {
        operationId: 'deleteClient',
        summary: 'Remove a client entry: it falls back to a shorter prefix that holds it, or to the default group',
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
