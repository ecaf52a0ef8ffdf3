/**
 * One upstream query for equal questions at a time.
 *
 * Many equal queries in flight would give a forger as many chances per reply (the birthday attack, "RebirthDay": Unbound CVE-2025-5994,
 * Technitium CVE-2024-56089), and load upstreams for nothing. The key is the cache's: what could be answered by the same
 * entry is asked once.
 */
import { type Clock, systemClock } from '@weir/shared/clock'
import type { QueryFault } from '../query/fault.ts'
import type { Forwarder, ForwardReply, ForwardRequest } from '../query/ports.ts'
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

class Flight {
  readonly #landing = Promise.withResolvers<ForwardReply>()
  waiterCount = 0

  get reply(): Promise<ForwardReply> {
    return this.#landing.promise
  }

  /** The first reply counts. */
  land(reply: ForwardReply | Promise<ForwardReply>): void {
    this.#landing.resolve(reply)
  }
}

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

  forward(request: ForwardRequest): Promise<ForwardReply> {
    const key = flightKey(request)
    const underWay = this.#flights.get(key)
    if (underWay) return this.#join(underWay)
    const fault = this.#failures.find(key, this.#clock.monotonic())
    if (fault !== undefined) {
      this.counters.remembered++
      return Promise.resolve({ ok: false, fault, upstreamIndex: -1 })
    }
    if (this.#hasGivenUp || this.#flights.size >= this.#maxQuestions) return this.#turnAway()
    this.counters.started++
    const flight = new Flight()
    this.#flights.set(key, flight)
    this.#fly(key, request).then(
      (reply) => flight.land(reply),
      (error: unknown) => flight.land(Promise.reject(error)),
    )
    return board(flight)
  }

  /** Answers all that wait, and whatever comes, with a failure at once: a worker that ends owes them an answer. */
  giveUp(): void {
    this.#hasGivenUp = true
    for (const flight of this.#flights.values()) flight.land(TURNED_AWAY)
  }

  async #fly(key: string, request: ForwardRequest): Promise<ForwardReply> {
    try {
      const reply = await this.#forwarder.forward(request)
      if (reply.ok) this.#failures.forget(key)
      else if (SAYS_SOMETHING_OF_UPSTREAMS.has(reply.fault))
        this.#failures.remember(key, reply.fault, this.#clock.monotonic())
      return reply
    } finally {
      this.#flights.delete(key)
    }
  }

  /** The upstreams are others now: what these did not know, they may. */
  forgetFailures(): void {
    this.#failures.clear()
  }

  #join(flight: Flight): Promise<ForwardReply> {
    if (flight.waiterCount >= MAX_WAITERS) return this.#turnAway()
    this.counters.joined++
    return board(flight)
  }

  #turnAway(): Promise<ForwardReply> {
    this.counters.overloaded++
    return Promise.resolve(TURNED_AWAY)
  }
}

/** Each of several waiters gets octets of its own, since each may change them; nobody can board once the reply is there. */
function board(flight: Flight): Promise<ForwardReply> {
  flight.waiterCount++
  return flight.reply.then((reply) =>
    reply.ok && flight.waiterCount > 1 ? { ...reply, message: reply.message.slice() } : reply,
  )
}

function flightKey(request: ForwardRequest): string {
  const { name, qtype, qclass, dnssecOk, checkingDisabled, upstreams } = request
  const octets = Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1')
  return `${octets}${qtype}/${qclass}/${upstreams.id}/${dnssecOk ? 1 : 0}${checkingDisabled ? 1 : 0}`
}
