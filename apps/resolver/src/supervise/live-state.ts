/**
 * What the resolver answers by at present: configuration, policy, cache, upstreams. A change takes effect here and in all workers, and
 * is noted in the log once they all answer by it.
 */
import { collectGarbage } from '@weir/shared/collect-garbage'
import { tuningOf } from '@weir/shared/db/open-database'
import type { Logger } from 'pino'
import type { Designation } from '../query/policy-parts.ts'
import { finishInSlices } from '../rules/list-rules.ts'
import { packRows } from '../rules/packed-rows.ts'
import type { TierOpener } from '../rules/policy.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import type { LogWriterThread } from '../telemetry/log-writer-thread.ts'
import { LivePolicy } from '../threads/live-policy.ts'
import type { QueryWorkers } from '../threads/query-workers.ts'
import { postedIndex, type WorkerState } from '../threads/worker-messages.ts'
import { CacheMemory } from './cache-memory.ts'
import { effectOf } from './effect-of.ts'
import { IndexMemory } from './index-memory.ts'
import { serversOf, UpstreamTable } from './upstream-table.ts'

export interface LiveStateOptions {
  readonly config: ConfigData
  readonly workers: QueryWorkers
  readonly index: () => CompiledIndex | null
  readonly openTier: TierOpener
  /** The configuration is another now. */
  readonly onConfig: () => void
  readonly logger: Logger
}

export class LiveState {
  readonly cache: CacheMemory
  readonly indexMemory = new IndexMemory()
  readonly #options: LiveStateOptions
  readonly #table = new UpstreamTable()
  #config: ConfigData
  #designation: Designation | null = null
  /** What all workers answer by. */
  #indexInUse: CompiledIndex | null = null
  #policy: LivePolicy | undefined
  #log: LogWriterThread | undefined

  constructor(options: LiveStateOptions) {
    this.#options = options
    this.#config = options.config
    this.cache = new CacheMemory(options.config.settings.cache)
    this.#table.add(serversOf(options.config))
  }

  /** What changed last, with all settings, lists and groups. */
  get config(): ConfigData {
    return this.#config
  }

  /** Never from weir.db, which may be gone by now. Rules that are switched off are not in it. */
  get wholeConfig(): ConfigData {
    if (!this.#policy) return this.#config
    return { ...this.#config, rules: { kind: 'full', rules: packRows(this.#policy.policy.own.rows()) } }
  }

  /** Undefined until `makePolicy`. */
  get policy(): LivePolicy | undefined {
    return this.#policy
  }

  get upstreams(): readonly string[] {
    return this.#table.servers
  }

  /** All of it: what a worker begins with. */
  get workerState(): WorkerState {
    return {
      config: this.wholeConfig,
      index: postedIndex(this.#options.index()),
      cache: this.cache.buffer,
      upstreams: this.#table.servers,
      designation: this.#designation,
    }
  }

  /** The main thread's own policy: takes as long as a worker's, beside which it is made. */
  makePolicy(): void {
    const { index, openTier } = this.#options
    this.#indexInUse = index()
    this.#policy = new LivePolicy(this.#config, this.#indexInUse, openTier)
    this.#policy.policy.designate(this.#designation)
  }

  /** Notes in this log what is in effect, from now on. */
  recordIn(log: LogWriterThread): void {
    this.#log = log
    this.#noteEffect()
  }

  designate(designation: Designation | null): void {
    this.#designation = designation
    this.#policy?.policy.designate(designation)
    void this.#options.workers.apply({ designation })
  }

  /** @returns whether all workers answer by it */
  async applyIndex(index: CompiledIndex): Promise<boolean> {
    // During a start nobody decides yet: the workers begin with it.
    if (!this.#policy) return true
    const { policy } = this.#policy
    const workers = this.#options.workers.apply({ index: postedIndex(index) })
    // In slices here too: the console asks this thread how all is.
    policy.replaceIndex(index, await finishInSlices(policy.fileListRules(index, index.listRules)))
    const isConfirmed = await this.#confirmed(workers)
    this.#retireIndex(index, isConfirmed)
    return isConfirmed
  }

  /** The memory of the index before is wanted for the next one. A worker that has not confirmed may still look into it. */
  #retireIndex(index: CompiledIndex, isConfirmed: boolean): void {
    const before = this.#indexInUse
    this.#indexInUse = index
    if (before === null || (isConfirmed && this.indexMemory.retire(before, index))) return
    collectGarbage()
    this.#options.workers.collectGarbage()
  }

  /** @returns whether all workers answer by it */
  applyConfig(config: ConfigData): Promise<boolean> {
    const { workers, onConfig, logger } = this.#options
    this.#config = config
    const faults = this.#policy?.apply(config) ?? []
    if (faults.length > 0) logger.warn({ faults }, 'rules that could not be used')
    onConfig()
    this.#log?.configure(config.settings.log, tuningOf(config.settings.storage, 'log'))
    const isCacheNew = this.cache.configure(config.settings.cache)
    const areUpstreamsNew = this.#table.add(serversOf(config))
    if (areUpstreamsNew) this.#log?.setUpstreams([...this.#table.servers])
    const change: Partial<WorkerState> = {
      config,
      ...(isCacheNew && { cache: this.cache.buffer }),
      ...(areUpstreamsNew && { upstreams: this.#table.servers }),
    }
    return this.#confirmed(workers.apply(change))
  }

  /** Noted when all answer by it, not before. */
  async #confirmed(change: Promise<boolean>): Promise<boolean> {
    const isConfirmed = await change
    this.#noteEffect()
    return isConfirmed
  }

  /** For questions about logged queries: which policy judged them. */
  #noteEffect(): void {
    this.#log?.noteEffect(effectOf(this.#config, this.#options.index(), Date.now()))
  }
}
