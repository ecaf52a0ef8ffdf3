/** What never becomes a request: a head too large or too slow, a body too slow, octets that are no HTTP. The connection ends. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEMS, type ProblemCode } from '@weir/shared/contract/problem'
import type { ConnectionError } from 'fastify'
import { problemBody } from '../problem-error.ts'

/** Node's codes; every other one is of octets that cannot be read. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'head-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}

/** Says why, as a problem, where the other side still listens. Nothing is routed, so no hook of the server adds its headers. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) closeWith(socket, CODES[error.code] ?? 'malformed-request')
  // Who never reads must not keep the connection.
  socket.destroySoon()
}

/** The last words over a connection. */
export function closeWith(socket: Socket, code: ProblemCode, detail?: string): void {
  const body = JSON.stringify(problemBody(code, detail === undefined ? {} : { detail }))
  const { status } = PROBLEMS[code]
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
