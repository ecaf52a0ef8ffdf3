/**
 * Questions that no upstream answered, remembered for a moment (RFC 9520 §3.2): who asks again at once, as clients and
 * their libraries do, gets the failure at once, and the upstreams are not asked again for each of them.
 *
 * SERVFAIL answers of upstreams are responses, and kept in the response cache; these are time-outs and dead servers.
 */
import { LRUCache } from 'lru-cache'
import type { QueryFault } from '../query/fault.ts'

/** RFC 9520 §3.2: at least one second. */
export const FIRST_SECONDS = 1
/** Doubled with each failure in a row up to this, not to the five minutes of the RFC: a mended upstream is seen soon. */
export const MAX_SECONDS = 5
/** The oldest go: forgetting one costs a query upstream. */
const MAX_QUESTIONS = 10_000

interface Failure {
  readonly fault: QueryFault
  readonly seconds: number
  readonly untilMs: number
}

export class FailureMemory {
  readonly #failures = new LRUCache<string, Failure>({ max: MAX_QUESTIONS })

  /** Mostly so, and then every miss is spared making its key. */
  get isEmpty(): boolean {
    return this.#failures.size === 0
  }

  /** The fault to answer with, or undefined when the upstreams may be asked. @param nowMs monotonic */
  find(key: string, nowMs: number): QueryFault | undefined {
    const failure = this.#failures.get(key)
    return failure !== undefined && nowMs < failure.untilMs ? failure.fault : undefined
  }

  remember(key: string, fault: QueryFault, nowMs: number): void {
    const before = this.#failures.peek(key)
    const seconds = before ? Math.min(before.seconds * 2, MAX_SECONDS) : FIRST_SECONDS
    this.#failures.set(key, { fault, seconds, untilMs: nowMs + seconds * 1000 })
  }

  /** There was an answer. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  /** Other upstreams may know better. */
  clear(): void {
    this.#failures.clear()
  }
}
