/**
 * One upstream query for equal questions at a time.
 *
 * Many equal queries in flight would give a forger as many chances per reply (the birthday attack, "RebirthDay": Unbound CVE-2025-5994,
 * Technitium CVE-2024-56089), and load upstreams for nothing. The key is the cache's: what could be answered by the same
 * entry is asked once.
 */
import { type Clock, systemClock } from '@weir/shared/clock'
import type { QueryFault } from '../query/fault.ts'
import type { Forwarder, ForwardReply, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import { FailureMemory } from './failure-memory.ts'

/** Questions that may wait for upstreams in one worker; each holds a slot, a socket's ID and a timer. */
export const MAX_QUESTIONS = 4096
/** Queries that may wait for one question; beyond it a flood of one name would fill memory. */
export const MAX_WAITERS = 1024

export interface InFlightCounters {
  /** Questions handed to upstreams. */
  started: number
  /** Queries that shared another's. */
  joined: number
  /** Queries turned away: too many questions, or too many waiting for one. */
  overloaded: number
  /** Queries answered with a failure of a moment ago. */
  remembered: number
}

/** Others, as being overloaded here, say nothing of what the upstreams will do next. */
const SAYS_SOMETHING_OF_UPSTREAMS: ReadonlySet<QueryFault> = new Set(['upstream-timeout', 'upstream-unreachable'])

const TURNED_AWAY: ForwardReply = { ok: false, fault: 'overloaded', upstreamIndex: -1 }

/** A Forwarder in front of another that joins equal requests. */
export class InFlightForwarder implements Forwarder {
  readonly counters: InFlightCounters = { started: 0, joined: 0, overloaded: 0, remembered: 0 }
  readonly #forwarder: Forwarder
  readonly #flights = new Map<string, Flight>()
  readonly #failures = new FailureMemory()
  readonly #clock: Clock
  readonly #maxQuestions: number
  #hasGivenUp = false

  constructor(forwarder: Forwarder, clock: Clock = systemClock, maxQuestions = MAX_QUESTIONS) {
    this.#forwarder = forwarder
    this.#clock = clock
    this.#maxQuestions = maxQuestions
  }

  /** Questions under way now. */
  get questionCount(): number {
    return this.#flights.size
  }

  forward(request: ForwardRequest, waiter: ForwardWaiter): void {
    if (this.#hasGivenUp) return this.#turnAway(waiter)
    const key = flightKey(request)
    const underWay = this.#flights.get(key)
    if (underWay) return this.#join(underWay, waiter)
    const fault = this.#failures.find(key, this.#clock.monotonic())
    if (fault !== undefined) {
      this.counters.remembered++
      return waiter.land({ ok: false, fault, upstreamIndex: -1 }, true)
    }
    if (this.#flights.size >= this.#maxQuestions) return this.#turnAway(waiter)
    this.counters.started++
    const flight = new Flight(key, waiter, this.#landed)
    this.#flights.set(key, flight)
    this.#forwarder.forward(request, flight)
  }

  /** Answers all that wait, and whatever comes, with a failure at once: a worker that ends owes them an answer. */
  giveUp(): void {
    this.#hasGivenUp = true
    for (const flight of this.#flights.values()) flight.tell(TURNED_AWAY)
  }

  /** The upstreams are others now: what these did not know, they may. */
  forgetFailures(): void {
    this.#failures.clear()
  }

  readonly #landed = (flight: Flight, reply: ForwardReply): void => {
    this.#flights.delete(flight.key)
    if (reply.ok) this.#failures.forget(flight.key)
    else if (SAYS_SOMETHING_OF_UPSTREAMS.has(reply.fault))
      this.#failures.remember(flight.key, reply.fault, this.#clock.monotonic())
    flight.tell(reply)
  }

  #join(flight: Flight, waiter: ForwardWaiter): void {
    if (!flight.board(waiter)) return this.#turnAway(waiter)
    this.counters.joined++
  }

  #turnAway(waiter: ForwardWaiter): void {
    this.counters.overloaded++
    waiter.land(TURNED_AWAY, true)
  }
}

/** A question on its way to the upstreams, and the queries that wait for it; nobody can board once the reply is there. */
class Flight implements ForwardWaiter {
  readonly key: string
  readonly #landed: (flight: Flight, reply: ForwardReply) => void
  #first: ForwardWaiter | null
  /** Made when a second one comes, which is seldom. */
  #others: ForwardWaiter[] | null = null

  constructor(key: string, first: ForwardWaiter, landed: (flight: Flight, reply: ForwardReply) => void) {
    this.key = key
    this.#first = first
    this.#landed = landed
  }

  /** @returns false when too many wait */
  board(waiter: ForwardWaiter): boolean {
    this.#others ??= []
    if (this.#others.length + 1 >= MAX_WAITERS) return false
    this.#others.push(waiter)
    return true
  }

  land(reply: ForwardReply): void {
    this.#landed(this, reply)
  }

  /** The first reply counts. */
  tell(reply: ForwardReply): void {
    const first = this.#first
    const others = this.#others
    this.#first = null
    this.#others = null
    first?.land(reply, true)
    if (others !== null) for (const waiter of others) waiter.land(reply, false)
  }
}

function flightKey(request: ForwardRequest): string {
  const { name, qtype, qclass, dnssecOk, checkingDisabled, upstreams } = request
  const octets = Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1')
  return `${octets}${qtype}/${qclass}/${upstreams.id}/${dnssecOk ? 1 : 0}${checkingDisabled ? 1 : 0}`
}
