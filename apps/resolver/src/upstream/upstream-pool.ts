/**
 * The upstreams of one worker: chooses the servers of a group, asks until one answers, and remembers how each does.
 *
 * For one client query at most `attempts` servers are asked (twice as many with `parallel`), each for `timeoutMs` at most
 * (GONE_PATIENCE_MS when none has answered for long) and all for MAX_WAIT_MS at most, and one more that is down and due for a try, whose reply nobody waits for.
 */
import { type Clock, systemClock } from '@weir/shared/clock'
import type { UpstreamStatus } from '@weir/shared/control/messages'
import type { UpstreamGroup } from '../query/policy-parts.ts'
import type { Forwarder, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import { Bootstrap } from './bootstrap.ts'
import type { CookieCounters } from './cookie-jar.ts'
import { type OpenChannel, openDgramChannel } from './exchange/datagram-channel.ts'
import { RandomOctets } from './exchange/random-octets.ts'
import { fanOut, STRATEGIES } from './strategy/strategies.ts'
import { type AskedServer, askServer, MAX_WAIT_MS, UpstreamAsk } from './upstream-ask.ts'
import { type ServerSurroundings, UpstreamServer } from './upstream-server.ts'

/** Of one question to one server: what it leaves out three times it does not answer (RFC 9520 §3.1). */
const MAX_TRIES = 3

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

export class UpstreamPool implements Forwarder {
  readonly counters: CookieCounters = { badCookies: 0, missingCookies: 0 }
  readonly #clock: Clock
  readonly #surroundings: ServerSurroundings
  readonly #random = new RandomOctets()
  readonly #fallback: readonly UpstreamServer[]
  #servers: UpstreamServer[] = []
  #indexes = new Map<string, number>()
  /** By group, each of which lives until the configuration is another. */
  #members = new WeakMap<UpstreamGroup, readonly AskedServer[]>()
  #turn = 0
  readonly #monotonic = (): number => this.#clock.monotonic()

  constructor(options: UpstreamPoolOptions = {}) {
    this.#clock = options.clock ?? systemClock
    const { certificateAuthorities } = options
    this.#surroundings = {
      clock: this.#clock,
      random: this.#random,
      cookieCounters: this.counters,
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
    this.#members = new WeakMap()
    this.#servers = servers.map((text) => known[old.get(text) ?? -1] ?? new UpstreamServer(text, this.#surroundings))
    for (const server of known) if (!this.#servers.includes(server)) server.asker.close()
  }

  forward(request: ForwardRequest, waiter: ForwardWaiter): void {
    const { upstreams } = request
    const order = this.#order(request)
    const width = fanOut(upstreams.strategy)
    const isHopeful = order.some(isUp)
    const rounds = Math.min(upstreams.attempts, Math.floor((MAX_TRIES * Math.max(order.length, width)) / width))
    const bound = isHopeful ? rounds * width : Math.min(upstreams.attempts, order.length)
    new UpstreamAsk(request, { order, width, bound }, waiter, this.#monotonic).start()
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
  #order(request: ForwardRequest): readonly AskedServer[] {
    const group = request.upstreams
    const all = this.#membersOf(group)
    if (all.every(isUp))
      return all.length < 2 || group.strategy === 'failover' ? all : this.#arrange(all, group.strategy)
    const nowMs = this.#clock.monotonic()
    const up = all.filter(isUp)
    const due = all.filter(({ server }) => server.health.isProbeDue(nowMs)).slice(0, 1)
    for (const { server } of due) server.health.startProbe(nowMs)
    if (up.length === 0) return [...due, ...all.filter((ask) => !due.includes(ask))]
    for (const { server } of due)
      askServer(server, request, Math.min(group.timeoutMs, MAX_WAIT_MS), nowMs, this.#monotonic, () => undefined)
    return this.#arrange(up, group.strategy)
  }

  #arrange(up: readonly AskedServer[], strategy: UpstreamGroup['strategy']): readonly AskedServer[] {
    const views = up.map(({ server }, place) => ({ place, smoothedRttMs: server.health.smoothedRttMs }))
    const ordered = STRATEGIES[strategy](views, this.#turn++, this.#random.uint16() / 65_536)
    return ordered.map((view) => up[view.place]!)
  }

  #membersOf(group: UpstreamGroup): readonly AskedServer[] {
    const known = this.#members.get(group)
    if (known) return known
    const members = group.servers.map((text) => this.#ask(text))
    this.#members.set(group, members)
    return members
  }

  #ask(text: string): AskedServer {
    let index = this.#indexes.get(text)
    if (index === undefined) {
      index = this.#servers.length
      this.#indexes.set(text, index)
      this.#servers.push(new UpstreamServer(text, this.#surroundings))
    }
    return { server: this.#servers[index]!, index }
  }

  #bootstrapAskers() {
    const own = this.#servers.filter((server) => server.isBootstrap && !server.health.isDown)
    return [...own, ...this.#fallback].map((server) => server.asker)
  }
}

const isUp = ({ server }: AskedServer): boolean => !server.health.isDown
