/** The query log: pages, export, clearing. Without log.db it is empty and says so. */
import { Readable } from 'node:stream'
import { ClientActivity, ClientActivityQuery } from '@weir/shared/contract/client-activity'
import { Explanation, LoggedQueryParam } from '@weir/shared/contract/explain'
import { QueryLogExportQuery, QueryLogPage, QueryLogQuery } from '@weir/shared/contract/queries'
import { ShadowReport, ShadowReportQuery } from '@weir/shared/contract/shadow'
import { listIdOfNamedSet } from '@weir/shared/services/rule-set-number'
import { z } from 'zod'
import { actorOf } from '../../actor.ts'
import type { ApiServer } from '../../api-server.ts'
import { formatCursor, parseCursor } from '../../cursor.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { resolverProblem } from '../../resolver-problem.ts'
import { readClientActivity } from './client-activity.ts'
import { CSV_HEAD, csvLine, jsonLine } from './format-export.ts'
import { readAll, readPage, readQuery } from './query-log.ts'
import { reportShadow } from './shadow-report.ts'

const tags = ['queries']

export function registerQueryRoutes(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/queries',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listQueries',
        summary: 'The query log, newest first',
        tags,
        querystring: QueryLogQuery,
        response: { 200: QueryLogPage },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query
      const page = readPage(deps, filter, cursor === undefined ? null : parseCursor(cursor).id, limit)
      if (!page) return { items: [], nextCursor: null, state: 'unavailable' as const }
      const { entries, nextBefore } = page
      const nextCursor = nextBefore === null ? null : formatCursor({ value: nextBefore, id: nextBefore })
      return { items: entries, nextCursor, state: 'ok' as const }
    },
  )
  registerActivity(app, deps)
  registerShadow(app, deps)
  registerExplain(app, deps)
  registerExport(app, deps)
  registerClear(app, deps)
}

function registerActivity(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/queries/client-activity',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getClientActivity',
        summary: 'What one client asked for lately: counts, blocked ones and the most frequent names',
        tags,
        querystring: ClientActivityQuery,
        response: { 200: ClientActivity },
      },
    },
    async ({ query: { client, range } }) => readClientActivity(deps, client, range),
  )
}

function registerShadow(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/queries/shadow',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'reportShadow',
        summary: 'What a rule or a list that only records would have done',
        tags,
        querystring: ShadowReportQuery,
        response: { 200: ShadowReport },
      },
    },
    async ({ query: { rule, list, ruleSet } }) => {
      if (rule !== undefined) return reportShadow(deps, { rule })
      if (list !== undefined) return reportShadow(deps, { list })
      if (ruleSet === undefined) return reportShadow(deps, null)
      const number = listIdOfNamedSet(ruleSet)
      if (number === undefined) throw invalidField('ruleSet', `'${ruleSet}' is not known`)
      // In the log it stands where lists have their ids.
      return reportShadow(deps, { list: number })
    },
  )
}

function registerExplain(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/queries/:id/explain',
    {
      config: { role: 'viewer', problems: ['not-found', 'resolver-unreachable'] },
      schema: {
        operationId: 'explainQuery',
        summary: 'Why a logged query was answered as it was, by the policy of that moment',
        tags,
        params: LoggedQueryParam,
        response: { 200: Explanation },
      },
    },
    async (request) => {
      const logged = readQuery(deps, request.params.id)
      if (!logged) throw new ProblemError('not-found', { detail: `there is no logged query ${request.params.id}` })
      const { name, type, at, answer } = logged
      const reply = await deps.resolver.explain({
        name: name || '.',
        type,
        client: clientOf(logged.client),
        clientId: logged.clientId ?? undefined,
        at,
        answer,
      })
      if (!reply.ok) throw resolverProblem(reply.error)
      return { ...reply.value, logged }
    },
  )
}

/** Privacy may have cut the address to a prefix, or away: then the address that it begins with, or one of nobody's. */
const clientOf = (logged: string): string => logged.split('/')[0] || UNKNOWN_CLIENT

/** Of no client (RFC 5737). */
const UNKNOWN_CLIENT = '192.0.2.0'

function registerExport(app: ApiServer, deps: AppDeps): void {
  app.get(
    '/api/v1/queries/export',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportQueries',
        summary: 'The query log as CSV or JSON lines, newest first, streamed',
        tags,
        querystring: QueryLogExportQuery,
        response: { 200: z.string().meta({ description: 'CSV with a head line, or one JSON object a line' }) },
      },
    },
    async (request, reply) => {
      const { format, limit, ...filter } = request.query
      const isCsv = format === 'csv'
      // The first page is read before the head is sent, so that a wrong filter is still a 422.
      readPage(deps, filter, null, 1)
      async function* lines(): AsyncGenerator<string> {
        if (isCsv) yield CSV_HEAD
        for await (const entry of readAll(deps, filter, limit)) yield isCsv ? csvLine(entry) : jsonLine(entry)
      }
      reply.type(isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
      reply.header('content-disposition', `attachment; filename="weir-queries.${format}"`)
      return reply.send(Readable.from(lines()) as unknown as string)
    },
  )
}

function registerClear(app: ApiServer, deps: AppDeps): void {
  app.delete(
    '/api/v1/queries',
    {
      config: { role: 'admin', problems: ['resolver-unreachable', 'database-busy'] },
      schema: {
        operationId: 'clearQueries',
        summary: 'Remove all logged queries; counts over time stay',
        tags,
        response: { 204: z.null().meta({ description: 'done' }) },
      },
    },
    async (request, reply) => {
      const cleared = await deps.resolver.clearLog()
      if (!cleared.ok) throw resolverProblem(cleared.error)
      if (!cleared.value.cleared) throw new ProblemError('database-busy', { detail: 'log.db cannot be used now' })
      deps.config.transaction(actorOf(request), (transaction) =>
        transaction.record({ entity: 'log', entityId: 'log', operation: 'delete', summary: 'query log cleared' }),
      )
      return reply.code(204).send(null)
    },
  )
}
