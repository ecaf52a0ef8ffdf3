/** What a list holds: fetched now, uploaded, downloaded. */
import { Readable } from 'node:stream'
import { ListUpdateResult } from '@weir/shared/contract/lists'
import { IdParam } from '@weir/shared/contract/primitives'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { ProblemError } from '../../problem-error.ts'
import { fetchProblem, rethrowAsProblem, uploadProblem } from './content-problem.ts'
import { exportNames } from './export-names.ts'
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
  readonly repository: ListRepository
}

export function registerContentRoutes(app: ApiServer, parts: ContentParts): void {
  registerRefresh(app, parts)
  registerDownload(app, parts)
  app.register(async (scope: ApiServer) => {
    // The body is not read here but streamed to disk, bounded by settings.http.maxListOctets.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(UPLOAD_TYPES, (_request, payload, done) => done(null, payload))
    registerUpload(scope, parts)
  })
}

function registerRefresh(app: ApiServer, { service, updates }: ContentParts): void {
  app.post(
    '/api/v1/lists/:id/refresh',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'upstream-fetch-failed'] },
      schema: {
        operationId: 'refreshList',
        summary: 'Fetch a subscription now; answers when it is in effect',
        tags,
        params: IdParam,
        response: { 200: ListUpdateResult },
      },
    },
    async (request) => {
      const { list } = service.get(request.params.id)
      const refresh = updates.refresh(list.id, actorOf(request))
      const outcome = await within(refresh, REFRESH_WAIT_MS).catch(rethrowAsProblem)
      if (!outcome.ok) throw fetchProblem(outcome.error)
      return outcome.value
    },
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
      config: { role: 'operator', problems: ['not-found'] },
      schema: {
        operationId: 'uploadListContent',
        summary:
          'Replace the content of a list; gzip, deflate or br as Content-Encoding, or a .gz file; answers when it is in effect',
        tags,
        consumes: UPLOAD_TYPES,
        params: IdParam,
        body: z.unknown().meta({ description: 'lines of any list format' }),
        response: { 200: ListUpdateResult },
      },
    },
    async (request) => {
      const { list } = service.get(request.params.id)
      if (!(request.body instanceof Readable))
        throw new ProblemError('unsupported-media-type', { detail: `send one of ${UPLOAD_TYPES.join(', ')}` })
      const encoding = request.headers['content-encoding']
      const upload = updates.upload(list.id, request.body, encoding, actorOf(request))
      const outcome = await upload.catch(rethrowAsProblem)
      if (!outcome.ok) throw uploadProblem(outcome.error, 'content')
      return outcome.value
    },
  )
}

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
