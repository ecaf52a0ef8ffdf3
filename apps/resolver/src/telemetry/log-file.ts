/**
 * log.db as the writer sees it: there, or not there now and tried again, with the reason of the last failure.
 *
 * Whatever goes wrong with the file stays in here: `use` never throws.
 */
import { existsSync } from 'node:fs'
import type { Clock } from '@weir/shared/clock'
import { type DatabaseTuning, tuneWriter } from '@weir/shared/db/open-database'
import { classifyFault, moveAside } from './log-file-fault.ts'
import type { LogIdentities } from './log-identities.ts'
import { LogStore } from './log-store.ts'

const CHECK_EVERY_MS = 5000
const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 60_000

export class LogFile {
  readonly #path: string
  readonly #identities: LogIdentities
  readonly #clock: Clock
  /** Called for each file that is opened: what is known of the one before it is worth nothing. */
  readonly #opened: () => void
  #tuning: DatabaseTuning | undefined
  #store: LogStore | null = null
  #lastError: string | null = null
  #retryMs = FIRST_RETRY_MS
  /** Monotonic. */
  #retryAt = 0
  #checkAt = 0

  constructor(path: string, identities: LogIdentities, clock: Clock, opened: () => void, tuning?: DatabaseTuning) {
    this.#path = path
    this.#tuning = tuning
    this.#identities = identities
    this.#clock = clock
    this.#opened = opened
    this.#open()
  }

  /** Null while the file cannot be used. */
  get store(): LogStore | null {
    return this.#store
  }

  get lastError(): string | null {
    return this.#lastError
  }

  tune(tuning: DatabaseTuning): void {
    this.#tuning = tuning
    this.use(({ database }) => tuneWriter(database, tuning))
  }

  /** Opens again what could not be used, when it is time, and notices a file that was removed. */
  check(): void {
    const monotonic = this.#clock.monotonic()
    if (!this.#store) {
      if (monotonic >= this.#retryAt) this.#open()
      return
    }
    if (monotonic < this.#checkAt) return
    this.#checkAt = monotonic + CHECK_EVERY_MS
    if (existsSync(this.#path)) return
    // What is written to the removed file is lost: start a new one.
    this.#giveUp('log.db was removed')
    this.#open()
  }

  /** @returns what `work` returns; undefined when it failed or there is no file */
  use<T>(work: (store: LogStore) => T): T | undefined {
    if (!this.#store) return undefined
    try {
      const result = work(this.#store)
      this.#retryMs = FIRST_RETRY_MS
      return result
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  close(): void {
    this.use((store) => store.close())
    this.#store = null
  }

  #open(): void {
    try {
      this.#openStore()
    } catch (error) {
      this.#fail(error)
    }
  }

  #openStore(): void {
    const store = new LogStore(this.#path, this.#identities)
    this.#store = store
    if (this.#tuning) tuneWriter(store.database, this.#tuning)
    this.#opened()
  }

  #fail(error: unknown): void {
    this.#giveUp(String(error))
    if (classifyFault(error) === 'unusable') return
    try {
      moveAside(this.#path, this.#clock.now())
      this.#openStore()
    } catch (next) {
      this.#giveUp(String(next))
    }
  }

  #giveUp(reason: string): void {
    this.#lastError = reason
    this.#retryAt = this.#clock.monotonic() + this.#retryMs
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS)
    const store = this.#store
    this.#store = null
    try {
      // An open transaction is rolled back by this.
      store?.close()
    } catch {
      // The file has failed before; it is opened anew.
    }
    this.#identities.attach(null)
  }
}
