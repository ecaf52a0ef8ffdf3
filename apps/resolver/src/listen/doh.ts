/**
 * DNS over HTTPS (RFC 8484): GET and POST, over HTTP/2 and HTTP/1.1. Connections, streams, heads, bodies and the time for
 * each are bounded; what comes over a bound is refused and counted.
 */
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'
import { type Clock, systemClock } from '@weir/shared/clock'
import type { Endpoint } from '@weir/shared/environment'
import { ok, type Result } from '@weir/shared/result'
import type { QueryHandler } from '../query/ports.ts'
import { type Certificate, MIN_TLS_VERSION } from './certificate.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { DohQueries, type DohQueryCounters } from './doh-queries.ts'
import { DRAIN_TIMEOUT_MS, drained } from './drain.ts'
import type { ListenFault } from './listen-fault.ts'
import { openServer } from './open-server.ts'

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
export interface DohCounters extends DohQueryCounters {
  openConnections: number
  accepted: number
  refusedFull: number
  refusedClientFull: number
}

/** TLS must be agreed on within. */
const HANDSHAKE_TIMEOUT_MS = 5000
/** Queries of one connection at a time: the same as of a TCP connection. */
const MAX_STREAMS = 100
/** A GET carries its message in the head, base64url: what fits is 12 kB, far more than a question has. */
const MAX_HEAD_OCTETS = 16 * 1024
/** MB that one HTTP/2 session may hold. */
const MAX_SESSION_MEGABYTES = 2

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
  readonly #certificate: Certificate
  readonly #limits: ConnectionLimits
  readonly #queries: DohQueries
  readonly #server: Http2SecureServer
  readonly #sockets = new Set<Socket>()

  constructor(options: DohListenerOptions) {
    const { idleTimeoutMs = 30_000, requestTimeoutMs = 5000 } = options
    this.#endpoint = options.endpoint
    this.#certificate = options.certificate
    this.#limits = new ConnectionLimits({
      maxConnections: options.maxConnections ?? 1000,
      maxConnectionsPerClient: options.maxConnectionsPerClient ?? 100,
    })
    this.#queries = new DohQueries({
      handler: options.handler,
      clock: options.clock ?? systemClock,
      requestTimeoutMs,
      waitingQueries: options.waitingQueries ?? 1024,
      counters: this.counters,
    })
    this.#server = createSecureServer({
      ...this.#certificate.pem,
      allowHTTP1: true,
      minVersion: MIN_TLS_VERSION,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
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
    this.#server.on('request', (request, response) => this.#queries.receive(request, response))
    this.#server.on('sessionError', () => undefined)
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
  }

  /** With the port that the system chose once `start` has succeeded. */
  get endpoint(): Endpoint {
    return this.#endpoint
  }

  /** Opens the address. Once only. */
  async start(): Promise<Result<void, ListenFault>> {
    const opened = await openServer(this.#server, this.#endpoint, 'WEIR_DOH_LISTEN')
    if (!opened.ok) return opened
    this.#endpoint = opened.value
    this.#server.on('error', () => undefined)
    return ok(undefined)
  }

  /** New connections get the certificate in use now. */
  renewCertificate(): void {
    this.#server.setSecureContext({ ...this.#certificate.pem, minVersion: MIN_TLS_VERSION })
  }

  /** Accepts no more, waits for the answers that are due (at most DRAIN_TIMEOUT_MS), closes. Never rejects. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await drained(() => this.#queries.waitingCount === 0, DRAIN_TIMEOUT_MS)
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
}
