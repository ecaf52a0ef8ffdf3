/**
 * The upstreams of one worker: chooses the servers of a group, asks until one answers, and remembers how each does.
 *
 * For one client query at most `attempts` servers are asked (twice as many with `parallel`), each for `timeoutMs` at most
 * (DOWN_PATIENCE_MS when all are down) and all for MAX_WAIT_MS at most, and one more that is down and due for a try, whose reply nobody waits for.
 */
import { type Clock, systemClock } from '@weir/shared/clock'
import type { UpstreamStatus } from '@weir/shared/control/messages'
import { Rcode } from '@weir/shared/dns/rcode'
import type { QueryFault } from '../query/fault.ts'
import type { Forwarder, ForwardReply, ForwardRequest } from '../query/ports.ts'
import { Bootstrap } from './bootstrap.ts'
import { type OpenChannel, openDgramChannel } from './exchange/datagram-channel.ts'
import type { ExchangeFault, ExchangeReply } from './exchange/exchange.ts'
import { RandomOctets } from './exchange/random-octets.ts'
import { fanOut, STRATEGIES } from './strategy/strategies.ts'
import { type ServerSurroundings, UpstreamServer } from './upstream-server.ts'

export interface UpstreamPoolOptions {
  readonly clock?: Clock
  /** Ports that no outgoing socket may take, as those that Weir listens on. */
  readonly avoidPorts?: ReadonlySet<number>
  /** How UDP sockets are opened; `dgram` unless said. */
  readonly openChannel?: OpenChannel
  /** Servers that resolve upstreams' names when no upstream is given by address: the system's, without Weir. */
  readonly bootstrapServers?: readonly string[]
  /** In place of the system's certificate authorities, PEM. */
  readonly certificateAuthorities?: readonly string[]
}

/** All tries together: stub resolvers give up after five seconds, and a SERVFAIL that comes before lets them go on. */
const MAX_WAIT_MS = 4000
/** Patience with a server that is down: enough for what it has in its cache, short for those who wait. */
const DOWN_PATIENCE_MS = 500

interface Ask {
  readonly server: UpstreamServer
  readonly index: number
}

const FAULTS: Readonly<Record<ExchangeFault, QueryFault>> = {
  timeout: 'upstream-timeout',
  unreachable: 'upstream-unreachable',
  mismatch: 'upstream-unreachable',
  'case-mismatch': 'upstream-unreachable',
  'edns-refused': 'upstream-refused',
  overloaded: 'overloaded',
}

export class UpstreamPool implements Forwarder {
  readonly #clock: Clock
  readonly #surroundings: ServerSurroundings
  readonly #random = new RandomOctets()
  readonly #fallback: readonly UpstreamServer[]
  #servers: UpstreamServer[] = []
  #indexes = new Map<string, number>()
  #turn = 0

  constructor(options: UpstreamPoolOptions = {}) {
    this.#clock = options.clock ?? systemClock
    const { certificateAuthorities } = options
    this.#surroundings = {
      clock: this.#clock,
      random: this.#random,
      bootstrap: new Bootstrap(() => this.#bootstrapAskers(), this.#clock),
      avoidPorts: options.avoidPorts ?? new Set(),
      openChannel: options.openChannel ?? openDgramChannel,
      ...(certificateAuthorities && { certificateAuthorities }),
    }
    this.#fallback = (options.bootstrapServers ?? []).map((text) => new UpstreamServer(text, this.#surroundings))
  }

  /**
   * Makes `servers` the table that `upstreamIndex` points into, the same in every worker. Those that stay keep what is
   * known of them; the others are closed, and what waits for them fails over.
   */
  configure(servers: readonly string[]): void {
    const old = new Map(this.#indexes)
    const known = this.#servers
    this.#indexes = new Map(servers.map((text, index) => [text, index]))
    this.#servers = servers.map((text) => known[old.get(text) ?? -1] ?? new UpstreamServer(text, this.#surroundings))
    for (const server of known) if (!this.#servers.includes(server)) server.asker.close()
  }

  async forward(request: ForwardRequest): Promise<ForwardReply> {
    const { upstreams } = request
    const startedAtMs = this.#clock.monotonic()
    const order = this.#order(request)
    const width = fanOut(upstreams.strategy)
    const isHopeful = order.some(({ server }) => !server.health.isDown)
    const bound = isHopeful ? upstreams.attempts * width : Math.min(upstreams.attempts, order.length)
    let last: ForwardReply = { ok: false, fault: 'upstream-unreachable', upstreamIndex: order[0]?.index ?? -1 }
    for (let asked = 0; asked < bound && order.length > 0; asked += width) {
      if (this.#clock.monotonic() - startedAtMs >= MAX_WAIT_MS) break
      const batch = Array.from({ length: Math.min(width, order.length) }, (_, i) => order[(asked + i) % order.length]!)
      const reply = await this.#firstGood(batch, request, startedAtMs)
      if (isGood(reply)) return reply
      if (reply.ok || !last.ok) last = reply
      // A single server that refuses will refuse again; only silence is worth another try.
      if (order.length === 1 && (reply.ok || reply.fault !== 'upstream-timeout')) break
    }
    return last
  }

  /** One for each server of the table, in its order. */
  status(): UpstreamStatus[] {
    return this.#servers.map((server) => server.health.status(server.text))
  }

  close(): void {
    for (const server of [...this.#servers, ...this.#fallback]) server.asker.close()
  }

  /**
   * Who is asked, the first first. When all are down, all of them once, those due for a try first: a server that is
   * silent on some names, as on those of a dead zone, still has the answers to others.
   */
  #order(request: ForwardRequest): Ask[] {
    const group = request.upstreams
    const nowMs = this.#clock.monotonic()
    const all = group.servers.map((text) => this.#ask(text))
    const up = all.filter(({ server }) => !server.health.isDown)
    const due = all.filter(({ server }) => server.health.isProbeDue(nowMs)).slice(0, 1)
    for (const { server } of due) server.health.startProbe(nowMs)
    if (up.length === 0) return [...due, ...all.filter((ask) => !due.includes(ask))]
    for (const ask of due) void this.#askOne(ask, request, nowMs)
    const views = up.map(({ server }, place) => ({ place, smoothedRttMs: server.health.smoothedRttMs }))
    const ordered = STRATEGIES[group.strategy](views, this.#turn++, this.#random.uint16() / 65_536)
    return ordered.map((view) => up[view.place]!)
  }

  #ask(text: string): Ask {
    let index = this.#indexes.get(text)
    if (index === undefined) {
      index = this.#servers.length
      this.#indexes.set(text, index)
      this.#servers.push(new UpstreamServer(text, this.#surroundings))
    }
    return { server: this.#servers[index]!, index }
  }

  /** Asks all of `batch` at once. @returns the first good reply, else the last one */
  #firstGood(batch: readonly Ask[], request: ForwardRequest, startedAtMs: number): Promise<ForwardReply> {
    return new Promise((resolve) => {
      let waiting = batch.length
      for (const ask of batch)
        void this.#askOne(ask, request, startedAtMs).then((reply) => {
          waiting--
          if (waiting === 0 || isGood(reply)) resolve(reply)
        })
    })
  }

  async #askOne({ server, index }: Ask, request: ForwardRequest, startedAtMs: number): Promise<ForwardReply> {
    const askedAtMs = this.#clock.monotonic()
    const { timeoutMs } = request.upstreams
    const patienceMs = Math.min(timeoutMs, startedAtMs + MAX_WAIT_MS - askedAtMs)
    const reply = await server.asker.ask(
      request,
      server.health.isDown ? Math.min(patienceMs, DOWN_PATIENCE_MS) : patienceMs,
    )
    const nowMs = this.#clock.monotonic()
    if (reply.ok) server.health.succeed(nowMs - askedAtMs)
    else if (reply.fault !== 'overloaded') server.health.fail(reply.detail, nowMs, nowMs - askedAtMs)
    return toForwardReply(reply, index, nowMs - startedAtMs)
  }

  #bootstrapAskers() {
    const own = this.#servers.filter((server) => server.isBootstrap && !server.health.isDown)
    return [...own, ...this.#fallback].map((server) => server.asker)
  }
}

function toForwardReply(reply: ExchangeReply, upstreamIndex: number, elapsedMs: number): ForwardReply {
  if (!reply.ok) return { ok: false, fault: FAULTS[reply.fault], upstreamIndex }
  const { response } = reply
  return { ok: true, message: response.message, facts: response, upstreamIndex, elapsedMs }
}

/** Says something of the name. Other servers may know better than one that fails, refuses or only refers. */
function isGood(reply: ForwardReply): boolean {
  if (!reply.ok || reply.facts.isTruncated || reply.facts.kind === 'referral') return false
  return reply.facts.rcode === Rcode.NOERROR || reply.facts.rcode === Rcode.NXDOMAIN
}
