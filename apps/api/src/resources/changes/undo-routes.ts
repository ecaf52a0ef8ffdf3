/** Taking changes back: one, a revision, a span of time, or all after a revision; with a look at it first. */
import { UndoneSet, UndoPreview, UndoRequest, type UndoSelection } from '@weir/shared/contract/history'
import { IdParam } from '@weir/shared/contract/primitives'
import { RevisionParam, Undone } from '@weir/shared/contract/system'
import type { FastifyRequest } from 'fastify'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitEffect } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { listSkipped } from './preview.ts'
import type { ChangeUndoer } from './undo-changes.ts'

const tags = ['history']
/** Ids of ten thousand changes. */
const SELECTION_OCTETS = 256 * 1024

export function registerUndoRoutes(app: ApiServer, deps: AppDeps, undoer: ChangeUndoer): void {
  const undo = async (request: FastifyRequest, select: UndoSelection) => {
    const { undone, revision } = await undoer.undo(actorOf(request), { select, together: false })
    return { undone, ...(await awaitEffect(deps, revision)) }
  }
  app.post(
    '/api/v1/changes/:id/undo',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'database-busy'] },
      schema: {
        operationId: 'undoChange',
        summary: 'Bring a thing back to what it was before one change, ids included; of an undo: do it again',
        tags,
        params: IdParam,
        response: { 200: Undone },
      },
    },
    async (request) => undo(request, { changes: [request.params.id] }),
  )

  app.post(
    '/api/v1/revisions/:revision/undo',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'database-busy'] },
      schema: {
        operationId: 'undoRevision',
        summary: 'Undo all changes of one revision, as of a bulk edit: all of them or none',
        tags,
        params: RevisionParam,
        response: { 200: Undone },
      },
    },
    async (request) => undo(request, { revisions: [request.params.revision] }),
  )

  app.post(
    '/api/v1/undo/preview',
    {
      bodyLimit: SELECTION_OCTETS,
      config: { role: 'operator', problems: ['not-found', 'conflict', 'database-busy'] },
      schema: {
        operationId: 'previewUndo',
        summary: 'What an undo would change and what stands against it, without doing it',
        tags,
        body: UndoRequest,
        response: { 200: UndoPreview },
      },
    },
    async (request) => undoer.preview(actorOf(request), request.body),
  )

  app.post(
    '/api/v1/undo',
    {
      bodyLimit: SELECTION_OCTETS,
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit', 'database-busy'] },
      schema: {
        operationId: 'undoChanges',
        summary: 'Take back some changes, all of a person or time, or all after a revision (going back to it)',
        tags,
        body: UndoRequest,
        response: { 200: UndoneSet },
      },
    },
    async (request) => {
      const { undone, revision, skipped } = await undoer.undo(actorOf(request), request.body)
      return {
        undone,
        skipped: listSkipped(skipped),
        ...(await awaitEffect(deps, revision)),
      }
    },
  )
}
