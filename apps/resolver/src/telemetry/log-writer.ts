/**
 * Moves records from the workers' rings to log.db, keeps statistics and retention. One per resolver, in its own thread.
 *
 *     rings ──▶ flush: merge by time ──▶ one transaction of at most MAX_BATCH records ──▶ seal full segments
 *                  └──▶ tail (live views), most frequent keys                   counters ──▶ roll-ups
 *
 * Nothing here reaches the answering of queries: whatever log.db does, rings are drained, and what cannot be written is
 * counted. A file that is broken is moved aside and a new one started; one that cannot be used now is tried again.
 */
import type { Clock } from '@weir/shared/clock'
import type { Settings } from '@weir/shared/contract/settings'
import type { CheckpointResult, ResolverStatus } from '@weir/shared/contract/system'
import type { DatabaseTuning } from '@weir/shared/db/open-database'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { type Effect, Effects } from './effects.ts'
import { HitCounts } from './hit-counts.ts'
import { LogFile } from './log-file.ts'
import { LogIdentities, RecordIdentities } from './log-identities.ts'
import { LogRecord } from './log-record.ts'
import { LogRingReader } from './log-ring.ts'
import type { CheckpointMode, LogStore } from './log-store.ts'
import { LogTail, type TailBatch } from './log-tail.ts'
import { Retention } from './retention.ts'
import { Rollups } from './rollups.ts'
import { SeenClients } from './seen-clients.ts'
import { TopCounts } from './top-counts.ts'

export type LogSettings = Settings['log']

export interface LogWriterOptions {
  readonly path: string
  readonly rings: readonly SharedArrayBuffer[]
  readonly counters: readonly SharedArrayBuffer[]
  /** Made by `createCounters` once per resolver: what the roll-ups have accounted for. */
  readonly accounted: SharedArrayBuffer
  readonly settings: LogSettings
  /** Missing: as the file is opened. */
  readonly tuning?: DatabaseTuning
  /** By upstream index. */
  readonly upstreams: readonly string[]
}

export type LogWriterStatus = ResolverStatus['log']

/** Records in one transaction: about 0.1 s of work, so that the ring never waits long. */
const MAX_BATCH = 8192
/** How often roll-ups are written; a kill loses this much of them at most, and live pages are this much behind. */
const ROLLUP_EVERY_MS = 1000
/** Recorders leave out records from half a ring on, more the fuller it is. */
const BEHIND_FILL = 0.75
const RETENTION_EVERY_MS = 1000
/** More than a full ring of every worker holds. */
const MAX_LAST_FLUSHES = 256
const BLOCKED = OUTCOMES.indexOf('blocked')
const FORWARDED = OUTCOMES.indexOf('forwarded')
const FAILED = OUTCOMES.indexOf('failed')

export class LogWriter {
  readonly #clock: Clock
  readonly #readers: LogRingReader[]
  readonly #identities = new LogIdentities()
  readonly #retention = new Retention()
  readonly #rollups: Rollups
  readonly #tops = new TopCounts()
  readonly #hits = new HitCounts()
  readonly #seen = new SeenClients()
  readonly #effects = new Effects()
  readonly #record = new LogRecord()
  readonly #identified = new RecordIdentities()
  readonly #file: LogFile
  readonly tail = new LogTail()
  #settings: LogSettings
  #isStopped = false
  #isBehind = false
  #written = 0
  #dropped = 0
  /** Monotonic. */
  #rollupsAt = 0
  #retentionAt = 0

  constructor(options: LogWriterOptions, clock: Clock) {
    this.#clock = clock
    this.#settings = options.settings
    this.#readers = options.rings.map((ring) => new LogRingReader(ring))
    this.#rollups = new Rollups(options.counters, options.accounted)
    this.#identities.setUpstreams(options.upstreams)
    this.#identities.setPrivacy(options.settings.clientPrivacy)
    const opened = (): void => {
      this.#retention.restart()
      this.#rollups.rewriteAll()
    }
    this.#file = new LogFile(options.path, this.#identities, clock, opened, options.tuning)
  }

  get status(): LogWriterStatus {
    const state = this.#file.store === null && !this.#isStopped ? 'broken' : this.#settings.enabled ? 'ok' : 'off'
    return {
      state,
      written: this.#written,
      dropped: this.#dropped,
      hitsLost: this.#hits.lost,
      lastError: this.#file.lastError,
    }
  }

  configure(settings: LogSettings, tuning?: DatabaseTuning): void {
    this.#settings = settings
    this.#identities.setPrivacy(settings.clientPrivacy)
    if (tuning) this.#file.tune(tuning)
  }

  setUpstreams(addresses: readonly string[]): void {
    this.#identities.setUpstreams(addresses)
  }

  noteEffect(effect: Effect): void {
    this.#effects.note(effect)
  }

  takeTail(): TailBatch | null {
    return this.tail.take()
  }

  /** Did the last round find so much that records are being left out? Then the log cannot be complete, however it hurries. */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** One round: drains a batch, books statistics, keeps limits. @returns whether more records wait */
  flush(): boolean {
    this.#file.check()
    const nowMs = this.#clock.now()
    this.#rollups.tick(nowMs)
    this.#isBehind = this.#readers.some(({ fill }) => fill > BEHIND_FILL)
    this.#tops.moveTo(nowMs, this.#file.store?.database ?? null)
    this.#drain()
    this.#tops.settle()
    this.#file.use((store) => this.#writeStatistics(store, false))
    this.#file.use((store) => store.sealNext())
    this.#file.use((store) => this.#keepLimits(store))
    return this.#hasRecords
  }

  get #hasRecords(): boolean {
    return this.#readers.some((reader) => !reader.isEmpty)
  }

  /** @returns null while log.db cannot be used */
  checkpoint(mode: CheckpointMode): CheckpointResult | null {
    return this.#file.use((store) => store.checkpoint(mode)) ?? null
  }

  /** Removes the logged queries; counts over time stay. @returns false while log.db cannot be used */
  clear(): boolean {
    this.#flushAll()
    this.#tops.clear()
    this.#retention.restart()
    this.#file.use((store) => store.clear())
    return this.#file.store !== null
  }

  /** Writes all that waits, and closes the file. */
  stop(): void {
    this.#flushAll()
    this.#file.use((store) => this.#writeStatistics(store, true))
    this.#file.close()
    this.#isStopped = true
  }

  /** Bounded: queries may come in as fast as they are written. */
  #flushAll(): void {
    for (let i = 0; i < MAX_LAST_FLUSHES && this.flush(); i++);
  }

  #drain(): void {
    if (!this.#hasRecords) return
    let taken = 0
    const take = (store: LogStore | null): void => {
      while (taken < MAX_BATCH && this.#takeOldest()) {
        taken++
        this.#countRecord()
        store?.insert(this.#record, this.#identified)
      }
    }
    const { enabled } = this.#settings
    const isDone = this.#file.use((store) => {
      store.begin()
      take(enabled ? store : null)
      store.commit()
      return true
    })
    // With a file that cannot be used the batch is only counted; one that failed half-way is lost.
    if (!isDone && taken === 0) take(null)
    if (!enabled) return
    if (isDone) this.#written += taken
    else this.#dropped += taken
  }

  /** Merges the rings by time, so that ids rise with time. */
  #takeOldest(): boolean {
    let oldest: LogRingReader | undefined
    let oldestAtMs = Number.POSITIVE_INFINITY
    for (const reader of this.#readers) {
      const atMs = reader.oldestAtMs
      if (atMs >= oldestAtMs) continue
      oldest = reader
      oldestAtMs = atMs
    }
    return oldest?.read(this.#record) ?? false
  }

  #countRecord(): void {
    const record = this.#record
    this.#identities.resolve(record, this.#identified)
    const { name, client, upstream } = this.#identified
    this.#retention.mark(name.id)
    // Hidden for the client's group, or of a message that could not be read.
    if (record.nameLength > 0) this.#countName(name.text)
    if (client.text !== '') this.#tops.count('clients', client.text, record.weight)
    this.#seen.count(client.text, record.outcome === BLOCKED, record.atMs, record.weight)
    // A cached answer knows its upstream too, but did not bother it.
    if (upstream.text !== '' && (record.outcome === FORWARDED || record.outcome === FAILED))
      this.#tops.count('upstreams', upstream.text, record.weight)
    if (record.listId !== 0) {
      this.#tops.count('lists', String(record.listId), record.weight)
      this.#hits.count('list', record.listId, record.atMs, record.weight)
    }
    if (record.ruleId !== 0) this.#hits.count('rule', record.ruleId, record.atMs, record.weight)
    if (record.shadowEffect >= 0) this.#countShadow()
    this.#tops.count('types', formatRrType(record.qtype), record.weight)
    this.tail.offer(record, this.#identified, this.#clock.now())
  }

  #countShadow(): void {
    const { shadowRuleId, shadowListId, atMs, weight } = this.#record
    if (shadowListId !== 0) this.#hits.count('shadow-list', shadowListId, atMs, weight)
    if (shadowRuleId !== 0) this.#hits.count('shadow-rule', shadowRuleId, atMs, weight)
  }

  #countName(name: string): void {
    const { outcome, weight } = this.#record
    this.#tops.count('names', name, weight)
    if (outcome === BLOCKED) this.#tops.count('blocked-names', name, weight)
  }

  #writeStatistics(store: LogStore, all: boolean): void {
    const nowMs = this.#clock.now()
    const isDue = this.#clock.monotonic() >= this.#rollupsAt || this.#rollups.hasClosed
    if (!(all || isDue || this.#tops.isDue(nowMs) || this.#effects.hasNews)) return
    store.begin()
    this.#rollups.write(store.database)
    this.#tops.write(store.database, nowMs, all)
    this.#hits.write(store.database)
    this.#seen.write(store.database)
    this.#effects.write(store.database)
    store.commit()
    this.#rollups.written()
    this.#tops.written(nowMs, all)
    this.#hits.written()
    this.#seen.written()
    this.#effects.written()
    this.#rollupsAt = this.#clock.monotonic() + ROLLUP_EVERY_MS
  }

  #keepLimits(store: LogStore): void {
    const monotonic = this.#clock.monotonic()
    if (monotonic < this.#retentionAt) return
    this.#retentionAt = monotonic + RETENTION_EVERY_MS
    const hasRemovedNames = this.#retention.step(store.database, this.#settings, this.#clock.now(), () =>
      this.#clock.monotonic(),
    )
    if (hasRemovedNames) this.#identities.forget()
  }
}
