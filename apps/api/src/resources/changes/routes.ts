/** `GET /api/v1/changes`: who changed what and when, newest first, with before and after. */

import { type ChangeEntry, ChangePage, ChangeQuery } from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'
import type { ApiServer } from '../../api-server.ts'
import { formatCursor, parseCursor } from '../../cursor.ts'
import type { AppDeps } from '../../deps.ts'

type Entry = z.infer<typeof ChangeEntry>
type Query = z.infer<typeof ChangeQuery>
interface ChangeRow extends Omit<Entry, 'before' | 'after'> {
  readonly before: string | null
  readonly after: string | null
}

export function registerChangeRoutes(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/changes',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listChanges',
        summary: 'The configuration’s history, newest first',
        tags: ['system'],
        querystring: ChangeQuery,
        response: { 200: ChangePage },
      },
    },
    async (request) => listChanges(deps.database, request.query),
  )
}

function listChanges(database: Database, { entity, cursor, limit }: Query): z.infer<typeof ChangePage> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(cursor).id
  const filter = entity === undefined ? '' : 'AND entity = ?'
  const rows = database
    .prepare<(string | number)[], ChangeRow>(
      `SELECT id, revision, at, actor, source AS "from", entity, entity_id AS entityId, operation, summary, before, after
       FROM change WHERE id < ? ${filter} ORDER BY id DESC LIMIT ?`,
    )
    .all(before, ...(entity === undefined ? [] : [entity]), limit + 1)
  const hasMore = rows.length > limit
  if (hasMore) rows.pop()
  const last = rows.at(-1)
  return {
    items: rows.map((row) => ({ ...row, before: parse(row.before), after: parse(row.after) })),
    nextCursor: hasMore && last ? formatCursor({ value: last.id, id: last.id }) : null,
    total: null,
  }
}

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
