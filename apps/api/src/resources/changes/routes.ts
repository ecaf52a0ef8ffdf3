/** The configuration's history: who changed what and when, with before and after; and taking changes back. */

import { IdParam } from '@weir/shared/contract/primitives'
import { ChangePage, ChangeQuery, RevisionParam, Undone } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import { formatCursor, parseCursor } from '../../cursor.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorers } from '../../undo.ts'
import { ChangeRepository } from './repository.ts'
import { ChangeUndoer, MAX_UNDONE_CHANGES } from './undo-changes.ts'

const tags = ['system']

export function registerChangeRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers): void {
  const changes = new ChangeRepository(deps.database)
  const undoer = new ChangeUndoer(deps, changes, restorers)
  app.get(
    '/api/v1/changes',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listChanges',
        summary: 'The configuration’s history, newest first; each change says whether it can be undone',
        tags,
        querystring: ChangeQuery,
        response: { 200: ChangePage },
      },
    },
    async (request) => listChanges(changes, undoer, request.query),
  )
  registerUndo(app, deps, changes, undoer)
}

function registerUndo(app: ApiServer, deps: AppDeps, changes: ChangeRepository, undoer: ChangeUndoer): void {
  app.post(
    '/api/v1/changes/:id/undo',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict'] },
      schema: {
        operationId: 'undoChange',
        summary: 'Bring a thing back to what it was before one change, ids included',
        tags,
        params: IdParam,
        response: { 200: Undone },
      },
    },
    async (request) => {
      const { id } = request.params
      const change = changes.find(id)
      if (!change) throw new ProblemError('not-found', { detail: `there is no change ${id}` })
      const { undone, revision } = undoer.undo(actorOf(request), [change])
      return { undone, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.post(
    '/api/v1/revisions/:revision/undo',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict'] },
      schema: {
        operationId: 'undoRevision',
        summary: 'Undo all changes of one revision, as of a bulk edit: all of them or none',
        tags,
        params: RevisionParam,
        response: { 200: Undone },
      },
    },
    async (request) => {
      const { revision: wanted } = request.params
      const rows = changes.ofRevision(wanted, MAX_UNDONE_CHANGES + 1)
      if (rows.length === 0) throw new ProblemError('not-found', { detail: `no change made revision ${wanted}` })
      if (rows.length > MAX_UNDONE_CHANGES)
        throw new ProblemError('conflict', { detail: `revision ${wanted} has more than ${MAX_UNDONE_CHANGES} changes` })
      const { undone, revision } = undoer.undo(actorOf(request), rows)
      return { undone, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}

function listChanges(
  changes: ChangeRepository,
  undoer: ChangeUndoer,
  { entity, cursor, limit }: z.infer<typeof ChangeQuery>,
): z.infer<typeof ChangePage> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(cursor).id
  const rows = changes.page(entity, before, limit + 1)
  const hasMore = rows.length > limit
  if (hasMore) rows.pop()
  const last = rows.at(-1)
  return {
    items: rows.map((row) => {
      const reason = undoer.refusal(row) ?? null
      return { ...row, undo: { isPossible: reason === null, reason } }
    }),
    nextCursor: hasMore && last ? formatCursor({ value: last.id, id: last.id }) : null,
    total: null,
  }
}
