/**
 * Keeps the workers' policy in step with weir.db: loads what changed, compiles what must be compiled, swaps it in.
 *
 * ```
 *  control "reload", or the poll of config_revision ──▶ load (delta) ──▶ apply ──▶ lists changed? compile ──▶ apply
 * ```
 * One change at a time; a request that comes meanwhile is served by the next round.
 */
import { randomBytes } from 'node:crypto'
import { type Database, openReader } from '@weir/shared/db/open-database'
import type { Result } from '@weir/shared/result'
import { HASH_KEY_OCTETS } from '../rules/name-hash.ts'
import type { CompiledIndex, ConfigData, IndexedList, ListRow } from '../rules/policy-data.ts'
import { KEY_OFFSET } from '../rules/rule-index.ts'
import type { CompileRequest } from '../store/compile-messages.ts'
import { loadConfig } from '../store/load-config.ts'

const POLL_EVERY_MS = 1000

export interface ConfigKeeperOptions {
  readonly databasePath: string
  readonly fallbackServers: readonly string[]
  compile(request: CompileRequest): Promise<Result<CompiledIndex, string>>
  /** Index of an earlier run, if it is whole. */
  loadIndex(): CompiledIndex | null
  saveIndex(index: CompiledIndex): void
  /** The configuration of an earlier run, for a start without a usable weir.db. */
  recall(): Result<ConfigData, string>
  /** Brings a change to all who decide. @returns whether all have confirmed */
  apply(change: { config?: ConfigData; index?: CompiledIndex }): Promise<boolean>
  onFault(detail: string): void
}

/** The lists whose names are in the index: enabled, with content, in their order. */
const indexedLists = (lists: readonly ListRow[]): IndexedList[] =>
  lists.flatMap(({ id, enabled, activeVersionId, names }) =>
    enabled && activeVersionId !== null ? [{ listId: id, versionId: activeVersionId, names }] : [],
  )

const isSameContent = (a: readonly IndexedList[], b: readonly IndexedList[]): boolean =>
  a.length === b.length &&
  a.every(({ listId, versionId }, i) => listId === b[i]!.listId && versionId === b[i]!.versionId)

export class ConfigKeeper {
  readonly #options: ConfigKeeperOptions
  #database: Database | null = null
  #index: CompiledIndex | null = null
  #revision = -1
  #round: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #compileMs = 0
  #compiledAt: number | null = null
  #faults: readonly string[] = []
  /** Lists that could not be compiled: tried again when they change, not each second. */
  #failedLists: readonly IndexedList[] | undefined
  #lastFault = ''

  constructor(options: ConfigKeeperOptions) {
    this.#options = options
  }

  get revision(): number {
    return this.#revision
  }
  get index(): CompiledIndex | null {
    return this.#index
  }
  get compiled(): { compileMs: number; compiledAt: number | null } {
    return { compileMs: this.#compileMs, compiledAt: this.#compiledAt }
  }
  get faults(): readonly string[] {
    return this.#faults
  }

  /** The whole configuration, for a start or a restarted worker. The index comes from its file where that is current. */
  async start(): Promise<ConfigData> {
    this.#index = this.#options.loadIndex()
    const config = this.#readOrRecall()
    this.#faults = config.faults
    await this.#compileIfNeeded(config)
    return config
  }

  /** @throws when weir.db cannot be read and nothing is known of an earlier run */
  #readOrRecall(): ConfigData {
    try {
      const config = loadConfig(this.#open(), this.#options.fallbackServers)
      this.#revision = config.revision
      return config
    } catch (error) {
      this.#close()
      const recalled = this.#options.recall()
      if (!recalled.ok) throw error
      const fault = `weir.db cannot be read (${String(error)}): the configuration of the last run is in effect`
      this.#tellFault(fault)
      // The revision stays below all others: whatever weir.db holds once it can be read is newer.
      return { ...recalled.value, faults: [fault] }
    }
  }

  /** Polls config_revision, which covers a lost message of the API. */
  watch(): void {
    this.#timer ??= setInterval(() => {
      if (this.#storedRevision() > this.#revision) void this.reload(0)
    }, POLL_EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#database?.close()
    this.#database = null
  }

  /** Resolves when `revision`, or a later one, is in effect. @returns false when it could not be brought into effect */
  async reload(revision: number): Promise<boolean> {
    // A round that is under way may have read before `revision` was committed: wait for the next one.
    const before = this.#round
    this.#round = before.then(() => this.#runRound())
    await this.#round
    return this.#revision >= revision
  }

  async #runRound(): Promise<void> {
    try {
      if (this.#storedRevision() <= this.#revision) return
      const config = loadConfig(this.#open(), this.#options.fallbackServers, this.#revision)
      this.#faults = config.faults
      const index = await this.#compileIfNeeded(config)
      this.#lastFault = ''
      if (await this.#options.apply(index ? { config, index } : { config })) this.#revision = config.revision
    } catch (error) {
      this.#tellFault(`loading the configuration: ${String(error)}`)
      this.#close()
    }
  }

  /**
   * A list that cannot be compiled keeps neither the rest of the change nor a start: the present index stays.
   * @returns the new index, or undefined when the present one still holds
   */
  async #compileIfNeeded(config: ConfigData): Promise<CompiledIndex | undefined> {
    const lists = indexedLists(config.lists)
    if (this.#index ? isSameContent(this.#index.lists, lists) : lists.length === 0) return undefined
    if (this.#failedLists && isSameContent(this.#failedLists, lists)) return undefined
    const startedAt = performance.now()
    const compiled = await this.#options.compile({
      databasePath: this.#options.databasePath,
      revision: config.revision,
      key: this.#index ? keyOf(this.#index) : randomBytes(HASH_KEY_OCTETS),
      lists,
    })
    this.#failedLists = compiled.ok ? undefined : lists
    if (!compiled.ok) {
      const fault = `the lists could not be compiled, those of before are in effect: ${compiled.error}`
      this.#faults = [...this.#faults, fault]
      this.#tellFault(fault)
      return undefined
    }
    this.#index = compiled.value
    this.#compileMs = performance.now() - startedAt
    this.#compiledAt = Date.now()
    this.#options.saveIndex(compiled.value)
    return compiled.value
  }

  #storedRevision(): number {
    try {
      return this.#open().prepare<[], number>('SELECT revision FROM config_revision').pluck().get() ?? 0
    } catch (error) {
      this.#tellFault(`reading weir.db: ${String(error)}`)
      this.#close()
      return -1
    }
  }

  /** Once, not at each poll. */
  #tellFault(detail: string): void {
    if (detail !== this.#lastFault) this.#options.onFault(detail)
    this.#lastFault = detail
  }

  #open(): Database {
    this.#database ??= openReader(this.#options.databasePath)
    return this.#database
  }

  /** A file that was replaced (a restored backup) is found again by opening it anew. */
  #close(): void {
    this.#database?.close()
    this.#database = null
  }
}

/** The running index's key: rules hashed with it stay where they are. */
const keyOf = ({ table }: CompiledIndex): Uint8Array => new Uint8Array(table, KEY_OFFSET, HASH_KEY_OCTETS).slice()
