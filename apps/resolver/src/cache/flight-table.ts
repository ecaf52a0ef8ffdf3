/**
 * Questions under way, found by what the cache would keep their answers under. A hash table of lists: a string as key
 * would cost each miss more than all the rest of the look-up, and a Map shrinks and grows with every ebb of traffic.
 *
 * The hash is keyed: names are chosen by strangers, who must not be able to put them all into one list.
 */
import { getRandomValues } from 'node:crypto'
import type { ForwardReply, ForwardRequest, ForwardWaiter } from '../query/ports.ts'
import { KeyWords } from './key-words.ts'
import { KeyedHash } from './keyed-hash.ts'

/** Queries that may wait for one question; beyond it a flood of one name would fill memory. */
export const MAX_WAITERS = 1024
/** A power of two. Few enough to stay in the processor's first caches; with as many questions as there may be, lists of eight. */
const LISTS = 512

/** A question on its way to the upstreams, and the queries that wait for it; nobody can board once the reply is there. */
export class Flight implements ForwardWaiter {
  readonly request: ForwardRequest
  readonly hash: number
  /** In its list; the table's. */
  next: Flight | null = null
  readonly #landed: (flight: Flight, reply: ForwardReply) => void
  #first: ForwardWaiter | null
  /** Made when a second one comes, which is seldom. */
  #others: ForwardWaiter[] | null = null

  constructor(
    request: ForwardRequest,
    hash: number,
    first: ForwardWaiter,
    landed: (flight: Flight, reply: ForwardReply) => void,
  ) {
    this.request = request
    this.hash = hash
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

export class FlightTable {
  readonly #lists: (Flight | null)[] = new Array<Flight | null>(LISTS).fill(null)
  readonly #words = new KeyWords()
  readonly #hash: KeyedHash
  #size = 0

  constructor() {
    const [key0, key1] = getRandomValues(new Uint32Array(2))
    this.#hash = new KeyedHash(key0!, key1!)
  }

  get size(): number {
    return this.#size
  }

  hashOf(request: ForwardRequest): number {
    const words = this.#words
    words.readRequest(request)
    this.#hash.run(words.name, words.nameWords, words.types, words.group ^ words.rest)
    return this.#hash.low
  }

  find(request: ForwardRequest, hash: number): Flight | null {
    let flight: Flight | null = this.#lists[hash & (LISTS - 1)]!
    while (flight !== null && (flight.hash !== hash || !isSame(flight.request, request))) flight = flight.next
    return flight
  }

  add(flight: Flight): void {
    const list = flight.hash & (LISTS - 1)
    flight.next = this.#lists[list]!
    this.#lists[list] = flight
    this.#size++
  }

  remove(flight: Flight): void {
    const list = flight.hash & (LISTS - 1)
    let before: Flight | null = null
    let each: Flight | null = this.#lists[list]!
    while (each !== null && each !== flight) {
      before = each
      each = each.next
    }
    if (each === null) return
    if (before === null) this.#lists[list] = flight.next
    else before.next = flight.next
    this.#size--
  }

  all(): Flight[] {
    const flights: Flight[] = []
    for (const first of this.#lists) {
      let flight: Flight | null = first
      for (; flight !== null; flight = flight.next) flights.push(flight)
    }
    return flights
  }
}

function isSame(one: ForwardRequest, other: ForwardRequest): boolean {
  if (one.qtype !== other.qtype || one.qclass !== other.qclass || one.upstreams.id !== other.upstreams.id) return false
  if (one.dnssecOk !== other.dnssecOk || one.checkingDisabled !== other.checkingDisabled) return false
  const { name } = one
  if (name.length !== other.name.length) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== other.name[i]) return false
  return true
}
