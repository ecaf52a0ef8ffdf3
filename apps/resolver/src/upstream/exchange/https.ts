/**
 * DNS over HTTPS (RFC 8484): POST over one HTTP/2 session.
 *
 * The ID is 0 as the RFC asks (§4.1), which TLS makes safe; the reply's question is checked all the same.
 */
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { getBuiltinModule } from 'node:process'
import { Deadlines } from './deadlines.ts'
import { errorText } from './error-text.ts'
import {
  type Exchange,
  type ExchangeCounters,
  type ExchangeOptions,
  type ExchangeReply,
  failed,
  type Settle,
  type UpstreamQuestion,
} from './exchange.ts'
import { PendingQuery } from './pending-query.ts'
import { MAX_PADDED_QUERY_OCTETS, writeQuery } from './query-message.ts'
import { RandomOctets } from './random-octets.ts'
import { TlsConnector, type TlsTarget } from './tls.ts'

/** Loaded by the first exchange: it costs each worker 2 MB and some of its start, and most have no such upstream. */
const http2 = (): typeof import('node:http2') => getBuiltinModule('node:http2')

const MEDIA_TYPE = 'application/dns-message'
const MAX_MESSAGE_OCTETS = 65_535
const IDLE_MS = 30_000
const CONNECT_MARGIN_MS = 50
/** Queries under way; servers mostly allow 100 streams, more wait in node's own queue. */
const MAX_UNDER_WAY = 512

export interface HttpsTarget extends TlsTarget {
  /** Path and query of the URL. */
  readonly path: string
}

export class HttpsExchange implements Exchange {
  readonly counters: ExchangeCounters = { wrongReplies: 0, opened: 0 }
  readonly #target: HttpsTarget
  readonly #connector: TlsConnector
  readonly #random = new RandomOctets()
  readonly #deadlines = new Deadlines()
  readonly #closing = new AbortController()
  #session: Promise<ClientHttp2Session> | undefined
  #underWayCount = 0

  constructor(target: HttpsTarget) {
    this.#target = target
    this.#connector = new TlsConnector(target, 'h2')
  }

  exchange(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void {
    void this.#exchange(question, options).then(settle)
  }

  async #exchange(question: UpstreamQuestion, options: ExchangeOptions): Promise<ExchangeReply> {
    if (this.#underWayCount >= MAX_UNDER_WAY) return failed('overloaded', 'too many queries for this server')
    if (this.#closing.signal.aborted) return failed('unreachable', 'closed')
    this.#underWayCount++
    try {
      const isReused = this.#session !== undefined
      const startedAtMs = performance.now()
      const reply = await this.#post(question, options)
      if (reply.ok || reply.fault !== 'unreachable' || !isReused) return reply
      const timeoutMs = options.timeoutMs - (performance.now() - startedAtMs)
      return timeoutMs < 1 || this.#closing.signal.aborted
        ? reply
        : await this.#post(question, { ...options, timeoutMs })
    } finally {
      this.#underWayCount--
    }
  }

  close(): void {
    this.#closing.abort()
    this.#session?.then(
      (session) => session.destroy(),
      () => undefined,
    )
    this.#session = undefined
  }

  #post(question: UpstreamQuestion, options: ExchangeOptions): Promise<ExchangeReply> {
    const { withEdns, timeoutMs } = options
    const caseBits = options.mixCase ? this.#random.uint32() : 0
    const room = Buffer.alloc(MAX_PADDED_QUERY_OCTETS)
    const message = room.subarray(0, writeQuery(question, { id: 0, caseBits, withEdns, isPadded: true }, room))
    return new Promise((resolve) => {
      let stream: ClientHttp2Stream | undefined
      const owner = {
        deadlines: this.#deadlines,
        onSettled: () => stream?.close(http2().constants.NGHTTP2_CANCEL),
      }
      let isSilent = (): boolean => false
      const settle: Settle = (reply) => {
        if (!reply.ok && reply.fault === 'timeout' && isSilent()) this.#leave(opening)
        resolve(reply)
      }
      const sent = { question, caseBits, mustKeepCase: false, cookie: null, timeoutMs, settle }
      const query = new PendingQuery(0, sent, owner)
      const opening = this.#openSession(options.timeoutMs)
      opening.then(
        (session) => {
          if (query.isSettled) return
          const { socket } = session
          const heardBefore = socket.bytesRead
          isSilent = () => socket.bytesRead === heardBefore
          stream = session.request(this.#headers(message.length))
          this.#readReply(stream, query)
          stream.end(message)
        },
        (error: unknown) => query.settle(failed('unreachable', errorText(error))),
      )
    })
  }

  #headers(length: number): Record<string, string | number> {
    const { host, port, path } = this.#target
    const authority = `${host.includes(':') ? `[${host}]` : host}${port === 443 ? '' : `:${port}`}`
    return {
      ':method': 'POST',
      ':scheme': 'https',
      ':authority': authority,
      ':path': path,
      'content-type': MEDIA_TYPE,
      accept: MEDIA_TYPE,
      'content-length': length,
    }
  }

  #readReply(stream: ClientHttp2Stream, query: PendingQuery): void {
    const chunks: Buffer[] = []
    let octets = 0
    let fault = ''
    const settle = (detail: string) => query.settle(failed('unreachable', detail))
    stream.on('response', (headers) => {
      if (headers[':status'] !== 200) fault = `HTTP status ${headers[':status']}`
      else if (headers['content-type'] !== MEDIA_TYPE) fault = 'reply is not application/dns-message'
      if (fault !== '') settle(fault)
    })
    stream.on('data', (chunk: Buffer) => {
      octets += chunk.length
      if (octets > MAX_MESSAGE_OCTETS) settle('reply is longer than a message')
      else chunks.push(chunk)
    })
    stream.on('error', (error) => settle(errorText(error)))
    stream.on('close', () => settle('stream closed'))
    stream.on('end', () => {
      const message = Buffer.concat(chunks)
      if (fault !== '' || query.isSettled || (message.length >= 12 && query.offer(message, message.length))) return
      this.counters.wrongReplies++
      settle('reply does not answer the question')
    })
  }

  #openSession(timeoutMs: number): Promise<ClientHttp2Session> {
    this.#session ??= this.#connect(timeoutMs)
    return this.#session
  }

  /** For one on which nothing came while a query waited in vain: see stream-connection.ts. Other queries may go on waiting there. */
  #leave(opening: Promise<ClientHttp2Session>): void {
    if (this.#session === opening) this.#session = undefined
    void opening.then((session) => session.close())
  }

  #connect(timeoutMs: number): Promise<ClientHttp2Session> {
    // Longer than the query waits, whose own limit is the one that speaks of a time-out.
    const patience = AbortSignal.timeout(Math.ceil(timeoutMs) + CONNECT_MARGIN_MS)
    const signal = AbortSignal.any([this.#closing.signal, patience])
    const opening = this.#connector.connect(signal).then((socket) => {
      if (socket.alpnProtocol !== 'h2') {
        socket.destroy()
        throw new Error('server does not speak HTTP/2')
      }
      const session = http2().connect(`https://${this.#target.host.includes(':') ? '[::1]' : this.#target.host}`, {
        createConnection: () => socket,
        settings: { enablePush: false },
      })
      this.counters.opened++
      session.setTimeout(IDLE_MS, () => session.close())
      session.on('error', () => forget())
      session.on('close', () => forget())
      session.on('goaway', () => forget())
      return session
    })
    const forget = () => {
      if (this.#session === opening) this.#session = undefined
    }
    opening.catch(forget)
    return opening
  }
}
