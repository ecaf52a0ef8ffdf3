/**
 * UDP by Node's own `dgram`: runs everywhere, and does the work where the batch socket cannot.
 *
 * Bound to a wildcard address on a machine with several, answers leave from the address that the system's routes
 * choose, which may not be the one that was asked: `dgram` cannot say which one. Name the addresses then.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type Clock, systemClock } from '@weir/shared/clock'
import { type Endpoint, isIPv6Endpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { QueryHandler } from '../query/ports.ts'
import { QueryContext, Transport } from '../query/query-context.ts'
import { writeClientAddress } from './client-address.ts'
import { DRAIN_TIMEOUT_MS, drained } from './drain.ts'
import { type ListenFault, listenFault } from './listen-fault.ts'
import { DEFAULT_WAITING_QUERIES, SlotPool } from './slot-pool.ts'
import {
  MAX_UDP_QUERY_OCTETS,
  newUdpCounters,
  SOCKET_BUFFER_OCTETS,
  UDP_OUT_OCTETS,
  type UdpListener,
} from './udp-socket.ts'

export interface UdpListenerOptions {
  readonly endpoint: Endpoint
  readonly handler: QueryHandler
  readonly clock?: Clock
  /** Queries that may be unanswered at a time. */
  readonly waitingQueries?: number
  /** How long `stop` waits for answers. Default DRAIN_TIMEOUT_MS. */
  readonly drainTimeoutMs?: number
}

const NO_MESSAGE = new Uint8Array(0)

class DgramSlot extends QueryContext {
  /** As dgram gave it, zone included: the answer goes exactly there. */
  peerAddress = ''

  constructor() {
    super(NO_MESSAGE, new Uint8Array(UDP_OUT_OCTETS))
  }
}

export class DgramListener implements UdpListener {
  readonly implementation = 'dgram'
  readonly counters = newUdpCounters()
  #endpoint: Endpoint
  readonly #handler: QueryHandler
  readonly #clock: Clock
  readonly #drainTimeoutMs: number
  readonly #socket: Socket
  readonly #slots: SlotPool<DgramSlot>
  #isBound = false
  #isStopping = false
  #isClosed = false
  #isTimeRead = false
  #nowMs = 0
  #monotonicMs = 0

  constructor(options: UdpListenerOptions) {
    const { endpoint } = options
    this.#endpoint = endpoint
    this.#handler = options.handler
    this.#clock = options.clock ?? systemClock
    this.#drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS
    this.#slots = new SlotPool(options.waitingQueries ?? DEFAULT_WAITING_QUERIES, () => new DgramSlot())
    const isV6 = isIPv6Endpoint(endpoint)
    this.#socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      ipv6Only: isV6,
      reusePort: true,
      // Peers are addresses already: without this, each send would go through dns.lookup and a later tick.
      lookup: (address, _options, callback) => callback(null, address, isV6 ? 6 : 4),
    })
  }

  get endpoint(): Endpoint {
    return this.#endpoint
  }

  readSocket(): number {
    return this.#isBound && !this.#isClosed ? this.#socket.getRecvBufferSize() : 0
  }

  async start(): Promise<Result<void, ListenFault>> {
    const socket = this.#socket
    const { address, port } = this.#endpoint
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.bind({ address, port, exclusive: true }, () => {
          socket.off('error', reject)
          resolve()
        })
      })
    } catch (error) {
      socket.close()
      return fail(listenFault(error, this.#endpoint, 'udp'))
    }
    socket.on('error', () => this.counters.receiveErrors++)
    this.#isBound = true
    this.#growBuffers()
    this.#endpoint = { address, port: socket.address().port }
    socket.on('message', this.#receive)
    return ok(undefined)
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    await drained(() => this.#slots.takenCount === 0, this.#drainTimeoutMs)
    this.#isClosed = true
    await new Promise<void>((resolve) => this.#socket.close(resolve))
  }

  /** The system may allow less (net.core.rmem_max); that is no reason not to serve. */
  #growBuffers(): void {
    try {
      this.#socket.setRecvBufferSize(SOCKET_BUFFER_OCTETS)
      this.#socket.setSendBufferSize(SOCKET_BUFFER_OCTETS)
    } catch {
      this.counters.receiveErrors++
    }
  }

  readonly #receive = (message: Uint8Array, peer: RemoteInfo): void => {
    if (this.#isStopping) return
    this.counters.received++
    if (message.length > MAX_UDP_QUERY_OCTETS || peer.port === 0) {
      this.counters.droppedUnusable++
      return
    }
    const slot = this.#slots.take()
    if (!slot) {
      this.counters.droppedNoSlot++
      return
    }
    if (!this.#isTimeRead) this.#readTime()
    slot.reset()
    slot.message = message
    slot.messageLength = message.length
    slot.transport = Transport.Udp
    slot.peerAddress = peer.address
    slot.clientPort = peer.port
    writeClientAddress(peer.address, slot.clientAddress)
    slot.receivedAtMs = this.#nowMs
    slot.startedAtMs = this.#monotonicMs
    this.#handler.handle(slot, this.#done)
  }

  /** One reading serves all datagrams of an event-loop turn. */
  #readTime(): void {
    this.#isTimeRead = true
    this.#nowMs = this.#clock.now()
    this.#monotonicMs = this.#clock.monotonic()
    setImmediate(this.#forgetTime)
  }

  readonly #forgetTime = (): void => {
    this.#isTimeRead = false
  }

  readonly #done = (query: QueryContext, send: boolean): void => {
    const slot = query as DgramSlot
    if (!send || this.#isClosed) {
      this.#release(slot)
      return
    }
    // The socket may keep `out` until it has sent, so the slot is free only then.
    this.#socket.send(slot.out, 0, slot.outLength, slot.clientPort, slot.peerAddress, (error) => {
      if (error) this.counters.sendErrors++
      else this.counters.sent++
      this.#release(slot)
    })
  }

  #release(slot: DgramSlot): void {
    slot.message = NO_MESSAGE
    this.#slots.give(slot)
  }
}
