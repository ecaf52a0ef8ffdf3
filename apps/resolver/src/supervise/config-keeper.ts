/**
 * Keeps the workers' policy in step with weir.db.
 *
 * ```
 *  control "reload", or the poll of weir.db ──▶ read (what changed) ──▶ apply ──▶ lists changed? compile, then apply
 * ```
 * One round at a time; requests that come meanwhile share the next one. A round never waits for a compile, so that a rule
 * acts at once whatever happens to the lists; only who changed a list's content waits for its names (IndexKeeper).
 */
import { setTimeout } from 'node:timers/promises'
import type { Result } from '@weir/shared/result'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { ConfigSource } from '../store/config-source.ts'
import { IndexKeeper, type IndexKeeperOptions } from './index-keeper.ts'

const POLL_EVERY_MS = 1000
/** A start waits so long for names that are brought to disk: some ten million. */
const TIER_PATIENCE_MS = 20_000

export interface ConfigKeeperOptions extends IndexKeeperOptions {
  readonly fallbackServers: readonly string[]
  /** Index of an earlier run, if it is whole; and what is missing of it, in words. */
  loadIndex(): { readonly index: CompiledIndex | null; readonly fault?: string }
  /** The configuration of an earlier run, for a start without a usable weir.db. */
  recall(): Result<ConfigData, string>
  /** Brings a change to all who decide. @returns whether all have confirmed */
  applyConfig(config: ConfigData): Promise<boolean>
}

export class ConfigKeeper {
  readonly #options: ConfigKeeperOptions
  readonly #source: ConfigSource
  readonly indexes: IndexKeeper
  #revision = -1
  #running: Promise<void> | undefined
  #queued: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #configFaults: readonly string[] = []
  #sourceFault: string | null = null

  constructor(options: ConfigKeeperOptions) {
    this.#options = options
    this.#source = new ConfigSource(options.databasePath, options.fallbackServers)
    const { index, fault } = options.loadIndex()
    this.indexes = new IndexKeeper(options, index, fault)
  }

  /** -1 while what is in effect is not from weir.db. */
  get revision(): number {
    return this.#revision
  }
  get faults(): readonly string[] {
    return [...this.#configFaults, this.#sourceFault, this.indexes.fault].filter((fault) => fault !== null)
  }

  /**
   * The whole configuration, with its lists compiled: an acknowledged list must not be missing after a kill. Names that
   * have to be brought to disk again, since their files are lost, are waited for no longer than TIER_PATIENCE_MS: then what
   * there is answers, and health says what is missing.
   */
  async start(): Promise<ConfigData> {
    const config = this.#readOrRecall()
    this.#configFaults = config.faults
    this.indexes.want(config.lists, config.revision, config.settings.storage.rulesMemoryOctets)
    const settled = this.indexes.settled(0)
    if (this.indexes.isMakingTier)
      await Promise.race([settled, setTimeout(TIER_PATIENCE_MS, undefined, { ref: false })])
    else await settled
    this.indexes.goOnWithoutTier()
    return config
  }

  /** @throws when weir.db cannot be read and nothing is known of an earlier run */
  #readOrRecall(): ConfigData {
    try {
      const config = this.#source.read()!
      this.#source.accept()
      this.#revision = config.revision
      return config
    } catch (error) {
      const recalled = this.#options.recall()
      if (!recalled.ok) throw error
      this.#loseSource(error)
      return { ...recalled.value, faults: [] }
    }
  }

  /** Polls weir.db, which covers a lost message of the API and a restored backup. */
  watch(): void {
    this.#timer ??= setInterval(() => {
      try {
        if (this.#source.hasNews()) void this.#nextRound()
        else this.#sourceFault = null
      } catch (error) {
        this.#loseSource(error)
      }
    }, POLL_EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#source.close()
  }

  /**
   * Resolves when `revision`, or a later one, is in effect: what it did to rules and settings, and, where it changed the
   * content of lists, their names.
   * @param isWithoutLists it changed none of them: lists that were changed right behind it are not waited for
   * @returns false when it could not be brought into effect
   */
  async reload(revision: number, isWithoutLists = false): Promise<boolean> {
    await this.#nextRound()
    if (this.#revision < revision) return false
    return isWithoutLists || (await this.indexes.settled(revision))
  }

  /** A round that is under way may have read before the caller's commit: the next one counts. */
  #nextRound(): Promise<void> {
    if (!this.#running) return this.#begin()
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined
      return this.#begin()
    })
    return this.#queued
  }

  #begin(): Promise<void> {
    this.#running = this.#runRound().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #runRound(): Promise<void> {
    try {
      const config = this.#source.read()
      this.#sourceFault = null
      if (!config) return
      this.#configFaults = config.faults
      // Before it is applied: a compile and the workers' part go on side by side.
      this.indexes.want(config.lists, config.revision, config.settings.storage.rulesMemoryOctets)
      if (!(await this.#options.applyConfig(config))) return
      this.#source.accept()
      this.#revision = config.revision
    } catch (error) {
      this.#loseSource(error)
    }
  }

  /** What is in effect stays. Told once, not at each poll; what weir.db holds once it can be read again is news. */
  #loseSource(error: unknown): void {
    this.#source.close()
    const reason = error instanceof Error ? error.message : String(error)
    const fault = `weir.db cannot be read (${reason}): the configuration of before is in effect`
    if (fault !== this.#sourceFault) this.#options.onFault(fault)
    this.#sourceFault = fault
  }
}
