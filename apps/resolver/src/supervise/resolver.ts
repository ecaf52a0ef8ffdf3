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
import { type Clock, systemClock } from '@weir/shared/clock'
import type { Settings } from '@weir/shared/contract/settings'
import type { ReloadReply, StatusReply, StreamMessage } from '@weir/shared/control/messages'
import { type Endpoint, type Environment, formatEndpoint } from '@weir/shared/environment'
import { fail, ok, type Result } from '@weir/shared/result'
import type { Logger } from 'pino'
import { createCacheBuffer, SharedCache } from '../cache/shared-cache.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { compileInThread } from '../store/compile-in-thread.ts'
import { ConfigCopy } from '../store/config-copy.ts'
import { IndexFile } from '../store/index-file.ts'
import { createCounters } from '../telemetry/counters.ts'
import { createRing } from '../telemetry/log-ring.ts'
import type { TailBatch } from '../telemetry/log-tail.ts'
import { LogWriterThread } from '../telemetry/log-writer-thread.ts'
import { Sampler } from '../telemetry/sampler.ts'
import { LivePolicy } from '../threads/live-policy.ts'
import { QueryWorkers } from '../threads/query-workers.ts'
import type { WorkerStart } from '../threads/worker-messages.ts'
import { systemResolvers } from '../upstream/system-resolvers.ts'
import { VERSION } from '../version.ts'
import { ConfigKeeper } from './config-keeper.ts'
import { mergeUpstreams } from './merge-upstreams.ts'
import { UpstreamTable } from './upstream-table.ts'

/** In the data folder. */
export const CONFIG_COPY = 'config.copy'

export class Resolver {
  readonly #environment: Environment
  readonly #logger: Logger
  readonly #clock: Clock = systemClock
  readonly #startedAt = Date.now()
  readonly #bootstrapServers: readonly string[]
  readonly #table = new UpstreamTable()
  readonly #counters: readonly SharedArrayBuffer[]
  readonly #rings: readonly SharedArrayBuffer[]
  readonly #indexFile: IndexFile
  readonly #configCopy: ConfigCopy
  readonly #keeper: ConfigKeeper
  readonly #workers: QueryWorkers
  readonly #sampler: Sampler
  readonly #streams = new Set<(message: StreamMessage) => void>()
  #tailWatchers = 0
  #config!: ConfigData
  #policy!: LivePolicy
  #cacheBuffer: SharedArrayBuffer | null = null
  #cache: SharedCache | null = null
  #log!: LogWriterThread

  constructor(environment: Environment, logger: Logger) {
    this.#environment = environment
    this.#logger = logger
    this.#bootstrapServers = systemResolvers(environment.dnsListen)
    this.#counters = Array.from({ length: environment.workers }, createCounters)
    this.#rings = Array.from({ length: environment.workers }, () => createRing())
    const databasePath = join(environment.dataDir, 'weir.db')
    this.#indexFile = new IndexFile(join(environment.dataDir, 'rules.index'))
    this.#configCopy = new ConfigCopy(join(environment.dataDir, CONFIG_COPY), (detail) =>
      logger.error({ detail }, 'copy of the configuration'),
    )
    this.#keeper = new ConfigKeeper({
      databasePath,
      fallbackServers: environment.upstreams ?? this.#bootstrapServers,
      compile: (request) => compileInThread(request, (...progress) => this.#tellCompile(request.revision, ...progress)),
      loadIndex: () => this.#loadIndex(),
      saveIndex: (index) => this.#saveIndex(index),
      recall: () => this.#configCopy.read(),
      apply: (change) => this.#apply(change),
      onFault: (detail) => logger.error({ detail }, 'configuration'),
    })
    this.#workers = new QueryWorkers({
      count: environment.workers,
      listen: environment.dnsListen,
      startOf: (index, listen) => this.#workerStart(index, listen),
      onBug: (worker, detail) => logger.error({ worker, detail }, 'bug in a query worker'),
      onRestart: (worker, detail) => logger.error({ worker, detail }, 'query worker ended, starting it again'),
    })
    this.#sampler = new Sampler(
      {
        counters: this.#counters,
        cache: () => this.#cacheUse,
        ruleIndexOctets: () => this.#policy.policy.index?.sizeOctets ?? 0,
        inFlight: () => this.#inFlight,
        logDropped: () => this.#log.status.dropped,
      },
      this.#clock,
    )
  }

  /** Loads, compiles where needed, listens. @returns where it listens, or one line that says why it cannot */
  async start(): Promise<Result<readonly Endpoint[], string>> {
    this.#config = await this.#keeper.start()
    this.#policy = new LivePolicy(this.#config, this.#keeper.index)
    this.#setCache(this.#config.settings.cache)
    this.#table.add(this.#policy.policy.allUpstreams)
    this.#log = new LogWriterThread(
      {
        path: join(this.#environment.dataDir, 'log.db'),
        rings: this.#rings,
        counters: this.#counters,
        accounted: createCounters(),
        settings: this.#config.settings.log,
        upstreams: [...this.#table.servers],
      },
      (tail) => this.#tellTail(tail),
    )
    const listening = await this.#workers.start()
    if (!listening.ok) {
      await this.#log.stop()
      return fail(listening.error)
    }
    this.#keeper.watch()
    if (this.#keeper.revision >= 0) this.#configCopy.save(() => this.#wholeConfig)
    this.#sampler.start()
    this.#sampler.subscribe((sample) => this.#tell({ kind: 'sample', sample }))
    this.#logger.info({ endpoints: listening.value.map(formatEndpoint), revision: this.#keeper.revision }, 'answering')
    return ok(listening.value)
  }

  /** Answers what waits, writes what is logged. */
  async stop(): Promise<void> {
    this.#keeper.stop()
    this.#configCopy.flush()
    this.#sampler.stop()
    await this.#workers.stop()
    await this.#log?.stop()
  }

  get policy(): LivePolicy {
    return this.#policy
  }
  get log(): LogWriterThread {
    return this.#log
  }
  get sampler(): Sampler {
    return this.#sampler
  }
  get cache(): SharedCache | null {
    return this.#cache
  }
  get counters(): readonly SharedArrayBuffer[] {
    return this.#counters
  }
  get inFlight(): number {
    return this.#inFlight
  }
  /** Of listeners and the like, by name, all workers together. */
  get workerCounters(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {}
    for (const { counters } of this.#workers.reports)
      for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + value
    return sums
  }

  async reload(revision: number): Promise<ReloadReply> {
    const applied = await this.#keeper.reload(revision)
    const reply = { revision: this.#keeper.revision, applied }
    return applied ? reply : { ...reply, detail: 'the change could not be brought into effect; the log says why' }
  }

  subscribe(listener: (message: StreamMessage) => void): () => void {
    this.#streams.add(listener)
    if (this.#tailWatchers++ === 0) this.#log.wantTail(true)
    return () => {
      if (!this.#streams.delete(listener)) return
      if (--this.#tailWatchers === 0) this.#log.wantTail(false)
    }
  }

  status(): StatusReply {
    const { index } = this.#policy.policy
    return {
      startedAt: this.#startedAt,
      pid: process.pid,
      revision: this.#keeper.revision,
      version: VERSION,
      workers: this.#workers.states,
      listeners: [...this.#workers.listeners],
      index: {
        names: index?.names ?? 0,
        sizeOctets: index?.sizeOctets ?? 0,
        lists: index?.lists.length ?? 0,
        ...this.#keeper.compiled,
      },
      ownRules: this.#policy.policy.own.size,
      cache: {
        entries: this.#cacheUse.entryCount,
        sizeOctets: this.#cacheUse.sizeOctets,
        limitOctets: this.#cache?.limitOctets ?? 0,
      },
      log: this.#log.status,
      faults: [...this.#keeper.faults],
      upstreams: mergeUpstreams(
        this.#workers.reports.map(({ upstreams }) => upstreams),
        new Set(this.#policy.policy.allUpstreams),
      ),
    }
  }

  get #inFlight(): number {
    return this.#workers.reports.reduce((sum, report) => sum + report.inFlight, 0)
  }

  get #cacheUse(): { entryCount: number; sizeOctets: number } {
    return { entryCount: this.#cache?.entryCount ?? 0, sizeOctets: this.#cache?.sizeOctets ?? 0 }
  }

  /** Never from weir.db, which may be gone by now. Rules that are switched off are not in it. */
  get #wholeConfig(): ConfigData {
    const rules = Array.from(this.#policy.policy.own, ({ row }) => row)
    return { ...this.#config, rules: { kind: 'full', rules } }
  }

  /** A worker that starts again needs the whole configuration, not what changed last. */
  #workerStart(workerIndex: number, listen: readonly Endpoint[]): WorkerStart {
    return {
      workerIndex,
      listen,
      servesStreams: workerIndex === 0,
      recorder: { counters: this.#counters[workerIndex]!, ring: this.#rings[workerIndex]! },
      state: {
        config: this.#wholeConfig,
        index: this.#keeper.index,
        cache: this.#cacheBuffer,
        upstreams: this.#table.servers,
      },
      bootstrapServers: this.#bootstrapServers,
    }
  }

  async #apply({ config, index }: { config?: ConfigData; index?: CompiledIndex }): Promise<boolean> {
    const before = this.#config.settings
    if (index) this.#policy.policy.replaceIndex(index)
    if (config) {
      this.#config = config
      this.#configCopy.save(() => this.#wholeConfig)
      const faults = this.#policy.apply(config)
      if (faults.length > 0) this.#logger.warn({ faults }, 'rules that could not be used')
    }
    const { settings } = this.#config
    const isCacheNew = JSON.stringify(before.cache) !== JSON.stringify(settings.cache) && this.#setCache(settings.cache)
    this.#log.configure(settings.log)
    const areUpstreamsNew = this.#table.add(this.#policy.policy.allUpstreams)
    if (areUpstreamsNew) this.#log.setUpstreams([...this.#table.servers])
    return this.#workers.apply({
      ...(config && { config }),
      ...(index && { index }),
      ...(isCacheNew && { cache: this.#cacheBuffer }),
      ...(areUpstreamsNew && { upstreams: this.#table.servers }),
    })
  }

  /** @returns whether there is another buffer now: size or switch has changed */
  #setCache({ enabled, sizeOctets }: Settings['cache']): boolean {
    if (enabled === (this.#cacheBuffer !== null) && this.#cacheSize === sizeOctets) return false
    this.#cacheSize = sizeOctets
    this.#cacheBuffer = enabled ? createCacheBuffer(sizeOctets) : null
    this.#cache = this.#cacheBuffer && new SharedCache(this.#cacheBuffer)
    return true
  }
  #cacheSize = 0

  #loadIndex(): CompiledIndex | null {
    const loaded = this.#indexFile.read()
    if (loaded.ok) return loaded.value
    this.#logger.info({ detail: loaded.error }, 'no stored rule index')
    return null
  }

  #saveIndex(index: CompiledIndex): void {
    void this.#indexFile.write(index).then((written) => {
      if (!written.ok) this.#logger.error({ detail: written.error }, 'the rule index could not be stored')
    })
  }

  #tell(message: StreamMessage): void {
    for (const listener of this.#streams) listener(message)
  }

  #tellTail({ entries, skipped }: TailBatch): void {
    const names = new Map(this.#config.lists.map(({ id, name }) => [id, name]))
    const named = entries.map((entry) =>
      entry.listId === null ? entry : { ...entry, listName: names.get(entry.listId) ?? null },
    )
    this.#tell({ kind: 'queries', entries: named, skipped })
  }

  #tellCompile(revision: number, namesDone: number, namesTotal: number): void {
    this.#tell({ kind: 'compile', progress: { revision, namesDone, namesTotal } })
  }
}
