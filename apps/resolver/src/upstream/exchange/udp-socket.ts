/**
 * One UDP socket, bound to a port that only chance chose, connected to one server.
 *
 * Connected: the kernel drops what comes from any other address or port, reports ICMP errors, and saves the route look-up
 * for each query. The port is drawn from the whole unprivileged range, not from the system's smaller ephemeral one (RFC 5452 §9.2, RFC 6056).
 */
import { readId } from '../../wire/header.ts'
import type { ChannelEvents, ChannelTarget, DatagramChannel, OpenChannel } from './datagram-channel.ts'
import {
  type ExchangeCounters,
  type ExchangeOptions,
  type ExchangeReply,
  failed,
  type UpstreamQuestion,
} from './exchange.ts'
import { PendingQuery } from './pending-query.ts'
import { encodeQuery } from './query-message.ts'
import type { RandomOctets } from './random-octets.ts'

const FIRST_PORT = 1024
const PORT_COUNT = 65_536 - FIRST_PORT
/** Ports that are tried before the system may choose. */
const BIND_TRIES = 16
/** Queries that one port sends: how long a forger can go on guessing for the same port. */
export const QUERIES_PER_PORT = 512
/** Messages that fit no query of this socket; beyond it all of its queries go to TCP. */
const MAX_STRAY_REPLIES = 64
const SHORTEST_REPLY = 12

export interface UdpTarget extends ChannelTarget {
  /** Ports that must stay free for others, as those that Weir itself listens on. */
  readonly avoidPorts: ReadonlySet<number>
}

export class UdpSocket {
  #channel: DatagramChannel | null = null
  readonly #random: RandomOctets
  readonly #counters: ExchangeCounters
  readonly #queries = new Map<number, PendingQuery>()
  #queriesLeft = QUERIES_PER_PORT
  #strayReplies = 0
  #waitingCount = 0
  #isRetired = false
  #isClosed = false

  private constructor(random: RandomOctets, counters: ExchangeCounters) {
    this.#random = random
    this.#counters = counters
  }

  /** Binds and connects. @throws when the system has no socket or no route */
  static async open(
    openChannel: OpenChannel,
    target: UdpTarget,
    random: RandomOctets,
    counters: ExchangeCounters,
  ): Promise<UdpSocket> {
    const socket = new UdpSocket(random, counters)
    const events: ChannelEvents = {
      onMessage: (message) => socket.#onMessage(message),
      onError: (error) => socket.#fail(failed('unreachable', errorText(error))),
    }
    for (let tries = 1; socket.#channel === null; tries++) {
      const port = tries > BIND_TRIES ? 0 : drawPort(target.avoidPorts, random)
      try {
        socket.#channel = await openChannel(target, port, events)
      } catch (error) {
        if (tries > BIND_TRIES || !isPortTaken(error)) throw error
      }
    }
    counters.opened++
    return socket
  }

  get isSpent(): boolean {
    return this.#isRetired || this.#queriesLeft <= 0
  }

  /** The port that was chosen. */
  get localPort(): number {
    return this.#channel?.localPort ?? 0
  }

  send(question: UpstreamQuestion, options: ExchangeOptions, settle: (reply: ExchangeReply) => void): void {
    this.#queriesLeft--
    const id = this.#freshId()
    const message = encodeQuery(question, id, options, this.#random)
    const sentName = message.subarray(12, 12 + question.name.length)
    const query = new PendingQuery(id, question, sentName, options, (reply) => {
      this.#waitingCount--
      settle(reply)
      if (this.#isRetired) this.#closeWhenIdle()
    })
    this.#queries.set(id, query)
    this.#waitingCount++
    this.#channel?.send(message, (error) => query.settle(failed('unreachable', errorText(error))))
  }

  /** No more queries; closes once those under way are settled. */
  retire(): void {
    this.#isRetired = true
    this.#closeWhenIdle()
  }

  close(): void {
    this.#fail(failed('unreachable', 'closed'))
  }

  #freshId(): number {
    let id = this.#random.uint16()
    while (this.#queries.has(id)) id = this.#random.uint16()
    return id
  }

  #onMessage(message: Uint8Array): void {
    const query = message.length >= SHORTEST_REPLY ? this.#queries.get(readId(message)) : undefined
    if (query?.isSettled) return
    if (query?.offer(message, true)) return
    this.#counters.wrongReplies++
    if (query || ++this.#strayReplies <= MAX_STRAY_REPLIES) return
    this.#fail(failed('mismatch', 'many replies that fit no query'))
  }

  /** Ends every query, and the socket. */
  #fail(reply: ExchangeReply): void {
    this.#isRetired = true
    for (const query of [...this.#queries.values()]) query.settle(reply)
    this.#closeWhenIdle()
  }

  #closeWhenIdle(): void {
    if (this.#waitingCount > 0 || this.#isClosed) return
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
const isPortTaken = (error: unknown): boolean => ['EADDRINUSE', 'EACCES'].includes(codeOf(error))

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** The system's code of an error, else its text: what an administrator can look up. */
export const errorText = (error: unknown): string =>
  codeOf(error) || (error instanceof Error ? error.message : String(error))
