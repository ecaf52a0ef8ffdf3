/** The configuration's history: who changed what and when, with before and after; comments; two revisions compared. */
import { Readable } from 'node:stream'
import { diffInWords, toldFields } from '@weir/shared/contract/describe-change'
import { ChangeActors, CompareQuery, Comparison, RevisionComment } from '@weir/shared/contract/history'
import { ChangePage, ChangeQuery, RevisionParam } from '@weir/shared/contract/system'
import type { z } from 'zod'
import type { ApiServer } from '../../api-server.ts'
import { formatCursor, parseCursor } from '../../cursor.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import type { Restorers, StoredChange } from '../../undo.ts'
import { Comparer } from './compare.ts'
import { ChangeRepository } from './repository.ts'
import { ChangeUndoer } from './undo-changes.ts'
import { registerUndoRoutes } from './undo-routes.ts'

const tags = ['history']
const MAX_ACTORS = 200

export function registerChangeRoutes(app: ApiServer, deps: AppDeps, restorers: Restorers): void {
  const changes = new ChangeRepository(deps.database)
  const undoer = new ChangeUndoer(deps, changes, restorers)
  registerReading(app, changes, undoer)
  registerComparing(app, deps, changes)
  registerUndoRoutes(app, deps, undoer)
  app.addHook('onReady', async () => {
    undoer.resume().catch((error: unknown) => deps.logger.error({ err: error }, 'undoing could not go on'))
  })
}

function registerReading(app: ApiServer, changes: ChangeRepository, undoer: ChangeUndoer): void {
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

  app.get(
    '/api/v1/changes/actors',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listChangeActors',
        summary: 'Who has changed something, the last one first',
        tags,
        response: { 200: ChangeActors },
      },
    },
    async () => ({ items: changes.actors(MAX_ACTORS) }),
  )

  app.patch(
    '/api/v1/revisions/:revision',
    {
      config: { role: 'operator', problems: ['not-found'] },
      schema: {
        operationId: 'commentRevision',
        summary:
          'Say something about a revision afterwards; empty: nothing. `Weir-Comment` says it with the change itself',
        tags,
        params: RevisionParam,
        body: RevisionComment,
        response: { 200: RevisionComment },
      },
    },
    async (request) => {
      const { revision } = request.params
      if (!changes.hasRevision(revision))
        throw new ProblemError('not-found', { detail: `no change made revision ${revision}` })
      const comment = request.body.comment.trim()
      changes.setComment(revision, comment)
      return { comment }
    },
  )
}

function registerComparing(app: ApiServer, deps: AppDeps, changes: ChangeRepository): void {
  const comparer = new Comparer(changes)
  app.get(
    '/api/v1/revisions/compare',
    {
      config: { role: 'viewer', problems: ['conflict'] },
      schema: {
        operationId: 'compareRevisions',
        summary: 'What is not the same in two revisions, in words; as text for download with `format=text`',
        tags,
        querystring: CompareQuery,
        response: { 200: Comparison },
      },
    },
    async (request, reply) => {
      const { from, format } = request.query
      const { revision } = deps.config
      const to = request.query.to ?? revision
      if (to > revision) throw invalidField('to', `is larger than the newest revision, ${revision}`)
      if (from > revision) throw invalidField('from', `is larger than the newest revision, ${revision}`)
      if (from > to) throw invalidField('from', 'is larger than `to`')
      if (format === 'json') return comparer.compare(from, to)
      const lines = [...comparer.text(from, to)]
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="weir-${from}-${to}.txt"`)
        .serializer((body: unknown) => body as string)
        .send(Readable.from(lines) as never)
    },
  )
}

function listChanges(
  changes: ChangeRepository,
  undoer: ChangeUndoer,
  { cursor, limit, ...filter }: z.infer<typeof ChangeQuery>,
): z.infer<typeof ChangePage> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(cursor).id
  const rows = changes.page(filter, before, limit + 1)
  const hasMore = rows.length > limit
  if (hasMore) rows.pop()
  const last = rows.at(-1)
  return {
    items: rows.map((row) => entryOf(changes, undoer, row)),
    nextCursor: hasMore && last ? formatCursor({ value: last.id, id: last.id }) : null,
    total: null,
  }
}

function entryOf(
  changes: ChangeRepository,
  undoer: ChangeUndoer,
  row: StoredChange,
): z.infer<typeof ChangePage>['items'][number] {
  const names = changes.names.at(row.id)
  const reason = undoer.planner.refusal(row) ?? null
  return {
    ...row,
    words: diffInWords(row.before, row.after, names),
    fields: toldFields(row.before, row.after, names),
    comment: changes.comment(row.revision),
    undoneBy: changes.undoneBy(row.id) ?? null,
    undo: { isPossible: reason === null, reason },
  }
}
