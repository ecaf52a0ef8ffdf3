/**
 * DNS over TCP (RFC 7766), and over TLS (RFC 7858): persistent connections, pipelined queries, answers out of order, everything bounded.
 *
 * Time is looked at once a second for all connections together: a timer for each would cost more than it tells.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, systemClock } from '@weir/shared/clock'
import type { Endpoint } from '@weir/shared/environment'
import { ok, type Result } from '@weir/shared/result'
import type { QueryHandler } from '../query/ports.ts'
import { QueryContext, Transport } from '../query/query-context.ts'
import type { Certificate } from './certificate.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { DRAIN_TIMEOUT_MS, drained } from './drain.ts'
import type { ListenFault } from './listen-fault.ts'
import { openServer } from './open-server.ts'
import { secured } from './secured.ts'
import { SlotPool } from './slot-pool.ts'
import { MAX_STREAM_MESSAGE_OCTETS } from './stream-framing.ts'
import { type ConnectionOwner, TcpConnection } from './tcp-connection.ts'

export interface TcpListenerOptions {
  readonly endpoint: Endpoint
  readonly handler: QueryHandler
  readonly clock?: Clock
  /** Default 1,000. */
  readonly maxConnections?: number
  /** Default 100: a resolver behind one address may need many, an attacker must not get all. */
  readonly maxConnectionsPerClient?: number
  /** Default 10,000 ms; a quarter of it while more than half of the connections are taken (RFC 7766 §6.2.3). */
  readonly idleTimeoutMs?: number
  /** A message must be complete within this time after its first octet. Default 5,000 ms. */
  readonly messageTimeoutMs?: number
  /** Unanswered queries of all connections together. Default 1,024, each with 64 kB for its answer. */
  readonly waitingQueries?: number
  /** DNS over TLS (RFC 7858) instead of plain TCP. */
  readonly certificate?: Certificate
}

/** Plain numbers that only grow, but for `openConnections`. */
export interface TcpCounters {
  openConnections: number
  accepted: number
  received: number
  sent: number
  /** Over the cap, and no idle connection to close in its place. */
  refusedFull: number
  refusedClientFull: number
  /** Closed to make room for a new one. */
  evicted: number
  closedIdle: number
  /** A message that did not end in time, or answers that were not read in time. */
  closedSlow: number
  acceptErrors: number
}

const SWEEP_INTERVAL_MS = 1000
const CROWDED_DIVISOR = 4
const NO_MESSAGE = new Uint8Array(0)

class StreamSlot extends QueryContext {
  connection: TcpConnection | null = null

  constructor() {
    super(NO_MESSAGE, new Uint8Array(MAX_STREAM_MESSAGE_OCTETS))
  }
}

export class TcpListener implements ConnectionOwner {
  readonly counters: TcpCounters = {
    openConnections: 0,
    accepted: 0,
    received: 0,
    sent: 0,
    refusedFull: 0,
    refusedClientFull: 0,
    evicted: 0,
    closedIdle: 0,
    closedSlow: 0,
    acceptErrors: 0,
  }
  #endpoint: Endpoint
  readonly #handler: QueryHandler
  readonly #certificate: Certificate | undefined
  readonly #clock: Clock
  readonly #idleTimeoutMs: number
  readonly #messageTimeoutMs: number
  readonly #limits: ConnectionLimits
  readonly #slots: SlotPool<StreamSlot>
  readonly #server: Server
  readonly #connections = new Set<TcpConnection>()
  /** Connections that wait for a slot, the first one first. */
  readonly #waiting = new Set<TcpConnection>()
  #sweepTimer: NodeJS.Timeout | undefined

  constructor(options: TcpListenerOptions) {
    this.#endpoint = options.endpoint
    this.#handler = options.handler
    this.#certificate = options.certificate
    this.#clock = options.clock ?? systemClock
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 10_000
    this.#messageTimeoutMs = options.messageTimeoutMs ?? 5000
    this.#limits = new ConnectionLimits({
      maxConnections: options.maxConnections ?? 1000,
      maxConnectionsPerClient: options.maxConnectionsPerClient ?? 100,
    })
    this.#slots = new SlotPool(options.waitingQueries ?? 1024, () => new StreamSlot())
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket))
  }

  /** With the port that the system chose once `start` has succeeded. */
  get endpoint(): Endpoint {
    return this.#endpoint
  }

  /** Opens the address. Once only. */
  async start(): Promise<Result<void, ListenFault>> {
    const setting = this.#certificate ? 'WEIR_DOT_LISTEN' : 'WEIR_DNS_LISTEN'
    const opened = await openServer(this.#server, this.#endpoint, setting)
    if (!opened.ok) return opened
    this.#endpoint = opened.value
    this.#server.on('error', () => this.counters.acceptErrors++)
    this.#sweepTimer = setInterval(() => this.sweep(), SWEEP_INTERVAL_MS)
    this.#sweepTimer.unref()
    return ok(undefined)
  }

  /** Accepts no more, waits for the answers that are due (at most DRAIN_TIMEOUT_MS), closes. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.#sweepTimer)
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await drained(() => this.#slots.takenCount === 0, DRAIN_TIMEOUT_MS)
    for (const connection of this.#connections) connection.close()
    await drained(() => this.#connections.size === 0, DRAIN_TIMEOUT_MS)
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  get #idleTimeoutNowMs(): number {
    return this.#limits.isCrowded ? this.#idleTimeoutMs / CROWDED_DIVISOR : this.#idleTimeoutMs
  }

  /** Closes what has been idle, or too slow, for too long. Runs once a second. */
  sweep(): void {
    const nowMs = this.#clock.monotonic()
    const idleTimeoutMs = this.#idleTimeoutNowMs
    for (const connection of this.#connections) {
      const reason = connection.overdue(nowMs, idleTimeoutMs, this.#messageTimeoutMs)
      if (reason === 'idle') {
        this.counters.closedIdle++
        connection.close()
      } else if (reason === 'slow') {
        this.counters.closedSlow++
        connection.destroy()
      }
    }
  }

  /** @internal for connections */
  hasSlot(connection: TcpConnection): boolean {
    if (this.#slots.takenCount < this.#slots.capacity) return true
    this.#waiting.add(connection)
    return false
  }

  /** @internal for connections */
  handle(connection: TcpConnection, message: Uint8Array): void {
    const slot = this.#slots.take()!
    this.counters.received++
    slot.reset()
    slot.connection = connection
    slot.message = message
    slot.messageLength = message.length
    slot.transport = this.#certificate ? Transport.Tls : Transport.Tcp
    slot.clientId = this.#certificate?.labelBefore(connection.serverName) ?? ''
    slot.clientAddress.set(connection.clientAddress)
    slot.clientPort = connection.clientPort
    slot.idleTimeoutMs = this.#idleTimeoutNowMs
    slot.receivedAtMs = this.#clock.now()
    slot.startedAtMs = this.#clock.monotonic()
    this.#handler.handle(slot, this.#done)
  }

  /** @internal for connections */
  monotonic(): number {
    return this.#clock.monotonic()
  }

  /** @internal for connections */
  closed(connection: TcpConnection): void {
    // Already forgotten when it was evicted.
    if (!this.#connections.delete(connection)) return
    this.#waiting.delete(connection)
    this.#limits.close(connection.client)
    this.counters.openConnections = this.#limits.count
  }

  #accept(socket: Socket): void {
    const client = socket.remoteAddress ?? ''
    let admission = this.#limits.check(client)
    if (admission === 'full' && this.#evict()) admission = 'admitted'
    if (admission !== 'admitted') {
      if (admission === 'full') this.counters.refusedFull++
      else this.counters.refusedClientFull++
      socket.destroy()
      return
    }
    this.counters.accepted++
    this.#limits.open(client)
    this.counters.openConnections = this.#limits.count
    // What does not shake hands in time is idle, and counts among the connections meanwhile.
    const stream = this.#certificate ? secured(socket, this.#certificate) : socket
    this.#connections.add(new TcpConnection(stream, this, client))
  }

  /** Closes the connection that has been idle for longest. @returns false when all are at work */
  #evict(): boolean {
    let oldest: TcpConnection | null = null
    for (const connection of this.#connections)
      if (connection.isIdle && (oldest === null || connection.lastActiveMs < oldest.lastActiveMs)) oldest = connection
    if (oldest === null) return false
    this.counters.evicted++
    oldest.destroy()
    // Its place is free now, not when the system has closed it: the next that comes meanwhile would find it idle again.
    this.closed(oldest)
    return true
  }

  readonly #done = (query: QueryContext, send: boolean): void => {
    const slot = query as StreamSlot
    const connection = slot.connection!
    if (send) this.counters.sent++
    // The answer is copied, so that the slot is free before anyone looks for the next message.
    connection.answer(slot.out, send ? slot.outLength : 0)
    slot.connection = null
    slot.message = NO_MESSAGE
    this.#slots.give(slot)
    connection.pump()
    for (const next of this.#waiting) {
      if (this.#slots.takenCount === this.#slots.capacity) return
      this.#waiting.delete(next)
      next.pump()
    }
  }
}
