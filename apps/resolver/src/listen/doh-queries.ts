/**
 * The way of a query over HTTPS (RFC 8484 §4): a request comes in, its body with it or in pieces, and its answer goes out. Bodies, the
 * time for each and the queries that wait are bounded.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Clock } from '@weir/shared/clock'
import type { QueryHandler } from '../query/ports.ts'
import { QueryContext, Transport } from '../query/query-context.ts'
import { freshSeconds } from '../wire/fresh-seconds.ts'
import { writeClientAddress } from './client-address.ts'
import { DNS_MESSAGE, MAX_DOH_MESSAGE_OCTETS, readDohHead, readMessage } from './doh-request.ts'
import { SlotPool } from './slot-pool.ts'

interface DohQueriesOptions {
  readonly handler: QueryHandler
  readonly clock: Clock
  /** For the body. */
  readonly requestTimeoutMs: number
  /** Unanswered ones together, each with 64 kB for its answer. */
  readonly waitingQueries: number
  /** Counted on here. */
  readonly counters: DohQueryCounters
}

/** Plain numbers that only grow. */
export interface DohQueryCounters {
  received: number
  sent: number
  /** Requests that were refused by their form. */
  refused: number
  /** All slots were taken: 503. */
  refusedBusy: number
  /** Bodies that did not end in time, or grew too long. */
  cutOff: number
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

const NO_MESSAGE = new Uint8Array(0)

class DohSlot extends QueryContext {
  response: Response | null = null

  constructor() {
    super(NO_MESSAGE, new Uint8Array(MAX_DOH_MESSAGE_OCTETS))
  }
}

/** All those of one listener. */
export class DohQueries {
  readonly #handler: QueryHandler
  readonly #clock: Clock
  readonly #requestTimeoutMs: number
  readonly #counters: DohQueryCounters
  readonly #slots: SlotPool<DohSlot>

  constructor({ handler, clock, requestTimeoutMs, waitingQueries, counters }: DohQueriesOptions) {
    this.#handler = handler
    this.#clock = clock
    this.#requestTimeoutMs = requestTimeoutMs
    this.#counters = counters
    this.#slots = new SlotPool(waitingQueries, () => new DohSlot())
  }

  /** Those that have no answer yet. */
  get waitingCount(): number {
    return this.#slots.takenCount
  }

  /** Takes a request whose head has come, and answers it in the end. */
  receive(request: Request, response: Response): void {
    // A client that is gone is no event.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const { headers, method = '', url = '' } = request
    const head = { method, url, contentType: headers['content-type'], contentLength: headers['content-length'] }
    const read = readDohHead(head)
    if (read.kind === 'message') return this.#ask(request, response, read.clientId, read.message)
    this.#timeBody(request, response)
    if (read.kind === 'body') return this.#collect(request, response, read.clientId)
    this.#refuse(response, read.status, read.reason)
    // Some clients look at the answer only once their body is gone, for which HTTP/2 has to let it in (RFC 9113 §5.2).
    request.resume()
  }

  /** Bodies that are left unread have their time too. */
  #timeBody(request: Request, response: Response): void {
    const timer = setTimeout(() => {
      this.#counters.cutOff++
      // Not `request.destroy()`, which leaves a stream of HTTP/2 open until the connection has been idle long enough.
      abandon(response)
    }, this.#requestTimeoutMs)
    request.on('close', () => clearTimeout(timer))
    request.on('end', () => clearTimeout(timer))
  }

  #collect(request: Request, response: Response, clientId: string): void {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MAX_DOH_MESSAGE_OCTETS) return chunks.push(chunk)
      if (length - chunk.length <= MAX_DOH_MESSAGE_OCTETS) {
        this.#counters.cutOff++
        this.#refuse(response, 413, 'longer than a DNS message may be')
      }
      return undefined
    })
    request.on('end', () => {
      if (length > MAX_DOH_MESSAGE_OCTETS) return
      const read = readMessage(clientId, Buffer.concat(chunks, length))
      if (read.kind === 'message') this.#ask(request, response, clientId, read.message)
      else if (read.kind === 'refused') this.#refuse(response, read.status, read.reason)
    })
  }

  #ask(request: Request, response: Response, clientId: string, message: Uint8Array): void {
    const slot = this.#slots.take()
    if (slot === null) {
      this.#counters.refusedBusy++
      return this.#refuse(response, 503, 'too many queries wait')
    }
    this.#counters.received++
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
      this.#counters.sent++
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
    this.#counters.refused++
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
