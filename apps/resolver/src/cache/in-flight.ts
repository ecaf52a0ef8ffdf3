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
import { Flight, FlightTable } from './flight-table.ts'

/** Questions that may wait for upstreams in one worker; each holds a slot, a socket's ID and a timer. */
export const MAX_QUESTIONS = 4096
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
const SAYS_SOMETHING_OF_UPSTREAMS: ReadonlySet<QueryFault> = new Set([
  'upstream-timeout',
  'upstream-unreachable',
  'upstream-refused',
])

const TURNED_AWAY: ForwardReply = { ok: false, fault: 'overloaded', upstreamIndex: -1 }

/** A Forwarder in front of another that joins equal requests. */
export class InFlightForwarder implements Forwarder {
  readonly counters: InFlightCounters = { started: 0, joined: 0, overloaded: 0, remembered: 0 }
  readonly #forwarder: Forwarder
  readonly #flights = new FlightTable()
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
    const hash = this.#flights.hashOf(request)
    const underWay = this.#flights.find(request, hash)
    if (underWay !== null) return this.#join(underWay, waiter)
    const fault = this.#failures.isEmpty ? undefined : this.#failures.find(failureKey(request), this.#clock.monotonic())
    if (fault !== undefined) {
      this.counters.remembered++
      return waiter.land({ ok: false, fault, upstreamIndex: -1 }, true)
    }
    if (this.#flights.size >= this.#maxQuestions) return this.#turnAway(waiter)
    this.counters.started++
    const flight = new Flight(request, hash, waiter, this.#landed)
    this.#flights.add(flight)
    this.#forwarder.forward(request, flight)
  }

  /** Answers all that wait, and whatever comes, with a failure at once: a worker that ends owes them an answer. */
  giveUp(): void {
    this.#hasGivenUp = true
    for (const flight of this.#flights.all()) flight.tell(TURNED_AWAY)
  }

  /** The upstreams are others now: what these did not know, they may. */
  forgetFailures(): void {
    this.#failures.clear()
  }

  readonly #landed = (flight: Flight, reply: ForwardReply): void => {
    this.#flights.remove(flight)
    const fault = faultOf(reply)
    if (fault !== null || !this.#failures.isEmpty) this.#noteFailure(flight.request, fault)
    flight.tell(reply)
  }

  #noteFailure(request: ForwardRequest, fault: QueryFault | null): void {
    const key = failureKey(request)
    if (fault === null) this.#failures.forget(key)
    else if (SAYS_SOMETHING_OF_UPSTREAMS.has(fault)) this.#failures.remember(key, fault, this.#clock.monotonic())
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

/** Null: an answer. What failed is mostly in the response cache; not where an old answer lies there, nor where there is none. */
function faultOf(reply: ForwardReply): QueryFault | null {
  if (!reply.ok) return reply.fault
  return reply.facts.kind === 'failure' || reply.facts.isTruncated ? 'upstream-refused' : null
}

/** For what is remembered of failures, which are few. */
function failureKey(request: ForwardRequest): string {
  const { name, qtype, qclass, dnssecOk, checkingDisabled, upstreams } = request
  const octets = Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1')
  return `${octets}${qtype}/${qclass}/${upstreams.id}/${dnssecOk ? 1 : 0}${checkingDisabled ? 1 : 0}`
}
