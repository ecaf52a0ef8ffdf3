/** Clients that had more queries waiting than they may, in the last minute: told by health, since a person may want to raise the limit. */

/** For how long it is told after the last one. */
const TOLD_FOR_MS = 60_000

export class TurnedAway {
  #total = 0
  #count = 0
  #lastAtMs = Number.NEGATIVE_INFINITY

  /** Called once a second. @param total queries turned away since start; less than before when a worker has died @param nowMs monotonic */
  see(total: number, nowMs: number): void {
    if (total > this.#total) {
      this.#count = (this.#isOver(nowMs) ? 0 : this.#count) + total - this.#total
      this.#lastAtMs = nowMs
    }
    this.#total = total
  }

  /** @param limit the setting @returns one line, or none */
  faults(limit: number, nowMs: number): string[] {
    if (this.#isOver(nowMs)) return []
    return [
      `${this.#count.toLocaleString('en')} queries were turned away in the last minutes, since their clients had ${limit.toLocaleString('en')} others waiting for ` +
        'upstreams. The query log names the clients; the limit is the setting access.waitingQueries',
    ]
  }

  #isOver(nowMs: number): boolean {
    return nowMs - this.#lastAtMs > TOLD_FOR_MS
  }
}
