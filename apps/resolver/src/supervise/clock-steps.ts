/** Notices when somebody, or a service that keeps time, sets the wall clock back. Ahead is no news: a machine that slept does the same. */
import type { Clock } from '@weir/shared/clock'
import type { Logger } from 'pino'
import type { SharedCache } from '../cache/shared-cache.ts'

/** Less is what clocks of threads differ by, and what is put right little by little. */
const MIN_STEP_MS = 2000

export class ClockSteps {
  readonly #clock: Clock
  #offsetMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.now() - clock.monotonic()
  }

  /** To be called about once a second: answers in the cache go on to age from where they were. */
  follow(cache: SharedCache | null, logger: Logger): void {
    const backMs = this.backMs()
    if (backMs === 0) return
    cache?.setBack(backMs)
    logger.warn({ seconds: Math.round(backMs / 1000) }, 'the clock was set back')
  }

  /** To be called about once a second. @returns by how much it was set back since the last call, ms; 0: it was not */
  backMs(): number {
    const offsetMs = this.#clock.now() - this.#clock.monotonic()
    const backMs = this.#offsetMs - offsetMs
    this.#offsetMs = offsetMs
    return backMs < MIN_STEP_MS ? 0 : backMs
  }
}
