/** The only place that turns an error into an HTTP response: RFC 9457 problems from the closed catalogue. */

import type { ProblemCode } from '@weir/shared/contract/problem'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiServer } from '../api-server.ts'
import { type ProblemDetails, ProblemError, problemBody } from '../problem-error.ts'
import type { RouteTable } from './route-table.ts'

/** Fastify's own errors, by code; every other 4xx of Fastify is `malformed-request`. */
const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_ROUTE_NOT_FOUND: 'not-found',
  FST_ERR_NOT_FOUND: 'not-found',
}

/** SQLite's result codes for "somebody holds the lock". */
const NOT_WRITTEN = 'the disk under weir.db is full or fails: nothing was changed'
const BUSY = new Set(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_TIMEOUT', 'SQLITE_LOCKED'])

/** @param lastChange who changed what a request is about */
export function registerProblemHandler(
  app: ApiServer,
  routes: RouteTable,
  lastChange: (request: FastifyRequest, revision?: number) => ProblemDetails['changedBy'],
): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = asProblem(error)
    if (problem.code === 'internal') request.log.error({ err: error, url: request.url }, 'request failed')
    if (!isMissed(problem.code, request.method)) return sendProblem(reply, problem.code, problem.details)
    const changedBy = lastChange(request, problem.details.revision)
    return sendProblem(reply, problem.code, { ...problem.details, ...(changedBy && { changedBy }) })
  })
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, routes))
}

/** Somebody else was faster: they changed the thing, or deleted it. */
const isMissed = (code: ProblemCode, method: string): boolean =>
  code === 'stale-edit' || (code === 'not-found' && method !== 'GET' && method !== 'HEAD')

/** 405 with Allow where other methods are offered at this path, else 404. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? ''
  const allowed = routes.methodsAt(path)
  if (allowed.length === 0) return sendProblem(reply, 'not-found', { detail: 'nothing has this path' })
  return sendProblem(reply, 'method-not-allowed', {
    detail: `offered here: ${allowed.join(', ')}`,
    headers: { allow: allowed.join(', ') },
  })
}

/** Sends a problem past the route's response schema. */
function sendProblem(reply: FastifyReply, code: ProblemCode, details: ProblemDetails = {}): FastifyReply {
  const body = problemBody(code, details)
  return reply
    .code(body.status)
    .headers(details.headers ?? {})
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(body)
}

function asProblem(error: FastifyError): { code: ProblemCode; details: ProblemDetails } {
  if (error instanceof ProblemError) return { code: error.code, details: error.details }
  if (BUSY.has(error.code)) return { code: 'database-busy', details: { headers: { 'retry-after': '1' } } }
  if (error.code === 'SQLITE_FULL' || error.code?.startsWith('SQLITE_IOERR'))
    return { code: 'database-unavailable', details: { detail: NOT_WRITTEN } }
  const code = FASTIFY_CODES[error.code]
  if (code !== undefined) return { code, details: { detail: error.message } }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return { code: 'malformed-request', details: { detail: error.message } }
  return { code: 'internal', details: {} }
}
