/** What is counted of the records: roll-ups over time, what is most frequent, hits, clients seen, policies in effect; written together. */
import type { Clock } from '@weir/shared/clock'
import type { Database } from '@weir/shared/db/open-database'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { type Effect, Effects } from './effects.ts'
import { HitCounts } from './hit-counts.ts'
import type { RecordIdentities } from './log-identities.ts'
import type { LogRecord } from './log-record.ts'
import type { LogStore } from './log-store.ts'
import { Rollups } from './rollups.ts'
import { SeenClients } from './seen-clients.ts'
import { TopCounts } from './top-counts.ts'

/** How often roll-ups are written; a kill loses this much of them at most, and live pages are this much behind. */
const ROLLUP_EVERY_MS = 1000
const BLOCKED = OUTCOMES.indexOf('blocked')
const FORWARDED = OUTCOMES.indexOf('forwarded')
const FAILED = OUTCOMES.indexOf('failed')

export class LogStatistics {
  readonly #clock: Clock
  readonly #rollups: Rollups
  readonly #tops = new TopCounts()
  readonly #hits = new HitCounts()
  readonly #seen = new SeenClients()
  readonly #effects = new Effects()
  /** Monotonic. */
  #rollupsAt = 0

  /** @param accounted what the roll-ups have accounted for of the counters */
  constructor(counters: readonly SharedArrayBuffer[], accounted: SharedArrayBuffer, clock: Clock) {
    this.#clock = clock
    this.#rollups = new Rollups(counters, accounted)
  }

  get hitsLost(): number {
    return this.#hits.lost
  }

  noteEffect(effect: Effect): void {
    this.#effects.note(effect)
  }

  /** Before the records of a round. @param database log.db; null: it cannot be used */
  moveTo(nowMs: number, database: Database | null): void {
    this.#rollups.tick(nowMs)
    this.#tops.moveTo(nowMs, database)
  }

  /** @param identified whom and what the record is about, by the privacy that holds for it */
  count(record: LogRecord, { name, client, upstream }: RecordIdentities): void {
    // Hidden for the client's group, or of a message that could not be read.
    if (record.nameLength > 0) this.#countName(name.text, record)
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
    if (record.shadowEffect >= 0) this.#countShadow(record)
    this.#tops.count('types', formatRrType(record.qtype), record.weight)
  }

  #countShadow({ shadowRuleId, shadowListId, atMs, weight }: LogRecord): void {
    if (shadowListId !== 0) this.#hits.count('shadow-list', shadowListId, atMs, weight)
    if (shadowRuleId !== 0) this.#hits.count('shadow-rule', shadowRuleId, atMs, weight)
  }

  #countName(name: string, { outcome, weight }: LogRecord): void {
    this.#tops.count('names', name, weight)
    if (outcome === BLOCKED) this.#tops.count('blocked-names', name, weight)
  }

  /** Behind the records of a round. */
  settle(): void {
    this.#tops.settle()
  }

  /** Writes what is due. @param all whatever is not yet due, too */
  write(store: LogStore, all: boolean): void {
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

  /** For a file that begins anew: what was written to the one before is written again. */
  rewriteAll(): void {
    this.#rollups.rewriteAll()
  }

  /** Forgets which names and clients are frequent; counts over time stay. */
  clear(): void {
    this.#tops.clear()
  }
}
