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
import type { ReloadReply, ReloadRequest, StatusReply } from '@weir/shared/control/messages'
import type { Endpoint, Environment } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { Logger } from 'pino'
import type { SharedCache } from '../cache/shared-cache.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { indexOctetsOf } from '../rules/policy-figures.ts'
import { CONFIG_COPY, ConfigCopy } from '../store/config-copy.ts'
import { IndexCompiler } from '../store/index-compiler.ts'
import type { Databases } from '../store/inquiry-messages.ts'
import { tierOpener } from '../store/open-tier.ts'
import type { LogWriterThread } from '../telemetry/log-writer-thread.ts'
import { Sampler } from '../telemetry/sampler.ts'
import type { LivePolicy } from '../threads/live-policy.ts'
import { QueryWorkers } from '../threads/query-workers.ts'
import type { WorkerCounters, WorkerStart } from '../threads/worker-messages.ts'
import { systemResolvers } from '../upstream/system-resolvers.ts'
import { ClockSteps } from './clock-steps.ts'
import { ConfigKeeper } from './config-keeper.ts'
import type { IndexMemory } from './index-memory.ts'
import { IndexStore } from './index-store.ts'
import { warnOfListeners } from './listener-warnings.ts'
import { LiveState } from './live-state.ts'
import { LiveStreams } from './live-streams.ts'
import { returnMemory } from './main-heap.ts'
import { reloadReply } from './reload-reply.ts'
import { statusOf } from './resolver-status.ts'
import { startLogWriter } from './start-log-writer.ts'
import { TurnedAway } from './turned-away.ts'
import { WorkerMemory } from './worker-memory.ts'

export class Resolver {
  readonly #environment: Environment
  readonly #logger: Logger
  readonly #startedAt = Date.now()
  readonly #bootstrapServers: readonly string[]
  readonly #memory: WorkerMemory
  readonly #turnedAway = new TurnedAway()
  readonly #clockSteps = new ClockSteps(systemClock)
  readonly #indexStore: IndexStore
  readonly #configCopy: ConfigCopy
  readonly #compiler: IndexCompiler
  readonly #keeper: ConfigKeeper
  readonly #workers: QueryWorkers
  /** From the moment on when the configuration is read. */
  #live!: LiveState
  readonly streams = new LiveStreams((isWanted) => this.log.wantTail(isWanted))
  readonly sampler: Sampler
  readonly databases: Databases
  log!: LogWriterThread

  /** The first query worker's thread begins to load its code: the rest of a start goes on beside it. */
  constructor(environment: Environment, logger: Logger) {
    this.#environment = environment
    this.#logger = logger
    this.#bootstrapServers = systemResolvers(environment.dnsListen)
    this.databases = {
      databasePath: join(environment.dataDir, 'weir.db'),
      logPath: join(environment.dataDir, 'log.db'),
      fallbackServers: environment.upstreams ?? this.#bootstrapServers,
    }
    this.#memory = new WorkerMemory(environment.workers)
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
        cache: () => this.#live.cache.use,
        ruleIndexOctets: () => indexOctetsOf(this.policy.policy),
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
      onDesignation: (designation) => this.#live.designate(designation),
      onRestart: (worker, detail) => this.#logger.error({ worker, detail }, 'query worker ended, starting it again'),
    })
  }

  #makeCompiler(): IndexCompiler {
    return new IndexCompiler({
      isAnswering: () => this.#live?.policy !== undefined,
      onProgress: ({ revision }, namesDone, namesTotal) =>
        this.streams.tell({ kind: 'compile', progress: { revision, namesDone, namesTotal } }),
      onSaved: (index) => this.#keeper.indexes.noteSaved(index),
      onSaveFault: (detail) => this.#logger.error({ detail }, 'the rule index could not be stored'),
      onEnd: () => void returnMemory(),
    })
  }

  #makeKeeper(): ConfigKeeper {
    return new ConfigKeeper({
      ...this.databases,
      indexPath: this.#indexStore.indexPath,
      tiersPath: this.#indexStore.tiersPath,
      compile: (request) => this.#compiler.compile(request),
      loadIndex: () => this.#indexStore.load(),
      retireTiers: (index) => this.#indexStore.retireTiers(index),
      recall: () => this.#configCopy.read(),
      applyConfig: (config) => this.#live.applyConfig(config),
      applyIndex: async (index) => (await this.#live?.applyIndex(index)) ?? true,
      onFault: (detail) => this.#logger.error({ detail }, 'configuration'),
    })
  }

  /** Loads, compiles where needed, listens. @returns where it listens, or one line that says why it cannot */
  async start(): Promise<Result<readonly Endpoint[], string>> {
    this.#live = this.#makeLive(await this.#keeper.start())
    const starting = this.#workers.start()
    // While the worker makes its own.
    this.#live.makePolicy()
    const listening = await starting
    if (!listening.ok) return fail(listening.error)
    // Records wait in the rings until the writer is there.
    this.log = startLogWriter({ ...this.databases, memory: this.#memory, live: this.#live, streams: this.streams })
    this.#live.recordIn(this.log)
    this.#keeper.watch()
    if (this.#keeper.revision >= 0) this.#saveCopy()
    this.sampler.start()
    // Once a second.
    this.sampler.subscribe((sample) => {
      this.streams.tell({ kind: 'sample', sample })
      this.#turnedAway.see(this.workerCounters['waiting_limited'] ?? 0, systemClock.monotonic())
      this.#clockSteps.follow(this.cache, this.#logger)
    })
    this.#logger.info({ listeners: this.#workers.listeners, revision: this.#keeper.revision }, 'answering')
    warnOfListeners(this.#workers.listeners, this.#logger)
    return ok(listening.value)
  }

  #makeLive(config: ConfigData): LiveState {
    return new LiveState({
      config,
      workers: this.#workers,
      index: () => this.#keeper.indexes.index,
      openTier: tierOpener(this.#indexStore.tiersPath, () => this.#live.config.settings.storage, this.#onTierDamage),
      onConfig: this.#saveCopy,
      logger: this.#logger,
    })
  }

  readonly #saveCopy = (): void => this.#configCopy.save(() => this.#live.wholeConfig)

  readonly #onTierDamage = (tierId: string, detail: string): void => this.#keeper.indexes.rebuildTier(tierId, detail)

  /** Answers what waits, writes what is logged. */
  async stop(): Promise<void> {
    this.#memory.stop()
    this.#keeper.stop()
    this.sampler.stop()
    await Promise.all([this.#configCopy.flush(), this.#workers.stop(), this.#compiler.settle()])
    await this.log.stop()
  }

  /** Of each worker. */
  get counters(): readonly SharedArrayBuffer[] {
    return this.#memory.counters
  }
  get tiersPath(): string {
    return this.#indexStore.tiersPath
  }
  get index(): CompiledIndex | null {
    return this.#keeper.indexes.index
  }
  get indexMemory(): IndexMemory {
    return this.#live.indexMemory
  }
  get policy(): LivePolicy {
    return this.#live.policy!
  }
  get cache(): SharedCache | null {
    return this.#live.cache.cache
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
    return reloadReply(this.#keeper.revision, applied)
  }

  lookUp(reverse: string): Promise<string | null> {
    return this.#workers.lookUp(reverse)
  }

  status(): StatusReply {
    return statusOf({
      startedAt: this.#startedAt,
      keeper: this.#keeper,
      workers: this.#workers,
      policy: this.policy.policy,
      cache: this.#live.cache,
      log: this.log.status,
      turnedAway: this.#turnedAway,
    })
  }

  /** A worker that starts again needs the whole configuration, not what changed last. */
  #workerStart(workerIndex: number, listen: readonly Endpoint[]): WorkerStart {
    return {
      workerIndex,
      listen,
      servesStreams: workerIndex === 0,
      secure: workerIndex === 0 ? this.#environment.secure : null,
      ...this.#memory.of(workerIndex),
      state: this.#live.workerState,
      bootstrapServers: this.#bootstrapServers,
      tiersPath: this.#indexStore.tiersPath,
    }
  }
}
