/**
 * The resolver as a whole: threads and the memory they share, made here and nowhere else.
 *
 * ```
 *  main thread ── ConfigKeeper ──▶ QueryWorkers × N          (policy, index, cache, upstreams)
 *       │                             │ counters, log rings
 *       ├── Sampler ◀─────────────────┤
 *       ├── LogWriterThread ◀─────────┘ ──▶ log.db
 *       └── control socket ◀── API
 * ```
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '@weir/shared/clock'
import { collectGarbage } from '@weir/shared/collect-garbage'
import type { ReloadReply, ReloadRequest, StatusReply, StreamMessage } from '@weir/shared/control/messages'
import { tuningOf } from '@weir/shared/db/open-database'
import type { Endpoint, Environment } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { Logger } from 'pino'
import type { SharedCache } from '../cache/shared-cache.ts'
import { createRateTable } from '../limits/token-bucket.ts'
import { createWaitingTable } from '../limits/waiting-limit.ts'
import type { Designation } from '../query/policy-parts.ts'
import { finishInSlices } from '../rules/list-rules.ts'
import { packRows } from '../rules/packed-rows.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { ConfigCopy } from '../store/config-copy.ts'
import { IndexCompiler } from '../store/index-compiler.ts'
import type { InquiryRequest } from '../store/inquiry-messages.ts'
import { tierOpener } from '../store/open-tier.ts'
import { createCounters } from '../telemetry/counters.ts'
import { createRing } from '../telemetry/log-ring.ts'
import { LogWriterThread } from '../telemetry/log-writer-thread.ts'
import { Sampler } from '../telemetry/sampler.ts'
import { LivePolicy } from '../threads/live-policy.ts'
import { QueryWorkers } from '../threads/query-workers.ts'
import { postedIndex, type WorkerCounters, type WorkerStart, type WorkerState } from '../threads/worker-messages.ts'
import { systemResolvers } from '../upstream/system-resolvers.ts'
import { CacheMemory } from './cache-memory.ts'
import { ConfigKeeper } from './config-keeper.ts'
import { CookieSecrets } from './cookie-secrets.ts'
import { effectOf } from './effect-of.ts'
import { IndexMemory } from './index-memory.ts'
import { IndexStore } from './index-store.ts'
import { warnOfListeners } from './listener-warnings.ts'
import { LiveStreams } from './live-streams.ts'
import { returnMemory } from './main-heap.ts'
import { statusOf } from './resolver-status.ts'
import { TurnedAway } from './turned-away.ts'
import { serversOf, UpstreamTable } from './upstream-table.ts'

/** In the data folder. */
export const CONFIG_COPY = 'config.copy'

export class Resolver {
  readonly #environment: Environment
  readonly #logger: Logger
  readonly #startedAt = Date.now()
  readonly #bootstrapServers: readonly string[]
  readonly #table = new UpstreamTable()
  readonly #rings: readonly SharedArrayBuffer[]
  readonly #rateTable = createRateTable()
  readonly #waitingTable: SharedArrayBuffer
  readonly #turnedAway = new TurnedAway()
  readonly #cookieSecrets = new CookieSecrets()
  readonly #indexStore: IndexStore
  readonly #configCopy: ConfigCopy
  readonly #compiler: IndexCompiler
  readonly #keeper: ConfigKeeper
  readonly #workers: QueryWorkers
  readonly #streams = new LiveStreams((isWanted) => this.log.wantTail(isWanted))
  #designation: Designation | null = null
  /** What all workers answer by. */
  #indexInUse: CompiledIndex | null = null
  readonly indexMemory = new IndexMemory()
  #config!: ConfigData
  #policy!: LivePolicy
  #cache!: CacheMemory
  readonly counters: readonly SharedArrayBuffer[]
  readonly sampler: Sampler
  log!: LogWriterThread

  /** The first query worker's thread begins to load its code: the rest of a start goes on beside it. */
  constructor(environment: Environment, logger: Logger) {
    this.#environment = environment
    this.#logger = logger
    this.#bootstrapServers = systemResolvers(environment.dnsListen)
    this.counters = Array.from({ length: environment.workers }, createCounters)
    this.#rings = Array.from({ length: environment.workers }, () => createRing())
    this.#waitingTable = createWaitingTable(environment.workers)
    this.#workers = this.#makeWorkers()
    this.#indexStore = new IndexStore(environment.dataDir, logger)
    this.#configCopy = new ConfigCopy(join(environment.dataDir, CONFIG_COPY), (detail) =>
      logger.error({ detail }, 'copy of the configuration'),
    )
    this.#compiler = this.#makeCompiler()
    this.#keeper = this.#makeKeeper()
    this.sampler = new Sampler(
      {
        counters: this.counters,
        cache: () => this.#cache.use,
        ruleIndexOctets: () => this.#policy.policy.indexOctets,
        inFlight: () => this.inFlight,
        logDropped: () => this.log.status.dropped,
      },
      systemClock,
    )
  }

  #makeWorkers(): QueryWorkers {
    return new QueryWorkers({
      count: this.#environment.workers,
      listen: this.#environment.dnsListen,
      startOf: (index, listen) => this.#workerStart(index, listen),
      onBug: (worker, detail) => this.#logger.error({ worker, detail }, 'bug in a query worker'),
      onTierDamage: this.#onTierDamage,
      onDesignation: (designation) => this.#designate(designation),
      onRestart: (worker, detail) => this.#logger.error({ worker, detail }, 'query worker ended, starting it again'),
    })
  }

  #makeCompiler(): IndexCompiler {
    return new IndexCompiler({
      isAnswering: () => this.#policy !== undefined,
      onProgress: ({ revision }, namesDone, namesTotal) =>
        this.#streams.tell({ kind: 'compile', progress: { revision, namesDone, namesTotal } }),
      onSaved: (index) => this.#keeper.indexes.noteSaved(index),
      onSaveFault: (detail) => this.#logger.error({ detail }, 'the rule index could not be stored'),
      onEnd: () => void returnMemory(),
    })
  }

  #makeKeeper(): ConfigKeeper {
    return new ConfigKeeper({
      databasePath: join(this.#environment.dataDir, 'weir.db'),
      fallbackServers: this.#environment.upstreams ?? this.#bootstrapServers,
      indexPath: this.#indexStore.indexPath,
      tiersPath: this.#indexStore.tiersPath,
      compile: (request) => this.#compiler.compile(request),
      loadIndex: () => this.#indexStore.load(),
      retireTiers: (index) => this.#indexStore.retireTiers(index),
      recall: () => this.#configCopy.read(),
      applyConfig: (config) => this.#applyConfig(config),
      applyIndex: (index) => this.#applyIndex(index),
      onFault: (detail) => this.#logger.error({ detail }, 'configuration'),
    })
  }

  /** Loads, compiles where needed, listens. @returns where it listens, or one line that says why it cannot */
  async start(): Promise<Result<readonly Endpoint[], string>> {
    this.#config = await this.#keeper.start()
    this.#cache = new CacheMemory(this.#config.settings.cache)
    this.#table.add(serversOf(this.#config))
    const starting = this.#workers.start()
    // While the worker makes its own.
    this.#policy = this.#makePolicy()
    const listening = await starting
    if (!listening.ok) return fail(listening.error)
    // Records wait in the rings until the writer is there.
    this.log = this.#startLog()
    this.#noteEffect()
    this.#keeper.watch()
    if (this.#keeper.revision >= 0) this.#configCopy.save(() => this.#wholeConfig)
    this.sampler.start()
    this.sampler.subscribe((sample) => this.#streams.tell({ kind: 'sample', sample }))
    this.sampler.subscribe(() => {
      this.#turnedAway.see(this.workerCounters['waiting_limited'] ?? 0, systemClock.monotonic())
    })
    this.#logger.info({ listeners: this.#workers.listeners, revision: this.#keeper.revision }, 'answering')
    warnOfListeners(this.#workers.listeners, this.#logger)
    return ok(listening.value)
  }

  /** For questions about logged queries: which policy judged them. */
  #noteEffect(): void {
    this.log?.noteEffect(effectOf(this.#config, this.#keeper.indexes.index, Date.now()))
  }

  #makePolicy(): LivePolicy {
    const storage = () => this.#config.settings.storage
    const openTier = tierOpener(this.#indexStore.tiersPath, storage, this.#onTierDamage)
    this.#indexInUse = this.#keeper.indexes.index
    const live = new LivePolicy(this.#config, this.#indexInUse, openTier)
    live.policy.designate(this.#designation)
    return live
  }

  #designate(designation: Designation | null): void {
    this.#designation = designation
    this.#policy?.policy.designate(designation)
    void this.#workers.apply({ designation })
  }

  readonly #onTierDamage = (tierId: string, detail: string): void => this.#keeper.indexes.rebuildTier(tierId, detail)

  #startLog(): LogWriterThread {
    return new LogWriterThread(
      {
        path: join(this.#environment.dataDir, 'log.db'),
        rings: this.#rings,
        counters: this.counters,
        accounted: createCounters(),
        settings: this.#config.settings.log,
        tuning: tuningOf(this.#config.settings.storage, 'log'),
        upstreams: [...this.#table.servers],
      },
      (tail) => this.#streams.tellTail(tail, this.#config.lists),
    )
  }

  /** Answers what waits, writes what is logged. */
  async stop(): Promise<void> {
    this.#cookieSecrets.stop()
    this.#keeper.stop()
    this.sampler.stop()
    await Promise.all([this.#configCopy.flush(), this.#workers.stop(), this.#compiler.settle()])
    await this.log.stop()
  }

  /** Where the databases lie, for those who look into them on their own. */
  get databases(): Pick<InquiryRequest, 'databasePath' | 'logPath' | 'fallbackServers'> {
    const { dataDir, upstreams } = this.#environment
    const fallbackServers = upstreams ?? this.#bootstrapServers
    return { databasePath: join(dataDir, 'weir.db'), logPath: join(dataDir, 'log.db'), fallbackServers }
  }

  get tiersPath(): string {
    return this.#indexStore.tiersPath
  }
  get index(): CompiledIndex | null {
    return this.#keeper.indexes.index
  }
  get policy(): LivePolicy {
    return this.#policy
  }
  get cache(): SharedCache | null {
    return this.#cache.cache
  }
  get workerCounters(): WorkerCounters {
    return this.#workers.counters
  }
  get inFlight(): number {
    return this.#workers.reports.reduce((sum, report) => sum + report.inFlight, 0)
  }

  async reload({ revision, patienceMs, isWithoutLists }: ReloadRequest): Promise<ReloadReply> {
    const outcome = this.#keeper.reload(revision, isWithoutLists)
    const applied = await (patienceMs === undefined
      ? outcome
      : Promise.race([outcome, setTimeout(patienceMs, undefined, { ref: false })]))
    const reply = { revision: this.#keeper.revision, applied: applied === true }
    if (applied) return reply
    if (applied === undefined) return { ...reply, detail: 'it is being brought into effect', isUnderWay: true }
    return { ...reply, detail: 'the change could not be brought into effect; the log says why' }
  }

  subscribe(listener: (message: StreamMessage) => void): () => void {
    return this.#streams.subscribe(listener)
  }

  lookUp(reverse: string): Promise<string | null> {
    return this.#workers.lookUp(reverse)
  }

  tell(message: StreamMessage): void {
    this.#streams.tell(message)
  }

  status(): StatusReply {
    return statusOf({
      startedAt: this.#startedAt,
      keeper: this.#keeper,
      workers: this.#workers,
      policy: this.#policy.policy,
      cache: this.#cache,
      log: this.log.status,
      turnedAway: this.#turnedAway,
    })
  }

  /** Never from weir.db, which may be gone by now. Rules that are switched off are not in it. */
  get #wholeConfig(): ConfigData {
    if (!this.#policy) return this.#config
    return { ...this.#config, rules: { kind: 'full', rules: packRows(this.#policy.policy.own.rows()) } }
  }

  /** A worker that starts again needs the whole configuration, not what changed last. */
  #workerStart(workerIndex: number, listen: readonly Endpoint[]): WorkerStart {
    return {
      workerIndex,
      listen,
      servesStreams: workerIndex === 0,
      secure: workerIndex === 0 ? this.#environment.secure : null,
      recorder: { counters: this.counters[workerIndex]!, ring: this.#rings[workerIndex]! },
      rateTable: this.#rateTable,
      waitingTable: this.#waitingTable,
      cookieSecrets: this.#cookieSecrets.memory,
      state: {
        config: this.#wholeConfig,
        index: postedIndex(this.#keeper.indexes.index),
        cache: this.#cache.buffer,
        upstreams: this.#table.servers,
        designation: this.#designation,
      },
      bootstrapServers: this.#bootstrapServers,
      tiersPath: this.#indexStore.tiersPath,
    }
  }

  async #applyIndex(index: CompiledIndex): Promise<boolean> {
    // During a start nobody decides yet: the workers begin with it.
    if (!this.#policy) return true
    const { policy } = this.#policy
    const workers = this.#workers.apply({ index: postedIndex(index) })
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
    this.#workers.collectGarbage()
  }

  #applyConfig(config: ConfigData): Promise<boolean> {
    this.#config = config
    const faults = this.#policy.apply(config)
    if (faults.length > 0) this.#logger.warn({ faults }, 'rules that could not be used')
    this.#configCopy.save(() => this.#wholeConfig)
    this.log.configure(config.settings.log, tuningOf(config.settings.storage, 'log'))
    const isCacheNew = this.#cache.configure(config.settings.cache)
    const areUpstreamsNew = this.#table.add(serversOf(config))
    if (areUpstreamsNew) this.log.setUpstreams([...this.#table.servers])
    const change: Partial<WorkerState> = {
      config,
      ...(isCacheNew && { cache: this.#cache.buffer }),
      ...(areUpstreamsNew && { upstreams: this.#table.servers }),
    }
    return this.#confirmed(this.#workers.apply(change))
  }

  /** Noted when all answer by it, not before. */
  async #confirmed(change: Promise<boolean>): Promise<boolean> {
    const isConfirmed = await change
    this.#noteEffect()
    return isConfirmed
  }
}
