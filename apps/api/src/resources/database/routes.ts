/** The database page: sizes and WAL, checkpoints, integrity, backup. */
import {
  CheckpointRequest,
  CheckpointResult,
  DatabaseState,
  IntegrityRequest,
  IntegrityResult,
} from '@weir/shared/contract/system'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { MAX_CHECKED_OCTETS } from '../../weir-database.ts'
import { DatabaseService } from './service.ts'

const tags = ['database']

export function registerDatabaseRoutes(app: ApiServer, deps: AppDeps): void {
  const service = new DatabaseService(deps)
  app.addHook('onListen', async () => {
    // In the background: nobody waits for it, and what it finds is told by health and the database page.
    service.checkAfterStart(MAX_CHECKED_OCTETS).catch((error) => deps.logger.warn({ error }, 'weir.db was not checked'))
  })

  app.get(
    '/api/v1/database',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getDatabase',
        summary: 'Sizes, WAL frames and checkpoints of weir.db and log.db',
        tags,
        response: { 200: DatabaseState },
      },
    },
    async () => service.state(),
  )

  app.post(
    '/api/v1/database/checkpoint',
    {
      config: { role: 'operator', problems: ['resolver-unreachable'] },
      schema: {
        operationId: 'checkpointDatabase',
        summary: 'Move the WAL into the database file; log.db through the resolver',
        tags,
        body: CheckpointRequest,
        response: { 200: CheckpointResult },
      },
    },
    async (request) => service.checkpoint(request.body.database, request.body.mode, actorOf(request).name),
  )

  app.post(
    '/api/v1/database/integrity',
    {
      config: { role: 'operator', problems: ['not-found', 'conflict'] },
      schema: {
        operationId: 'checkDatabase',
        summary: 'SQLite’s quick_check or integrity_check, in the background',
        tags,
        body: IntegrityRequest,
        response: { 200: IntegrityResult },
      },
    },
    async (request) => service.checkIntegrity(request.body.database, request.body.quick),
  )

  registerBackup(app, service)
}

/** For administrators only: the copy holds password hashes. */
function registerBackup(app: ApiServer, service: DatabaseService): void {
  app.get(
    '/api/v1/database/backup',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'backUpDatabase',
        summary: 'Download a consistent copy of weir.db',
        tags,
        response: {
          200: { description: 'an SQLite file', content: { 'application/vnd.sqlite3': { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => {
      const file = await service.backUp()
      const { size } = await file.stat()
      const date = new Date().toISOString().slice(0, 10)
      return reply
        .type('application/vnd.sqlite3')
        .header('content-length', size)
        .header('content-disposition', `attachment; filename="weir-${date}.db"`)
        .send(file.createReadStream() as never)
    },
  )
}
