/** Who changed the thing that a request is about, and when: what somebody is told whose edit came too late. */
import type { Problem } from '@weir/shared/contract/problem'
import type { Database } from '@weir/shared/db/open-database'
import type { FastifyRequest } from 'fastify'
import type { ChangeEntity } from './undo.ts'

type ChangedBy = NonNullable<Problem['changedBy']>

/** Routes that honour If-Match, and what stands behind their id. */
const ENTITIES: Readonly<Record<string, ChangeEntity>> = {
  '/api/v1/rules/:id': 'rule',
  '/api/v1/lists/:id': 'list',
  '/api/v1/groups/:id': 'group',
  '/api/v1/clients/:id': 'client' as ChangeEntity,
  '/api/v1/schedules/:id': 'schedule',
  '/api/v1/services/:id': 'service',
  '/api/v1/safe-search/:id': 'safe-search',
  '/api/v1/users/:id': 'user',
  '/api/v1/settings': 'settings',
}

export function lastChangeOf(database: Database): (request: FastifyRequest) => ChangedBy | undefined {
  const find = database.prepare<[string, string], ChangedBy>(
    `SELECT id AS changeId, actor, at, summary FROM change
     WHERE entity = ? AND entity_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1`,
  )
  return (request) => {
    const entity = ENTITIES[request.routeOptions.url ?? '']
    if (entity === undefined) return undefined
    // Of the settings, the sections that the edit is about.
    const ids =
      entity === 'settings' ? Object.keys((request.body ?? {}) as object) : [(request.params as { id: unknown }).id]
    return find.get(entity, JSON.stringify(ids.map(String)))
  }
}
