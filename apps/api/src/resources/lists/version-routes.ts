/** Versions of lists: listed, compared, activated, discarded; how updates went; lines that were not understood. */
import {
  ListSaved,
  ListUpdateLog,
  ListVersionDeleted,
  ListVersions,
  RejectedLines,
  VersionParams,
} from '@weir/shared/contract/lists'
import { IdParam } from '@weir/shared/contract/primitives'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { setEtag } from '../../etag.ts'
import type { ListService } from './service.ts'
import type { VersionService } from './version-service.ts'

const tags = ['lists']

export interface VersionRouteParts {
  readonly service: ListService
  readonly versions: VersionService
}

export function registerVersionRoutes(app: ApiServer, parts: VersionRouteParts): void {
  registerReading(app, parts)
  registerChoosing(app, parts)
}

function registerReading(app: ApiServer, { versions }: VersionRouteParts): void {
  app.get(
    '/api/v1/lists/:id/versions',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'listListVersions',
        summary: 'The versions that are kept, newest first',
        tags,
        params: IdParam,
        response: { 200: ListVersions },
      },
    },
    async (request) => ({ items: versions.all(request.params.id) }),
  )
  app.get(
    '/api/v1/lists/:id/rejected',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'listRejectedLines',
        summary: 'Lines of the active version that were not understood: the first thousand',
        tags,
        params: IdParam,
        response: { 200: RejectedLines },
      },
    },
    async (request) => versions.rejected(request.params.id),
  )
  app.get(
    '/api/v1/lists/:id/updates',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'listListUpdates',
        summary: 'How the last updates of a list went, newest first; equal ones in a row stand as one',
        tags,
        params: IdParam,
        response: { 200: ListUpdateLog },
      },
    },
    async (request) => ({ items: versions.log(request.params.id) }),
  )
}

function registerChoosing(app: ApiServer, { service, versions }: VersionRouteParts): void {
  app.post(
    '/api/v1/lists/:id/versions/:versionId/activate',
    {
      config: { role: 'operator', problems: ['not-found'] },
      schema: {
        operationId: 'activateListVersion',
        summary: 'Roll back or forward to a version that is kept, or accept the one that waits for a review',
        tags,
        params: VersionParams,
        response: { 200: ListSaved },
      },
    },
    async (request, reply) => {
      const { id, versionId } = request.params
      const applied = await versions.activate(id, versionId, actorOf(request))
      const { list, rowRevision } = service.get(id)
      setEtag(reply, rowRevision)
      return { ...list, ...applied }
    },
  )
  app.delete(
    '/api/v1/lists/:id/versions/:versionId',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict'] },
      schema: {
        operationId: 'discardListVersion',
        summary: 'Discard the version that waits for a review, or forget an older one',
        tags,
        params: VersionParams,
        response: { 200: ListVersionDeleted },
      },
    },
    async (request) => {
      const { id, versionId } = request.params
      return { deleted: 1, ...(await versions.discard(id, versionId, actorOf(request))) }
    },
  )
}
