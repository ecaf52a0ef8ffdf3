/**
 * One connection to a server, many queries on it (RFC 7766 §6.2.1.1): TCP and TLS alike.
 *
 * Each message has its length in two octets in front. Replies may come in any order; the ID tells whose they are.
 */
import type { Socket } from 'node:net'
import { readId } from '../../wire/header.ts'
import { readUint16, writeUint16 } from '../../wire/octets.ts'
import type { Deadlines } from './deadlines.ts'
import { errorText } from './error-text.ts'
import { type ExchangeCounters, type ExchangeOptions, failed, type Settle, type UpstreamQuestion } from './exchange.ts'
import { PendingQuery, type QueryOwner } from './pending-query.ts'
import { MAX_PADDED_QUERY_OCTETS, writeQuery } from './query-message.ts'
import type { RandomOctets } from './random-octets.ts'

const LENGTH_OCTETS = 2
const HEADER_OCTETS = 12
/** A connection without queries is closed after this; servers' own limits are mostly 10 s and more. */
const IDLE_MS = 9000
/** Queries under way on one connection. */
export const MAX_PIPELINED = 512
/** IDs that are not free: of queries under way, and of those whose replies never came but still may. */
const MAX_TAKEN_IDS = 16_384
/** Messages that fit no query; a server that sends more of them is not one to go on with. */
const MAX_STRAY_REPLIES = 64

export class StreamConnection implements QueryOwner {
  /** True once a reply came: before, a loss says that the server is not there; after, that it closed an old connection. */
  hasAnswered = false
  readonly #socket: Socket
  readonly #random: RandomOctets
  readonly #counters: ExchangeCounters
  readonly #isEncrypted: boolean
  readonly #queries = new Map<number, PendingQuery>()
  readonly deadlines: Deadlines
  #received: Buffer = Buffer.alloc(0)
  #strayReplies = 0
  #isOpen = true
  #waitingCount = 0
  /** Pieces that came so far. */
  #heardCount = 0
  #isSilent = false

  /** @param socket connected, and verified where it is TLS */
  constructor(socket: Socket, random: RandomOctets, counters: ExchangeCounters, deadlines: Deadlines) {
    this.deadlines = deadlines
    this.#socket = socket
    this.#random = random
    this.#counters = counters
    this.#isEncrypted = 'encrypted' in socket
    socket.setNoDelay(true)
    socket.setTimeout(IDLE_MS, () => this.#onIdle())
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', (error) => this.#end(errorText(error)))
    socket.on('close', () => this.#end('connection closed'))
    socket.on('end', () => this.#end('connection closed'))
  }

  get isOpen(): boolean {
    return this.#isOpen
  }
  /** One that is silent or full is left to the queries that it has. */
  get takesMore(): boolean {
    return !this.#isSilent && this.#waitingCount < MAX_PIPELINED && this.#queries.size < MAX_TAKEN_IDS
  }

  send(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void {
    let id = this.#random.uint16()
    while (this.#queries.has(id)) id = this.#random.uint16()
    const { mixCase: mixes, withEdns, timeoutMs } = options
    const caseBits = mixes ? this.#random.uint32() : 0
    const framed = Buffer.allocUnsafe(LENGTH_OCTETS + MAX_PADDED_QUERY_OCTETS)
    const length = writeQuery(
      question,
      { id, caseBits, withEdns, isPadded: this.#isEncrypted },
      framed.subarray(LENGTH_OCTETS),
    )
    writeUint16(framed, 0, length)
    const heardBefore = this.#heardCount
    const judge: Settle = (reply) => {
      if (!reply.ok && reply.fault === 'timeout' && this.#heardCount === heardBefore) this.#onSilence()
      settle(reply)
    }
    // Nobody can forge a connection from aside.
    this.#queries.set(
      id,
      new PendingQuery(id, { question, caseBits, mustKeepCase: false, cookie: null, timeoutMs, settle: judge }, this),
    )
    this.#waitingCount++
    this.#socket.write(framed.subarray(0, LENGTH_OCTETS + length))
  }

  onSettled(): void {
    this.#waitingCount--
  }

  close(): void {
    this.#end('closed')
  }

  /** Only queries that hang keep an idle connection: they have timers of their own. */
  #onIdle(): void {
    if (this.#waitingCount === 0) this.#end('idle')
  }

  /**
   * A query waited in vain, and nothing came for any other: the server is gone without a word, or a router on the way has forgotten
   * the connection. The system would notice only after a quarter of an hour (tcp(7), tcp_retries2).
   */
  #onSilence(): void {
    this.#isSilent = true
    if (this.#waitingCount === 0) this.#end('silent')
  }

  #onData(chunk: Buffer): void {
    this.#heardCount++
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    let offset = 0
    while (this.#received.length - offset >= LENGTH_OCTETS) {
      const end = offset + LENGTH_OCTETS + readUint16(this.#received, offset)
      if (this.#received.length < end) break
      this.#onMessage(this.#received.subarray(offset + LENGTH_OCTETS, end))
      offset = end
    }
    this.#received = this.#received.subarray(offset)
  }

  #onMessage(message: Uint8Array): void {
    const query = message.length >= HEADER_OCTETS ? this.#queries.get(readId(message)) : undefined
    if (query?.isSettled || query?.offer(message, message.length)) {
      this.hasAnswered = true
      this.#queries.delete(query.id)
      return
    }
    this.#counters.wrongReplies++
    if (++this.#strayReplies > MAX_STRAY_REPLIES) this.#end('server sends what was not asked')
  }

  #end(detail: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#socket.destroy()
    for (const query of [...this.#queries.values()]) query.settle(failed('unreachable', detail))
    this.#queries.clear()
  }
}
