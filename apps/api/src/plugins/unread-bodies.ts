/**
 * What a client goes on sending after its request was refused. Unread it would fill the connection, and the client, still
 * writing, would wait with its next request; closed at once, the answer could be lost with the connection (RFC 9112 §9.6). So it is
 * read and thrown away, within bounds.
 */
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** Of one request; who sends more loses the connection. */
const MAX_DISCARDED_OCTETS = 64 * 2 ** 20
const MAX_DISCARDING_MS = 10_000

export function registerUnreadBodies(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ raw }) => {
    const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined
    if (hasBody && !raw.readableEnded && !raw.destroyed) discardRest(raw)
  })
}

function discardRest(request: IncomingMessage): void {
  let octets = 0
  const giveUp = setTimeout(() => request.destroy(), MAX_DISCARDING_MS).unref()
  request.on('close', () => clearTimeout(giveUp))
  request.on('data', (chunk: Buffer) => {
    octets += chunk.length
    if (octets > MAX_DISCARDED_OCTETS) request.destroy()
  })
  // Whoever read it until now has stopped it.
  request.resume()
}
