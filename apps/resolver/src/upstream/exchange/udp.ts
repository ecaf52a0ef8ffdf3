/**
 * DNS over UDP (RFC 1035 §4.2.1): a small pool of sockets to one server, each on a random port.
 *
 * A forger must guess the ID, the port among PORT_COUNT and the case of the letters. A socket for each query would be
 * the textbook's way and cost more than all the rest of a miss; a pool whose ports are chosen by chance for each query and
 * renewed by number and by age leaves a forger nearly as little.
 */
import { type OpenChannel, openDgramChannel } from './datagram-channel.ts'
import { Deadlines } from './deadlines.ts'
import { errorText } from './error-text.ts'
import {
  type Exchange,
  type ExchangeCounters,
  type ExchangeOptions,
  failed,
  type Settle,
  type UpstreamQuestion,
} from './exchange.ts'
import { MAX_QUERY_OCTETS } from './query-message.ts'
import { RandomOctets } from './random-octets.ts'
import { type UdpShared, UdpSocket, type UdpTarget } from './udp-socket.ts'

/** Sockets of one server and worker; opened as queries come. */
const POOL_SOCKETS = 8
/** A port lives so long, also when hardly anybody asks. */
const PORT_LIFETIME_MS = 30_000

export class UdpExchange implements Exchange {
  readonly counters: ExchangeCounters = { wrongReplies: 0, opened: 0 }
  readonly #target: UdpTarget
  readonly #shared: UdpShared
  readonly #sockets: (UdpSocket | undefined)[] = new Array<undefined>(POOL_SOCKETS).fill(undefined)
  readonly #opening = new Map<number, Promise<UdpSocket>>()
  readonly #lifetimes = new Set<NodeJS.Timeout>()
  #isClosed = false

  constructor(target: UdpTarget, random = new RandomOctets(), openChannel: OpenChannel = openDgramChannel) {
    this.#target = target
    this.#shared = {
      openChannel,
      random,
      counters: this.counters,
      deadlines: new Deadlines(),
      message: new Uint8Array(MAX_QUERY_OCTETS),
    }
  }

  exchange(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void {
    const place = this.#shared.random.below(POOL_SOCKETS)
    const socket = this.#sockets[place]
    if (socket && !socket.isSpent) return socket.send(question, options, settle)
    this.#open(place).then(
      (fresh) => fresh.send(question, options, settle),
      (error: unknown) => settle(failed('unreachable', errorText(error))),
    )
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#lifetimes) clearTimeout(timer)
    for (const socket of this.#sockets) socket?.close()
    this.#sockets.fill(undefined)
  }

  #open(place: number): Promise<UdpSocket> {
    const underWay = this.#opening.get(place)
    if (underWay) return underWay
    this.#sockets[place]?.retire()
    const opening = UdpSocket.open(this.#target, this.#shared)
      .then((socket) => this.#keep(place, socket))
      .finally(() => this.#opening.delete(place))
    this.#opening.set(place, opening)
    return opening
  }

  #keep(place: number, socket: UdpSocket): UdpSocket {
    if (this.#isClosed) {
      socket.close()
      throw new Error('closed')
    }
    this.#sockets[place] = socket
    const timer = setTimeout(() => {
      this.#lifetimes.delete(timer)
      if (this.#sockets[place] === socket) this.#sockets[place] = undefined
      socket.retire()
    }, PORT_LIFETIME_MS)
    timer.unref()
    this.#lifetimes.add(timer)
    return socket
  }
}
