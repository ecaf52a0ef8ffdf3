/** How one server has been doing: up or down with back-off, and its round-trip times. */
import type { UpstreamStatus } from '@weir/shared/control/messages'

/** Failures in a row that make a server down: one lost datagram must not. */
const FAILURES_UNTIL_DOWN = 3
const FIRST_BACK_OFF_MS = 500
/** A server that came back is found after this at the latest, as long as somebody asks. */
const MAX_BACK_OFF_MS = 10_000
/** For so long after its last answer a server that is down is taken for silent on some names, as on those of dead zones. */
const GONE_AFTER_MS = 30_000
/** Weight of the newest round trip in the smoothed one, as in TCP (RFC 6298 §2). */
const SMOOTHING = 1 / 8
/** Round trips that the percentiles are of. */
const SAMPLES = 256

export class ServerHealth {
  /** Milliseconds; -1: not known yet. */
  smoothedRttMs = -1
  #queries = 0
  #failures = 0
  #failuresInRow = 0
  #backOffMs = 0
  /** Monotonic; from then on one query may try a server that is down. */
  #probeDueMs = 0
  /** Monotonic. */
  #answeredAtMs = Number.NEGATIVE_INFINITY
  #lastError: string | null = null
  readonly #samples = new Float64Array(SAMPLES)
  #sampleCount = 0

  get isDown(): boolean {
    return this.#failuresInRow >= FAILURES_UNTIL_DOWN
  }

  /** Down, and without an answer for so long that nobody should wait for one. @param nowMs monotonic */
  isGone(nowMs: number): boolean {
    return this.isDown && nowMs - this.#answeredAtMs >= GONE_AFTER_MS
  }

  isProbeDue(nowMs: number): boolean {
    return this.isDown && nowMs >= this.#probeDueMs
  }

  /** Called before a server that is down is tried: nobody else tries until the back-off is over again. */
  startProbe(nowMs: number): void {
    this.#probeDueMs = nowMs + this.#backOffMs
  }

  /** @param nowMs monotonic */
  succeed(rttMs: number, nowMs: number): void {
    this.#queries++
    this.#answeredAtMs = nowMs
    this.#failuresInRow = 0
    this.#backOffMs = 0
    this.smoothedRttMs = this.smoothedRttMs < 0 ? rttMs : this.smoothedRttMs + (rttMs - this.smoothedRttMs) * SMOOTHING
    this.#samples[this.#sampleCount++ % SAMPLES] = rttMs
  }

  /** @param spentMs how long it took to fail: it counts as a round trip, so that slow servers are not the fastest */
  fail(error: string, nowMs: number, spentMs: number): void {
    this.#queries++
    this.#failures++
    this.#failuresInRow++
    this.#lastError = error
    if (this.smoothedRttMs >= 0)
      this.smoothedRttMs += (Math.max(spentMs, this.smoothedRttMs) - this.smoothedRttMs) * SMOOTHING
    if (!this.isDown) return
    this.#backOffMs = Math.min(Math.max(this.#backOffMs * 2, FIRST_BACK_OFF_MS), MAX_BACK_OFF_MS)
    this.#probeDueMs = nowMs + this.#backOffMs
  }

  status(address: string): UpstreamStatus {
    const sorted = this.#samples.slice(0, Math.min(this.#sampleCount, SAMPLES)).sort()
    const percentile = (share: number): number | null => sorted[Math.ceil(sorted.length * share) - 1] ?? null
    return {
      address,
      state: this.isDown ? 'down' : this.#sampleCount > 0 ? 'up' : 'unknown',
      queries: this.#queries,
      failures: this.#failures,
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
      lastError: this.#lastError,
    }
  }
}
