/** `GET /api/v1/events`: everything that happens, as server-sent events. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { EventStream } from './event-stream.ts'
import { LiveEvents } from './live-events.ts'

/** Open streams: each costs a socket and up to 1 MiB. A console page holds one. */
const MAX_STREAMS = 64
const HEARTBEAT_MS = 15_000

export interface EventParts {
  /** Whether the sender of a request could still sign in with it: streams outlive sessions. */
  readonly isStillSignedIn: (request: FastifyRequest) => boolean
  readonly heartbeatMs?: number
}

export function registerEventRoutes(app: ApiServer, deps: AppDeps, parts: EventParts): void {
  const live = new LiveEvents(deps)
  const requests = new Map<EventStream, FastifyRequest>()
  const timer = setInterval(() => {
    for (const [stream, request] of requests) if (!parts.isStillSignedIn(request)) stream.destroy()
    live.heartbeat()
  }, parts.heartbeatMs ?? HEARTBEAT_MS)
  timer.unref()
  app.addHook('preClose', async () => {
    clearInterval(timer)
    live.close()
  })

  app.get(
    '/api/v1/events',
    {
      // Its answer would end at once, and its stream never.
      exposeHeadRoute: false,
      config: { role: 'viewer', problems: ['too-many-requests'] },
      schema: {
        operationId: 'streamEvents',
        summary: 'Server-sent events: sample, query, list, change, resolver (schemas of the same names)',
        tags: ['live'],
        response: {
          200: { description: 'an endless stream', content: { 'text/event-stream': { schema: z.string() } } },
        },
      },
    },
    async (request, reply) => {
      if (live.count >= MAX_STREAMS)
        throw new ProblemError('too-many-requests', {
          detail: `${MAX_STREAMS} event streams are open already`,
          headers: { 'retry-after': '15' },
        })
      const stream = live.open()
      requests.set(stream, request)
      stream.once('close', () => requests.delete(stream))
      return (
        reply
          .type('text/event-stream')
          .header('cache-control', 'no-store')
          // nginx would hold events back.
          .header('x-accel-buffering', 'no')
          .send(stream as never)
      )
    },
  )
}
