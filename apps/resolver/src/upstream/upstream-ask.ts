/** One request to a group of servers: asks one after the other, or two at a time, until one has a good answer. */
import { Rcode } from '@weir/shared/dns/rcode'
import type { QueryFault } from '../query/fault.ts'
import type { ForwardReply, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import type { ExchangeFault, ExchangeReply } from './exchange/exchange.ts'
import type { UpstreamServer } from './upstream-server.ts'

/** All tries together: stub resolvers give up after five seconds, and a SERVFAIL that comes before lets them go on. */
export const MAX_WAIT_MS = 4000
/** Patience with a server that is gone: enough for what it has in its cache, short for those who wait. */
const GONE_PATIENCE_MS = 500

/** A server, and its place in the table that `upstreamIndex` points into. */
export interface AskedServer {
  readonly server: UpstreamServer
  readonly index: number
}

export interface AskPlan {
  /** The first first; asked again from the start when the tries are more than the servers. */
  readonly order: readonly AskedServer[]
  /** Servers that are asked at the same time. */
  readonly width: number
  /** Servers that are asked at most, again ones counted. */
  readonly bound: number
}

const FAULTS: Readonly<Record<ExchangeFault, QueryFault>> = {
  timeout: 'upstream-timeout',
  unreachable: 'upstream-unreachable',
  mismatch: 'upstream-unreachable',
  'case-mismatch': 'upstream-unreachable',
  'cookie-missing': 'upstream-unreachable',
  'edns-refused': 'upstream-refused',
  overloaded: 'overloaded',
}

export class UpstreamAsk {
  readonly #request: ForwardRequest
  readonly #plan: AskPlan
  readonly #waiter: ForwardWaiter
  readonly #monotonic: () => number
  readonly #startedAtMs: number
  #askedCount = 0
  /** Servers of the present round that have not replied. */
  #waitingCount = 0
  #isOver = false
  /** The best of what was not good. */
  #last: ForwardReply

  /** @param monotonic milliseconds */
  constructor(request: ForwardRequest, plan: AskPlan, waiter: ForwardWaiter, monotonic: () => number) {
    this.#request = request
    this.#plan = plan
    this.#waiter = waiter
    this.#monotonic = monotonic
    this.#startedAtMs = monotonic()
    this.#last = { ok: false, fault: 'upstream-unreachable', upstreamIndex: plan.order[0]?.index ?? -1 }
  }

  start(): void {
    this.#nextRound(this.#startedAtMs)
  }

  #nextRound(nowMs: number): void {
    const { order, width, bound } = this.#plan
    const isEnd = order.length === 0 || this.#askedCount >= bound || nowMs - this.#startedAtMs >= MAX_WAIT_MS
    if (isEnd) return this.#end(this.#last)
    const count = Math.min(width, order.length)
    const first = this.#askedCount
    this.#askedCount += width
    this.#waitingCount = count
    for (let i = 0; i < count; i++) this.#ask(order[(first + i) % order.length]!, nowMs)
  }

  #ask({ server, index }: AskedServer, nowMs: number): void {
    const patienceMs = Math.min(this.#request.upstreams.timeoutMs, this.#startedAtMs + MAX_WAIT_MS - nowMs)
    askServer(server, this.#request, patienceMs, nowMs, this.#monotonic, (reply, repliedAtMs) =>
      this.#take(reply, index, repliedAtMs),
    )
  }

  #take(exchanged: ExchangeReply, index: number, nowMs: number): void {
    this.#waitingCount--
    if (this.#isOver) return
    const reply = toForwardReply(exchanged, index)
    if (isGood(reply)) return this.#end(reply)
    if (reply.ok || !this.#last.ok) this.#last = kept(reply)
    if (this.#waitingCount > 0) return
    // A single server that refuses will refuse again; only silence is worth another try.
    const isFinal = this.#plan.order.length === 1 && (reply.ok || reply.fault !== 'upstream-timeout')
    if (isFinal) this.#end(this.#last)
    else this.#nextRound(nowMs)
  }

  #end(reply: ForwardReply): void {
    this.#isOver = true
    this.#waiter.land(reply, true)
  }
}

/** Asks one server, and notes how it did. @param nowMs monotonic */
export function askServer(
  server: UpstreamServer,
  request: ForwardRequest,
  patienceMs: number,
  nowMs: number,
  monotonic: () => number,
  settle: (reply: ExchangeReply, repliedAtMs: number) => void,
): void {
  const { health, asker } = server
  asker.ask(request, health.isGone(nowMs) ? Math.min(patienceMs, GONE_PATIENCE_MS) : patienceMs, (reply) => {
    const repliedAtMs = monotonic()
    if (reply.ok) health.succeed(repliedAtMs - nowMs, repliedAtMs)
    else if (reply.fault !== 'overloaded') health.fail(reply.detail, repliedAtMs, repliedAtMs - nowMs)
    settle(reply, repliedAtMs)
  })
}

function toForwardReply(reply: ExchangeReply, upstreamIndex: number): ForwardReply {
  if (!reply.ok) return { ok: false, fault: FAULTS[reply.fault], upstreamIndex }
  const { response } = reply
  return { ok: true, message: response.message, length: response.length, facts: response, upstreamIndex }
}

/** With octets of its own: those of a reply are another's once its receiver has returned. */
const kept = (reply: ForwardReply): ForwardReply =>
  reply.ok ? { ...reply, message: reply.message.slice(0, reply.length) } : reply

/** Says something of the name. Other servers may know better than one that fails, refuses or only refers. */
function isGood(reply: ForwardReply): boolean {
  if (!reply.ok || reply.facts.isTruncated || reply.facts.kind === 'referral') return false
  return reply.facts.rcode === Rcode.NOERROR || reply.facts.rcode === Rcode.NXDOMAIN
}
