/**
 * Counts queries that are alike and follow one another as one: most of a busy network's queries differ from the one
 * before in nothing that is counted.
 */
import type { Counters } from './counters.ts'

export class CounterRun {
  readonly #counters: Counters
  #count = 0
  #outcome = 0
  #transport = 0
  #qtype = 0
  #rcode = 0
  #reason = 0

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** As `Counters.countQueries` of one, but not seen by others before `settle`. */
  count(outcome: number, transport: number, qtype: number, rcode: number, reason: number): void {
    const isAlike =
      outcome === this.#outcome &&
      reason === this.#reason &&
      qtype === this.#qtype &&
      rcode === this.#rcode &&
      transport === this.#transport
    if (!isAlike) {
      this.settle()
      this.#outcome = outcome
      this.#transport = transport
      this.#qtype = qtype
      this.#rcode = rcode
      this.#reason = reason
    }
    this.#count++
  }

  settle(): void {
    if (this.#count === 0) return
    this.#counters.countQueries(this.#count, this.#outcome, this.#transport, this.#qtype, this.#rcode, this.#reason)
    this.#count = 0
  }
}
