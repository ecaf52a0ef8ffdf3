/** Queries over connections that are opened when needed, shared while they live, and opened again once when one has gone stale. */
import type { Socket } from 'node:net'
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
import { RandomOctets } from './random-octets.ts'
import { StreamConnection } from './stream-connection.ts'

/** Connections to one server at a time. */
const MAX_CONNECTIONS = 4
/** Queries that wait for a connection to open. */
const MAX_WAITING = 1024

/** Opens a connection, verified where it is TLS. @param signal aborts the attempt */
export type Connect = (signal: AbortSignal) => Promise<Socket>

export class StreamExchange implements Exchange {
  readonly counters: ExchangeCounters = { wrongReplies: 0, opened: 0 }
  readonly #connect: Connect
  readonly #random: RandomOctets
  readonly #deadlines = new Deadlines()
  readonly #closing = new AbortController()
  #connections: StreamConnection[] = []
  #opening: Promise<StreamConnection> | undefined
  #waitingCount = 0

  constructor(connect: Connect, random = new RandomOctets()) {
    this.#connect = connect
    this.#random = random
  }

  exchange(question: UpstreamQuestion, options: ExchangeOptions, settle: Settle): void {
    void this.#exchange(question, options).then(settle)
  }

  async #exchange(question: UpstreamQuestion, options: ExchangeOptions): Promise<ExchangeReply> {
    const startedAtMs = performance.now()
    const open = this.#findOpen()
    const wasUsed = open?.hasAnswered ?? false
    const reply = await this.#exchangeOn(open, question, options)
    if (reply.ok || reply.fault !== 'unreachable' || !wasUsed || this.#closing.signal.aborted) return reply
    const timeoutMs = options.timeoutMs - (performance.now() - startedAtMs)
    if (timeoutMs < 1) return reply
    return this.#exchangeOn(this.#findOpen(), question, { ...options, timeoutMs })
  }

  close(): void {
    this.#closing.abort()
    for (const connection of this.#connections) connection.close()
    this.#connections = []
  }

  #findOpen(): StreamConnection | undefined {
    this.#connections = this.#connections.filter((connection) => connection.isOpen)
    return this.#connections.find((connection) => connection.takesMore)
  }

  #exchangeOn(
    open: StreamConnection | undefined,
    question: UpstreamQuestion,
    options: ExchangeOptions,
  ): Promise<ExchangeReply> {
    if (open) return new Promise((resolve) => open.send(question, options, resolve))
    if (this.#connections.length >= MAX_CONNECTIONS || this.#waitingCount >= MAX_WAITING)
      return Promise.resolve(failed('overloaded', 'too many queries for this server'))
    return this.#exchangeOnNew(question, options)
  }

  /** Waits for the connection no longer than the query may take; the rest of that time is the reply's. */
  #exchangeOnNew(question: UpstreamQuestion, options: ExchangeOptions): Promise<ExchangeReply> {
    const startedAtMs = performance.now()
    this.#opening ??= this.#openConnection(options.timeoutMs).finally(() => {
      this.#opening = undefined
    })
    this.#waitingCount++
    return new Promise<ExchangeReply>((resolve) => {
      const timer = setTimeout(() => resolve(failed('timeout', 'no connection in time')), options.timeoutMs)
      this.#opening?.then(
        (connection) => {
          clearTimeout(timer)
          const timeoutMs = Math.max(1, options.timeoutMs - (performance.now() - startedAtMs))
          connection.send(question, { ...options, timeoutMs }, resolve)
        },
        (error: unknown) => {
          clearTimeout(timer)
          resolve(failed('unreachable', errorText(error)))
        },
      )
    }).finally(() => this.#waitingCount--)
  }

  async #openConnection(timeoutMs: number): Promise<StreamConnection> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))])
    const connection = new StreamConnection(await this.#connect(signal), this.#random, this.counters, this.#deadlines)
    this.counters.opened++
    this.#connections.push(connection)
    return connection
  }
}
