/** A clock that stands still while several queries or replies are handled at once: they share one reading of the system's. */
import { type Clock, systemClock } from '@weir/shared/clock'
import type { QueryHandler } from '../query/ports.ts'

export class TurnClock implements Clock {
  readonly #clock: Clock
  /** Monotonic, ms; NaN: it goes on as the system's does. */
  #heldAtMs = Number.NaN

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#heldAtMs >= 0 ? this.#heldAtMs : this.#clock.monotonic()
  }

  /** @param atMs monotonic: what it says until `release` */
  hold(atMs = this.#clock.monotonic()): void {
    this.#heldAtMs = atMs
  }

  release(): void {
    this.#heldAtMs = Number.NaN
  }
}

/** `handler`, with `clock` held during its batches of queries and of replies: about a millisecond each. */
export function holdingTime(clock: TurnClock, handler: QueryHandler): QueryHandler {
  const { batches, replies } = handler
  return {
    ...handler,
    ...(batches && {
      batches: {
        begin(startedAtMs) {
          clock.hold(startedAtMs)
          batches.begin(startedAtMs)
        },
        end() {
          batches.end()
          clock.release()
        },
      },
    }),
    ...(replies && {
      replies: {
        begin() {
          clock.hold()
          replies.begin()
        },
        end() {
          replies.end()
          clock.release()
        },
      },
    }),
  }
}
