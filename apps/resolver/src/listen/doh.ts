/**
 * DNS over HTTPS (RFC 8484): GET and POST, over HTTP/2 and HTTP/1.1. Connections, streams, heads, bodies and the time for
 * each are bounded; what comes over a bound is refused and counted.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { Socket } from 'node:net'
import { type Clock, systemClock } from '@weir/shared/clock'
import { type Endpoint, isIPv6Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { QueryHandler } from '../query/ports.ts'
import { QueryContext, Transport } from '../query/query-context.ts'
import { freshSeconds } from '../wire/fresh-seconds.ts'
import { type Certificate, MIN_TLS_VERSION } from './certificate.ts'
import { writeClientAddress } from './client-address.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { DNS_MESSAGE, MAX_DOH_MESSAGE_OCTETS, readDohHead, readMessage } from './doh-request.ts'
import { DRAIN_TIMEOUT_MS, drained } from './drain.ts'
import { type ListenFault, listenFault } from './listen-fault.ts'
import { SlotPool } from './slot-pool.ts'

export interface DohListenerOptions {
  readonly endpoint: Endpoint
  readonly handler: QueryHandler
  readonly certificate: Certificate
  readonly clock?: Clock
  /** Default 1,000. */
  readonly maxConnections?: number
  /** Default 100. */
  readonly maxConnectionsPerClient?: number
  /** Without a request. Default 30,000 ms: browsers keep one connection. */
  readonly idleTimeoutMs?: number
  /** Head and body of a request must have come within. Default 5,000 ms. */
  readonly requestTimeoutMs?: number
  /** Unanswered queries of all connections together. Default 1,024, each with 64 kB for its answer. */
  readonly waitingQueries?: number
}

/** Plain numbers that only grow, but for `openConnections`. */
export interface DohCounters {
  openConnections: number
  accepted: number
  received: number
  sent: number
  /** Requests that were refused by their form. */
  refused: number
  refusedFull: number
  refusedClientFull: number
  /** All slots were taken: 503. */
  refusedBusy: number
  /** Bodies that did not end in time, or grew too long. */
  cutOff: number
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

/** Queries of one connection at a time: the same as of a TCP connection. */
const MAX_STREAMS = 100
/** A GET carries its message in the head, base64url: what fits is 12 kB, far more than a question has. */
const MAX_HEAD_OCTETS = 16 * 1024
/** MB that one HTTP/2 session may hold. */
const MAX_SESSION_MEGABYTES = 2
const NO_MESSAGE = new Uint8Array(0)

class DohSlot extends QueryContext {
  response: Response | null = null

  constructor() {
    super(NO_MESSAGE, new Uint8Array(MAX_DOH_MESSAGE_OCTETS))
  }
}

export class DohListener {
  readonly counters: DohCounters = {
    openConnections: 0,
    accepted: 0,
    received: 0,
    sent: 0,
    refused: 0,
    refusedFull: 0,
    refusedClientFull: 0,
    refusedBusy: 0,
    cutOff: 0,
  }
  #endpoint: Endpoint
  readonly #handler: QueryHandler
  readonly #certificate: Certificate
  readonly #clock: Clock
  readonly #limits: ConnectionLimits
  readonly #slots: SlotPool<DohSlot>
  readonly #server: Http2SecureServer
  readonly #sockets = new Set<Socket>()
  readonly #requestTimeoutMs: number

  constructor(options: DohListenerOptions) {
    const { idleTimeoutMs = 30_000, requestTimeoutMs = 5000 } = options
    this.#endpoint = options.endpoint
    this.#handler = options.handler
    this.#certificate = options.certificate
    this.#clock = options.clock ?? systemClock
    this.#requestTimeoutMs = requestTimeoutMs
    this.#limits = new ConnectionLimits({
      maxConnections: options.maxConnections ?? 1000,
      maxConnectionsPerClient: options.maxConnectionsPerClient ?? 100,
    })
    this.#slots = new SlotPool(options.waitingQueries ?? 1024, () => new DohSlot())
    this.#server = createSecureServer({
      ...this.#certificate.pem,
      allowHTTP1: true,
      minVersion: MIN_TLS_VERSION,
      handshakeTimeout: requestTimeoutMs,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEAD_OCTETS, enablePush: false },
      maxSessionMemory: MAX_SESSION_MEGABYTES,
      // Of HTTP/1.1:
      maxHeaderSize: MAX_HEAD_OCTETS,
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: idleTimeoutMs,
    } as Parameters<typeof createSecureServer>[0])
    this.#server.setTimeout(idleTimeoutMs)
    // Before TLS: a client that never shakes hands counts too.
    this.#server.prependListener('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('request', (request, response) => this.#receive(request, response))
    this.#server.on('sessionError', () => undefined)
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
  }

  /** With the port that the system chose once `start` has succeeded. */
  get endpoint(): Endpoint {
    return this.#endpoint
  }

  /** Opens the address. Once only. */
  async start(): Promise<Result<void, ListenFault>> {
    const { address, port } = this.#endpoint
    const ipv6Only = isIPv6Endpoint(this.#endpoint)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject)
        this.#server.listen({ host: address, port, exclusive: true, ipv6Only }, () => {
          this.#server.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      return fail(listenFault(error, this.#endpoint, 'tcp', 'WEIR_DOH_LISTEN'))
    }
    this.#server.on('error', () => undefined)
    const bound = this.#server.address()
    if (bound !== null && typeof bound === 'object') this.#endpoint = { address, port: bound.port }
    return ok(undefined)
  }

  /** New connections get the certificate in use now. */
  renewCertificate(): void {
    this.#server.setSecureContext({ ...this.#certificate.pem, minVersion: MIN_TLS_VERSION })
  }

  /** Accepts no more, waits for the answers that are due (at most DRAIN_TIMEOUT_MS), closes. Never rejects. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await drained(() => this.#slots.takenCount === 0, DRAIN_TIMEOUT_MS)
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #admit(socket: Socket): void {
    const client = socket.remoteAddress ?? ''
    const admission = this.#limits.check(client)
    if (admission !== 'admitted') {
      if (admission === 'full') this.counters.refusedFull++
      else this.counters.refusedClientFull++
      socket.destroy()
      return
    }
    this.counters.accepted++
    this.#limits.open(client)
    this.#sockets.add(socket)
    this.counters.openConnections = this.#limits.count
    socket.once('close', () => {
      this.#limits.close(client)
      this.#sockets.delete(socket)
      this.counters.openConnections = this.#limits.count
    })
  }

  #receive(request: Request, response: Response): void {
    // A client that is gone is no event.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const { headers, method = '', url = '' } = request
    const head = { method, url, contentType: headers['content-type'], contentLength: headers['content-length'] }
    const read = readDohHead(head)
    if (read.kind === 'refused') return this.#refuse(response, read.status, read.reason)
    if (read.kind === 'message') return this.#ask(request, response, read.clientId, read.message)
    this.#collect(request, response, read.clientId)
  }

  #collect(request: Request, response: Response, clientId: string): void {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => {
      this.counters.cutOff++
      // Not `request.destroy()`, which leaves a stream of HTTP/2 open until the connection has been idle long enough.
      abandon(response)
    }, this.#requestTimeoutMs)
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MAX_DOH_MESSAGE_OCTETS) return chunks.push(chunk)
      if (length - chunk.length <= MAX_DOH_MESSAGE_OCTETS) {
        this.counters.cutOff++
        this.#refuse(response, 413, 'longer than a DNS message may be')
      }
      return undefined
    })
    request.on('close', () => clearTimeout(timer))
    request.on('end', () => {
      clearTimeout(timer)
      if (length > MAX_DOH_MESSAGE_OCTETS) return
      const read = readMessage(clientId, Buffer.concat(chunks, length))
      if (read.kind === 'message') this.#ask(request, response, clientId, read.message)
      else if (read.kind === 'refused') this.#refuse(response, read.status, read.reason)
    })
  }

  #ask(request: Request, response: Response, clientId: string, message: Uint8Array): void {
    const slot = this.#slots.take()
    if (slot === null) {
      this.counters.refusedBusy++
      return this.#refuse(response, 503, 'too many queries wait')
    }
    this.counters.received++
    slot.reset()
    slot.response = response
    slot.message = message
    slot.messageLength = message.length
    slot.transport = Transport.Https
    slot.clientId = clientId
    writeClientAddress(request.socket.remoteAddress ?? '', slot.clientAddress)
    slot.clientPort = request.socket.remotePort ?? 0
    slot.receivedAtMs = this.#clock.now()
    slot.startedAtMs = this.#clock.monotonic()
    this.#handler.handle(slot, this.#done)
  }

  readonly #done = (query: QueryContext, send: boolean): void => {
    const slot = query as DohSlot
    const response = slot.response!
    if (send) {
      this.counters.sent++
      const body = Buffer.from(slot.out.subarray(0, slot.outLength))
      respond(response, 200, {
        'content-type': DNS_MESSAGE,
        'content-length': body.length,
        'cache-control': `max-age=${freshSeconds(body, body.length)}`,
      })
      response.end(body)
    } else if (slot.fault === 'malformed-message') this.#refuse(response, 400, 'not a DNS query')
    // RFC 6585 §4: HTTP has a word for what DNS leaves out.
    else if (slot.fault === 'rate-limited') this.#refuse(response, 429, 'too many queries')
    // Nothing is to be said: the client sees a stream that ends.
    else abandon(response)
    slot.response = null
    slot.message = NO_MESSAGE
    this.#slots.give(slot)
  }

  #refuse(response: Response, status: number, reason: string): void {
    this.counters.refused++
    const body = Buffer.from(`${reason}\n`)
    respond(response, status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
      ...(status === 405 && { allow: 'GET, POST' }),
    })
    response.end(body)
  }
}

/** The two kinds of response have one method of the same meaning. */
function respond(response: Response, status: number, headers: Record<string, string | number>): void {
  if (response.headersSent) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

function abandon(response: Response): void {
  if ('stream' in response) response.stream.close()
  else response.destroy()
}
