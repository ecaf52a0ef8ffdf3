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
  '/api/v1/services': 'service',
  '/api/v1/services/:id': 'service',
  '/api/v1/safe-search/:id': 'safe-search',
  '/api/v1/users/:id': 'user',
  '/api/v1/settings': 'settings',
}

/** @returns takes the revision that the thing has now, where it is known */
export function lastChangeOf(
  database: Database,
): (request: FastifyRequest, revision?: number) => ChangedBy | undefined {
  // A group is changed by what is done to its clients, too: of that revision, whatever it was.
  const findAt = database.prepare<[number, string], ChangedBy>(
    `SELECT id AS changeId, actor, at, summary FROM change WHERE revision = ? ORDER BY entity = ? DESC, id DESC LIMIT 1`,
  )
  const find = database.prepare<[string, string], ChangedBy>(
    `SELECT id AS changeId, actor, at, summary FROM change
     WHERE entity = ? AND entity_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1`,
  )
  return (request, revision) => {
    const entity = ENTITIES[request.routeOptions.url ?? '']
    if (entity === undefined) return undefined
    const at = entity === 'settings' || revision === undefined ? undefined : findAt.get(revision, entity)
    return at ?? find.get(entity, JSON.stringify(idsOf(entity, request).map(String)))
  }
}

/** Of the settings, the sections that the edit is about; of several services, those that it names. */
function idsOf(entity: ChangeEntity, { body, params }: FastifyRequest): readonly unknown[] {
  if (entity === 'settings') return Object.keys((body ?? {}) as object)
  const { id } = params as { id?: unknown }
  return id === undefined ? ((body as { ids?: readonly unknown[] } | null)?.ids ?? []) : [id]
}
