/** Time comes in as an argument everywhere, so that tests can turn it. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch; may jump. */
  now(): number
  /** Monotonic, milliseconds with a fraction; for durations. */
  monotonic(): number
}

/** A constant: of the global, which Node makes when it is first asked for, each reading would call a getter. */
const timer = performance

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => timer.now() }

/** A clock that only moves when told to. */
export class ManualClock implements Clock {
  #nowMs: number
  #monotonicMs = 0
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }
  now(): number {
    return this.#nowMs
  }
  monotonic(): number {
    return this.#monotonicMs
  }
  advance(ms: number): void {
    this.#nowMs += ms
    this.#monotonicMs += ms
  }
  /** Somebody sets the wall clock, ahead or back. */
  jump(ms: number): void {
    this.#nowMs += ms
  }
}
