/** Compares versions of a list: in figures with the first entries, and whole as text. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { DiffProgress, DiffQuery, DiffTextQuery, ListDiff } from '@weir/shared/contract/list-diff'
import { VersionParams } from '@weir/shared/contract/lists'
import { z } from 'zod'
import type { ApiServer } from '../../api-server.ts'
import { rethrowAsProblem } from './content-problem.ts'
import type { VersionService } from './version-service.ts'

const tags = ['lists']

export function registerDiffRoutes(app: ApiServer, versions: VersionService): void {
  app.get(
    '/api/v1/lists/:id/versions/:versionId/diff',
    {
      config: { role: 'viewer', problems: ['not-found', 'too-many-requests'] },
      schema: {
        operationId: 'compareListVersions',
        summary: 'What a version adds to and removes from another one, or the one in effect',
        tags,
        params: VersionParams,
        querystring: DiffQuery,
        response: { 200: ListDiff },
      },
    },
    async (request, reply) => {
      const { id, versionId } = request.params
      const { from, search = '' } = request.query
      return versions.compare(versions.pair(id, versionId, from), search, closing(reply)).catch(rethrowAsProblem)
    },
  )
  app.get(
    '/api/v1/lists/:id/versions/:versionId/diff/progress',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getListDiffProgress',
        summary: 'How far a comparison is that is being waited for; the query says which',
        tags,
        params: VersionParams,
        querystring: DiffQuery,
        response: { 200: DiffProgress },
      },
    },
    async (request) => {
      const { id, versionId } = request.params
      const { from, search = '' } = request.query
      return versions.progress(versions.pair(id, versionId, from), search)
    },
  )
  app.get(
    '/api/v1/lists/:id/versions/:versionId/diff/text',
    {
      config: { role: 'viewer', problems: ['not-found', 'too-many-requests'] },
      schema: {
        operationId: 'downloadListDiff',
        summary: 'All that a version adds and removes, as text',
        tags,
        params: VersionParams,
        querystring: DiffTextQuery,
        response: { 200: z.unknown().meta({ description: 'text/plain, one entry a line' }) },
      },
    },
    async (request, reply) => {
      const { id, versionId } = request.params
      const { from, side } = request.query
      const pair = versions.pair(id, versionId, from)
      const text = downloadOrProblem(() => versions.differenceText(pair, side, closing(reply)))
      const name = `list-${id}-${side ?? 'changes'}-${pair.from?.id ?? 'none'}-to-${versionId}.txt`
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(text, { objectMode: false }))
    },
  )
}

/** Aborts when the response is over, whole or not. */
function closing(reply: { readonly raw: ServerResponse }): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}

function downloadOrProblem<T>(download: () => T): T {
  try {
    return download()
  } catch (cause) {
    return rethrowAsProblem(cause)
  }
}
