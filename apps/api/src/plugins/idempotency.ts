/**
 * `Idempotency-Key` on creates: a client that lost the answer sends the same request again and gets the first answer.
 *
 * Same key and same request → the stored reply, with `idempotency-replayed: true`. Same key, other request → 409.
 * Keys belong to the caller, live a day, and are bounded in number. Replies that hold a secret are never stored:
 * routes opt in with `config: { idempotent: true }`, and creating a token does not.
 */

import type { Clock } from '@weir/shared/clock'
import type { Database } from '@weir/shared/db/open-database'
import type { FastifyRequest } from 'fastify'
import { actorOf } from '../actor.ts'
import type { ApiServer } from '../api-server.ts'
import { digestOf } from '../identity/secrets.ts'
import { invalidField, ProblemError } from '../problem-error.ts'

const KEPT_MS = 86_400_000
const MAX_KEYS = 20_000
const MAX_KEY_CHARACTERS = 200
/** A larger reply is not kept; a create answers with one row. */
const MAX_BODY_CHARACTERS = 256 * 1024

interface StoredReply {
  readonly requestDigest: string
  readonly status: number
  readonly body: string
}

export function registerIdempotency(app: ApiServer, database: Database, clock: Clock): void {
  /** Keys whose first request is not finished yet. */
  const running = new Set<string>()
  const slotOf = (request: FastifyRequest): string => JSON.stringify([actorOf(request).name, keyOf(request)])

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request)
    if (key === undefined) return
    const stored = findReply(database, actorOf(request).name, key, clock.now())
    if (stored) {
      if (stored.requestDigest !== requestDigest(request))
        throw new ProblemError('conflict', { detail: 'this Idempotency-Key was used for another request' })
      return reply
        .code(stored.status)
        .header('idempotency-replayed', 'true')
        .type('application/json; charset=utf-8')
        .serializer((body: unknown) => String(body))
        .send(stored.body)
    }
    if (running.has(slotOf(request)))
      throw new ProblemError('conflict', { detail: 'the first request with this Idempotency-Key is still running' })
    running.add(slotOf(request))
    reply.raw.once('close', () => running.delete(slotOf(request)))
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request)
    const isFirst = key !== undefined && request.actor !== null && !reply.hasHeader('idempotency-replayed')
    if (!isFirst || reply.statusCode >= 300 || typeof payload !== 'string' || payload.length > MAX_BODY_CHARACTERS)
      return payload
    database.transaction(() => {
      database.prepare('DELETE FROM idempotency WHERE created_at < ?').run(clock.now() - KEPT_MS)
      database
        .prepare(
          `DELETE FROM idempotency WHERE created_at <=
             (SELECT created_at FROM idempotency ORDER BY created_at DESC LIMIT 1 OFFSET ?)`,
        )
        .run(MAX_KEYS)
      database
        .prepare(
          `INSERT OR REPLACE INTO idempotency (key, actor, request_digest, status, body, created_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(key, request.actor!.name, requestDigest(request), reply.statusCode, payload, clock.now())
    })()
    return payload
  })
}

/** The key of a request to a route that honours it. */
function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (request.routeOptions.config?.idempotent !== true || typeof key !== 'string') return undefined
  if (key === '' || key.length > MAX_KEY_CHARACTERS)
    throw invalidField('Idempotency-Key', `must have 1 to ${MAX_KEY_CHARACTERS} characters`)
  return key
}

const requestDigest = (request: FastifyRequest): string =>
  digestOf(`${request.method} ${request.url}\n${JSON.stringify(request.body)}`)

const findReply = (database: Database, actor: string, key: string, now: number): StoredReply | undefined =>
  database
    .prepare<[string, string, number], StoredReply>(
      `SELECT request_digest AS requestDigest, status, body FROM idempotency
       WHERE actor = ? AND key = ? AND created_at >= ?`,
    )
    .get(actor, key, now - KEPT_MS)
