/** What a list holds: fetched now, uploaded, downloaded. */
import { Readable } from 'node:stream'
import { ForceQuery, ListCancelled, ListUpdateResult, type ListVersion } from '@weir/shared/contract/lists'
import { IdParam } from '@weir/shared/contract/primitives'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { ProblemError } from '../../problem-error.ts'
import type { ContentFault } from './content-fault.ts'
import { fetchProblem, rethrowAsProblem, uploadProblem } from './content-problem.ts'
import { exportNames } from './export-names.ts'
import type { ListFetches } from './list-fetches.ts'
import type { ListUpdates } from './list-updates.ts'
import type { ListRepository } from './repository.ts'
import type { ListService } from './service.ts'

const tags = ['lists']
/** A refresh that takes longer goes on in the background; the list's state tells how it ends. */
const REFRESH_WAIT_MS = 10 * 60_000
const UPLOAD_TYPES = ['text/plain', 'application/octet-stream', 'application/gzip', 'application/x-gzip']

export interface ContentParts {
  readonly service: ListService
  readonly updates: ListUpdates
  readonly fetches: ListFetches
  readonly repository: ListRepository
}

export function registerContentRoutes(app: ApiServer, parts: ContentParts): void {
  registerRefresh(app, parts)
  registerCancel(app, parts)
  registerDownload(app, parts)
  app.register(async (scope: ApiServer) => {
    // The body is not read here but streamed to disk, bounded by settings.http.maxListOctets.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(UPLOAD_TYPES, (_request, payload, done) => done(null, payload))
    registerUpload(scope, parts)
  })
}

function registerRefresh(app: ApiServer, { service, fetches }: ContentParts): void {
  app.post(
    '/api/v1/lists/:id/refresh',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'upstream-fetch-failed'] },
      schema: {
        operationId: 'refreshList',
        summary: 'Fetch a subscription now; answers when it is in effect, or held for review',
        tags,
        params: IdParam,
        querystring: ForceQuery,
        response: { 200: ListUpdateResult },
      },
    },
    async (request) => {
      const { list } = service.get(request.params.id)
      const refresh = fetches.refresh(list.id, actorOf(request), request.query.force)
      const outcome = await within(refresh, REFRESH_WAIT_MS).catch(rethrowAsProblem)
      if (!outcome.ok) throw fetchProblem(outcome.error)
      return outcome.value
    },
  )
}

function registerCancel(app: ApiServer, { service, fetches }: ContentParts): void {
  app.post(
    '/api/v1/lists/:id/cancel',
    {
      config: { role: 'operator', problems: ['not-found'] },
      schema: {
        operationId: 'cancelListFetch',
        summary: 'End the fetch of a list that runs or waits; what is in effect stays',
        tags,
        params: IdParam,
        response: { 200: ListCancelled },
      },
    },
    async (request) => ({ cancelled: fetches.cancel(service.get(request.params.id).list.id) }),
  )
}

function registerDownload(app: ApiServer, { service, repository }: ContentParts): void {
  app.get(
    '/api/v1/lists/:id/content',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'downloadListContent',
        summary: 'The active version as text in the rule language, sorted',
        tags,
        params: IdParam,
        response: { 200: z.unknown().meta({ description: 'text/plain, one rule a line' }) },
      },
    },
    async (request, reply) => {
      const { activeVersion, id } = service.get(request.params.id).list
      const lines = activeVersion === null ? [] : exportNames(repository, activeVersion.id)
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="list-${id}.txt"`)
        .send(Readable.from(lines, { objectMode: false }))
    },
  )
}

function registerUpload(app: ApiServer, { service, updates }: ContentParts): void {
  app.put(
    '/api/v1/lists/:id/content',
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { role: 'operator', problems: ['not-found', 'conflict', 'held-for-review'] },
      schema: {
        operationId: 'uploadListContent',
        summary:
          'Replace the content of a list; gzip, deflate or br as Content-Encoding, or a .gz file; answers when it is in effect',
        tags,
        consumes: UPLOAD_TYPES,
        params: IdParam,
        querystring: ForceQuery,
        body: z.unknown().meta({ description: 'lines of any list format' }),
        response: { 200: ListUpdateResult },
      },
    },
    async (request) => {
      const { list } = service.get(request.params.id)
      if (!(request.body instanceof Readable))
        throw new ProblemError('unsupported-media-type', { detail: `send one of ${UPLOAD_TYPES.join(', ')}` })
      const encoding = request.headers['content-encoding']
      const options = { encoding, author: actorOf(request), force: request.query.force ?? false }
      const outcome = await updates.upload(list.id, request.body, options).catch(rethrowAsProblem)
      if (!outcome.ok) throw uploadProblem(outcome.error, 'content')
      const { heldVersion } = outcome.value
      if (heldVersion !== null) throw uploadProblem(heldFault(list.id, heldVersion), 'content')
      return outcome.value
    },
  )
}

/** The upload is stored, and waits for a review. */
const heldFault = (listId: number, { id, findings }: ListVersion): ContentFault => ({
  code: 'held',
  detail: `It waits for a review: POST /api/v1/lists/${listId}/versions/${id}/activate takes it; or send it with ?force=true`,
  findings: findings ?? [],
})

/** @throws ProblemError when `work` is not done in time; it goes on */
async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new ProblemError('upstream-fetch-failed', { detail: 'still running; the state of the list tells how it ends' }),
      )
    }, timeoutMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
