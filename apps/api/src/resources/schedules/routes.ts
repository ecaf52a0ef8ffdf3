/** Weekly schedules, by which rules hold. */
import { Deleted, IdParam } from '@weir/shared/contract/primitives'
import {
  Schedule,
  ScheduleCollection,
  ScheduleInput,
  SchedulePatch,
  ScheduleSaved,
} from '@weir/shared/contract/schedules'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { awaitApplied } from '../../applied.ts'
import type { AppDeps } from '../../deps.ts'
import { checkIfMatch, setEtag } from '../../etag.ts'
import type { PolicySections } from '../../policy.ts'
import type { Restorers } from '../../undo.ts'
import { scheduleSection } from './policy-schedules.ts'
import { ScheduleRestorer } from './restore-schedules.ts'
import { ScheduleService } from './service.ts'

const tags = ['schedules']

export function registerScheduleRoutes(
  app: ApiServer,
  deps: AppDeps,
  restorers: Restorers,
  policy: PolicySections,
): void {
  const service = new ScheduleService(deps)
  restorers.add('schedule', new ScheduleRestorer(service))
  policy.add(scheduleSection(service))

  app.get(
    '/api/v1/schedules',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSchedules',
        summary: 'All schedules, with whether each holds now and until when',
        tags,
        response: { 200: ScheduleCollection },
      },
    },
    async () => ({ items: service.all() }),
  )

  app.get(
    '/api/v1/schedules/:id',
    {
      config: { role: 'viewer', problems: ['not-found'] },
      schema: {
        operationId: 'getSchedule',
        summary: 'One schedule, with its ETag',
        tags,
        params: IdParam,
        response: { 200: Schedule },
      },
    },
    async (request, reply) => {
      const row = service.get(request.params.id)
      setEtag(reply, row.revision)
      return service.view(row)
    },
  )

  app.post(
    '/api/v1/schedules',
    {
      config: { role: 'operator', idempotent: true, problems: ['conflict'] },
      schema: {
        operationId: 'createSchedule',
        summary: 'Create a schedule',
        tags,
        body: ScheduleInput,
        response: { 201: ScheduleSaved },
      },
    },
    async (request, reply) => {
      const { row, revision } = service.create(actorOf(request), request.body)
      setEtag(reply, revision).code(201)
      return { ...service.view(row), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.patch(
    '/api/v1/schedules/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'editSchedule',
        summary: 'Change a schedule; honours If-Match',
        tags,
        params: IdParam,
        body: SchedulePatch,
        response: { 200: ScheduleSaved },
      },
    },
    async (request, reply) => {
      const { row, revision } = service.patch(actorOf(request), request.params.id, request.body, (version) =>
        checkIfMatch(request, version),
      )
      setEtag(reply, revision)
      return { ...service.view(row), ...(await awaitApplied(deps.resolver, revision)) }
    },
  )

  app.delete(
    '/api/v1/schedules/:id',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict', 'stale-edit'] },
      schema: {
        operationId: 'deleteSchedule',
        summary: 'Delete a schedule that nothing uses any more',
        tags,
        params: IdParam,
        response: { 200: Deleted },
      },
    },
    async (request) => {
      const revision = service.delete(actorOf(request), request.params.id, (version) => checkIfMatch(request, version))
      return { deleted: 1, ...(await awaitApplied(deps.resolver, revision)) }
    },
  )
}
