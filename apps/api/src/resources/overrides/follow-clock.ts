/**
 * A wall clock that is set back would make what was started for some minutes hold for as much longer: a pause of ten minutes
 * for an hour and ten. So such overrides are moved along, and so is a pause of all blocking.
 *
 * What ends at a time of day keeps it. A clock that is set ahead ends overrides early, as a machine that slept does: the two
 * cannot be told apart, and nothing is to hold for longer than somebody meant.
 */
import { SYSTEM_AUTHOR } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { OverrideRepository } from './repository.ts'

/** Less is what services do that keep time. */
const MIN_STEP_MS = 2000

export class ClockFollower {
  readonly #deps: Pick<AppDeps, 'clock' | 'config' | 'logger' | 'settings'>
  readonly #repository: OverrideRepository
  #offsetMs: number

  constructor(deps: Pick<AppDeps, 'clock' | 'config' | 'logger' | 'settings' | 'database'>) {
    const { clock, database } = deps
    this.#deps = deps
    this.#repository = new OverrideRepository(database)
    this.#offsetMs = clock.now() - clock.monotonic()
  }

  /** To be called every second or so: what was started between a step and this look is moved too far, and ends early. */
  look(): void {
    const { clock, config, logger, settings } = this.#deps
    const offsetMs = clock.now() - clock.monotonic()
    const backMs = Math.round(this.#offsetMs - offsetMs)
    this.#offsetMs = offsetMs
    if (backMs < MIN_STEP_MS) return
    const moved = config.transaction(SYSTEM_AUTHOR, (transaction) => {
      const count =
        this.#repository.moveBack(clock.now() + backMs, backMs) + this.#movePause(backMs, transaction.revision)
      if (count > 0) transaction.raise()
      return count
    }).value
    settings.forget()
    logger.warn({ seconds: Math.round(backMs / 1000), movedOverrides: moved }, 'the clock was set back')
  }

  /** @returns how many: 0 or 1 */
  #movePause(backMs: number, revision: number): number {
    const { clock, settings } = this.#deps
    const { blocking } = settings.current.settings
    const { pausedUntil, pauseSeconds } = blocking
    if (pausedUntil === null || pauseSeconds === null || pausedUntil <= clock.now() + backMs) return 0
    settings.write('blocking', { ...blocking, pausedUntil: pausedUntil - backMs }, revision)
    return 1
  }
}
