/** Groups and the clients in them. Clients that no group names belong to "Everyone". */

import { Group, GroupCollection, GroupInput, GroupPatch, GroupPolicy, GroupSaved } from '@weir/shared/contract/groups'
import { Deleted, IdParam } from '@weir/shared/contract/primitives'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import { NamesOfIds, type PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { groupSection } from './policy-groups.ts'
import type { GroupRow } from './repository.ts'
import { GroupRestorer } from './restore-groups.ts'
import { GroupService } from './service.ts'

const tags = ['groups']

export function registerGroupRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers, policy: PolicySections): void {
  const service = new GroupService(deps)
  restorers.add('group', new GroupRestorer(service))
  policy.add(groupSection(service, new NamesOfIds(deps.database)))

  app.get(
    '/api/v1/groups',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listGroups',
        summary: 'All groups with their clients',
        tags,
        response: { 200: GroupCollection },
      },
    },
    async () => ({ items: service.repository.all().map(viewOf) }),
  )

  app.get(
    '/api/v1/groups/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getGroup',
        summary: 'One group, with its ETag',
        tags,
        params: IdParam,
        response: { 200: Group },
      },
    },
    async (request, reply) => {
      const group = service.get(request.params.id)
      setEtag(reply, group.revision)
      return viewOf(group)
    },
  )

  app.get(
    '/api/v1/groups/:id/policy',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getGroupPolicy',
        summary: 'Everything that holds for the clients of a group, and where each of it comes from',
        tags,
        params: IdParam,
        response: { 200: GroupPolicy },
      },
    },
    async (request) => service.policy(request.params.id),
  )
  app.post(
    '/api/v1/groups',
    {
      config: { role: 'operator', idempotent: true, problems: ['conflict'] },
      schema: {
        operationId: 'createGroup',
        summary: 'Create a group',
        tags,
        body: GroupInput,
        response: { 201: GroupSaved },
      },
    },
    async (request, reply) => {
      const { group, revision } = service.create(actorOf(request), request.body)
      setEtag(reply, revision).code(201)
      return { ...viewOf(group), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.patch(
    '/api/v1/groups/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'editGroup',
        summary: 'Change name, comment or clients; honours If-Match',
        tags,
        params: IdParam,
        body: GroupPatch,
        response: { 200: GroupSaved },
      },
    },
    async (request, reply) => {
      const { group, revision } = service.patch(actorOf(request), request.params.id, request.body, (version) =>
        checkIfMatch(request, version),
      )
      setEtag(reply, revision)
      return { ...viewOf(group), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.delete(
    '/api/v1/groups/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'deleteGroup',
        summary: 'Delete a group that nothing names any more; its clients belong to "Everyone" then',
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

const viewOf = ({ revision, ...group }: GroupRow): Group => ({ ...group, version: revision })
