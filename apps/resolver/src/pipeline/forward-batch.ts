/**
 * Asks upstreams for all questions of a batch together, behind its last query.
 *
 * The way of a miss is long. One half of it after the other, for all misses of a batch, measured a tenth cheaper than each miss among
 * cached and blocked queries (ADR 8), presumably since code and data are then fetched into the processor's first caches once a batch.
 */
import type { Forwarder, ForwardRequest, ForwardWaiter } from '../query/ports.ts'

export class ForwardBatch implements Forwarder {
  readonly #forwarder: Forwarder
  #isOpen = false
  /** What is asked, and who waits; the first `#count` are of this batch. They keep their length: setting one is slow. */
  readonly #requests: (ForwardRequest | null)[] = []
  readonly #waiters: (ForwardWaiter | null)[] = []
  #count = 0

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder
  }

  forward(request: ForwardRequest, waiter: ForwardWaiter): void {
    if (!this.#isOpen) return this.#forwarder.forward(request, waiter)
    this.#requests[this.#count] = request
    this.#waiters[this.#count++] = waiter
  }

  /** What comes from now on waits for `end`. */
  begin(): void {
    this.#isOpen = true
  }

  /** Asks for all. What lands at once may ask again, and does not wait. */
  end(): void {
    this.#isOpen = false
    for (let i = 0; i < this.#count; i++) {
      this.#forwarder.forward(this.#requests[i]!, this.#waiters[i]!)
      this.#requests[i] = null
      this.#waiters[i] = null
    }
    this.#count = 0
  }
}
