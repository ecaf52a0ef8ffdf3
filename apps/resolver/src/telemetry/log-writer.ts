/**
 * Moves records from the workers' rings to log.db, keeps statistics and retention. One per resolver, in its own thread.
 *
 *     rings ──▶ flush: merge by time ──▶ one transaction of bounded length ──▶ seal full segments
 *                  └──▶ tail (live views), statistics ◀── counters
 *
 * Nothing here reaches the answering of queries: whatever log.db does, rings are drained, and what cannot be written is
 * counted. A file that is broken is moved aside and a new one started; one that cannot be used now is tried again.
 */
import type { Clock } from '@weir/shared/clock'
import type { Settings } from '@weir/shared/contract/settings'
import type { CheckpointResult, ResolverStatus } from '@weir/shared/contract/system'
import type { DatabaseTuning } from '@weir/shared/db/open-database'
import type { Effect } from './effects.ts'
import { LogFile } from './log-file.ts'
import { LogIdentities, RecordIdentities } from './log-identities.ts'
import { LogRecord } from './log-record.ts'
import { LogRingReader } from './log-ring.ts'
import { LogStatistics } from './log-statistics.ts'
import type { CheckpointMode, LogStore } from './log-store.ts'
import { LogTail, type TailBatch } from './log-tail.ts'
import { watchProcessor } from './processor-watch.ts'
import { Retention } from './retention.ts'

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

/**
 * Records in one transaction: some 0.05 s of work where each has a name of its own. A round is paid by the queries that are answered
 * meanwhile, and only behind it is seen whether they want the processor.
 */
const MAX_BATCH = 2048
/** The same while it is behind: with this little, the pause that makes it a small share of the time is not longer than a second or two. */
const MAX_BATCH_BEHIND = 512
/** Recorders leave out records from here on, more the fuller a ring is. */
const LEFT_OUT_FILL = 0.5
const RETENTION_EVERY_MS = 1000
/** More than a full ring of every worker holds. */
const MAX_LAST_FLUSHES = 1024

export class LogWriter {
  readonly #clock: Clock
  readonly #isProcessorScarce: () => boolean
  readonly #readers: LogRingReader[]
  readonly #identities = new LogIdentities()
  readonly #retention = new Retention()
  readonly #statistics: LogStatistics
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
  #retentionAt = 0

  /** @param isProcessorScarce asked once a round: did this thread wait longer for a processor than it had one? */
  constructor(options: LogWriterOptions, clock: Clock, isProcessorScarce: () => boolean = watchProcessor()) {
    this.#clock = clock
    this.#isProcessorScarce = isProcessorScarce
    this.#settings = options.settings
    this.#readers = options.rings.map((ring) => new LogRingReader(ring))
    this.#statistics = new LogStatistics(options.counters, options.accounted, clock)
    this.#identities.setUpstreams(options.upstreams)
    this.#identities.setPrivacy(options.settings.clientPrivacy)
    const opened = (): void => {
      this.#retention.restart()
      this.#statistics.rewriteAll()
    }
    this.#file = new LogFile(options.path, this.#identities, clock, opened, options.tuning)
  }

  get status(): LogWriterStatus {
    const state = this.#file.store === null && !this.#isStopped ? 'broken' : this.#settings.enabled ? 'ok' : 'off'
    return {
      state,
      written: this.#written,
      dropped: this.#dropped,
      hitsLost: this.#statistics.hitsLost,
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
    this.#statistics.noteEffect(effect)
  }

  takeTail(): TailBatch | null {
    return this.tail.take()
  }

  /**
   * Did the last round find so much that records are being left out, and others in want of the processor? Then the log cannot be
   * complete, however it hurries, and what it takes is missing where queries are answered.
   */
  get isBehind(): boolean {
    return this.#isBehind
  }

  /** One round: drains a batch, books statistics, keeps limits. @returns whether more records wait */
  flush(): boolean {
    this.#file.check()
    const isProcessorScarce = this.#isProcessorScarce()
    this.#isBehind = isProcessorScarce && this.#readers.some(({ fill }) => fill > LEFT_OUT_FILL)
    this.#statistics.moveTo(this.#clock.now(), this.#file.store?.database ?? null)
    this.#drain()
    this.#statistics.settle()
    this.#file.use((store) => this.#statistics.write(store, false))
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
    this.#statistics.clear()
    this.#retention.restart()
    this.#file.use((store) => store.clear())
    return this.#file.store !== null
  }

  /** Writes all that waits, and closes the file. */
  stop(): void {
    this.#flushAll()
    this.#file.use((store) => this.#statistics.write(store, true))
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
    const most = this.#isBehind ? MAX_BATCH_BEHIND : MAX_BATCH
    const take = (store: LogStore | null): void => {
      while (taken < most && this.#takeOldest()) {
        taken++
        this.#noteRecord()
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

  #noteRecord(): void {
    const record = this.#record
    this.#identities.resolve(record, this.#identified)
    this.#retention.mark(this.#identified.name.id)
    this.#statistics.count(record, this.#identified)
    this.tail.offer(record, this.#identified, this.#clock.now())
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
