/**
 * One UDP socket, bound to a port that only chance chose, connected to one server.
 *
 * Connected: the kernel drops what comes from any other address or port, reports ICMP errors, and saves the route look-up
 * for each query. The port is drawn from the whole unprivileged range, not from the system's smaller ephemeral one (RFC 5452 §9.2, RFC 6056).
 */
import { readId } from '../../wire/header.ts'
import type { ChannelEvents, ChannelTarget, DatagramChannel, OpenChannel } from './datagram-channel.ts'
import type { Deadlines } from './deadlines.ts'
import { errorCode, errorText } from './error-text.ts'
import {
  type ExchangeCounters,
  type ExchangeOptions,
  type ExchangeReply,
  failed,
  type Settle,
  type UpstreamQuestion,
} from './exchange.ts'
import { PendingQuery, type QueryOwner } from './pending-query.ts'
import { PendingTable } from './pending-table.ts'
import { writeQuery } from './query-message.ts'
import type { RandomOctets } from './random-octets.ts'

const FIRST_PORT = 1024
const PORT_COUNT = 65_536 - FIRST_PORT
/** Ports that are tried before the system may choose. */
const BIND_TRIES = 16
/** Queries that one port sends: how long a forger can go on guessing for the same port. */
export const QUERIES_PER_PORT = 512
const ID_COUNT = 65_536
/** Messages that fit no query of this socket; beyond it all of its queries go to TCP. */
const MAX_STRAY_REPLIES = 64
const SHORTEST_REPLY = 12

export interface UdpTarget extends ChannelTarget {
  /** Ports that must stay free for others, as those that Weir itself listens on. */
  readonly avoidPorts: ReadonlySet<number>
}

/** What the sockets of one exchange share. */
export interface UdpShared {
  readonly openChannel: OpenChannel
  readonly random: RandomOctets
  readonly counters: ExchangeCounters
  readonly deadlines: Deadlines
  /** Where a query is written; MAX_QUERY_OCTETS long. */
  readonly message: Uint8Array
}

export class UdpSocket implements QueryOwner, ChannelEvents {
  readonly deadlines: Deadlines
  #channel: DatagramChannel | null = null
  readonly #random: RandomOctets
  readonly #counters: ExchangeCounters
  readonly #queries = new PendingTable()
  /** One bit for each ID that this port has sent: their late replies must not count as forged. */
  readonly #usedIds = new Uint8Array(ID_COUNT / 8)
  readonly #message: Uint8Array
  #queriesLeft = QUERIES_PER_PORT
  #strayReplies = 0
  #isRetired = false
  #isClosed = false

  private constructor({ random, counters, deadlines, message }: UdpShared) {
    this.#message = message
    this.#random = random
    this.#counters = counters
    this.deadlines = deadlines
  }

  /** Binds and connects. @throws when the system has no socket or no route */
  static async open(target: UdpTarget, shared: UdpShared): Promise<UdpSocket> {
    const socket = new UdpSocket(shared)
    for (let tries = 1; socket.#channel === null; tries++) {
      const port = tries > BIND_TRIES ? 0 : drawPort(target.avoidPorts, shared.random)
      try {
        socket.#channel = await shared.openChannel(target, port, socket)
      } catch (error) {
        if (tries > BIND_TRIES || !isPortTaken(error)) throw error
      }
    }
    shared.counters.opened++
    return socket
  }

  get isSpent(): boolean {
    return this.#isRetired || this.#queriesLeft <= 0
  }

  /** The port that was chosen. */
  get localPort(): number {
    return this.#channel?.localPort ?? 0
  }

  send(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void {
    this.#queriesLeft--
    const { mixCase: mixes, withEdns, timeoutMs } = options
    const cookie = withEdns ? options.cookie : null
    const id = this.#freshId()
    const caseBits = mixes ? this.#random.uint32() : 0
    const query = new PendingQuery(id, { question, caseBits, mustKeepCase: mixes, cookie, timeoutMs, settle }, this)
    this.#queries.add(query)
    const length = writeQuery(question, { id, caseBits, withEdns, cookie }, this.#message)
    this.#channel?.send(this.#message, length, query)
  }

  /** No more queries; closes once those under way are settled. */
  retire(): void {
    this.#isRetired = true
    this.#closeWhenIdle()
  }

  close(): void {
    this.#fail(failed('unreachable', 'closed'))
  }

  onSettled(query: PendingQuery): void {
    this.#queries.remove(query)
    if (this.#isRetired) this.#closeWhenIdle()
  }

  onMessage(message: Uint8Array, length: number): void {
    const id = length >= SHORTEST_REPLY ? readId(message) : -1
    const query = this.#queries.find(id)
    if (query?.offer(message, length)) return
    if (query === null && id >= 0 && this.#isUsed(id)) return
    this.#counters.wrongReplies++
    if (query || ++this.#strayReplies <= MAX_STRAY_REPLIES) return
    this.#fail(failed('mismatch', 'many replies that fit no query'))
  }

  onError(error: Error): void {
    this.#fail(failed('unreachable', errorText(error)))
  }

  /** One that this port has not used yet. */
  #freshId(): number {
    let id = this.#random.uint16()
    while (this.#isUsed(id)) id = this.#random.uint16()
    this.#usedIds[id >> 3]! |= 1 << (id & 7)
    return id
  }

  #isUsed(id: number): boolean {
    return (this.#usedIds[id >> 3]! & (1 << (id & 7))) !== 0
  }

  /** Ends every query, and the socket. */
  #fail(reply: ExchangeReply): void {
    this.#isRetired = true
    for (const query of this.#queries.all()) query.settle(reply)
    this.#closeWhenIdle()
  }

  #closeWhenIdle(): void {
    if (this.#queries.size > 0 || this.#isClosed) return
    this.#isClosed = true
    this.#channel?.close()
  }
}

/** @param avoid a few ports: what is drawn is drawn again until it is none of them */
function drawPort(avoid: ReadonlySet<number>, random: RandomOctets): number {
  let port = FIRST_PORT + random.below(PORT_COUNT)
  while (avoid.has(port)) port = FIRST_PORT + random.below(PORT_COUNT)
  return port
}

/** EACCES: ports that the system keeps for others. */
const isPortTaken = (error: unknown): boolean => ['EADDRINUSE', 'EACCES'].includes(errorCode(error))
