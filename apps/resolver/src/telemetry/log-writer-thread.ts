/** The main thread's end of the log writer: starts its thread, starts it again when it dies, and passes requests on. */
import { Worker } from 'node:worker_threads'
import type { CheckpointResult } from '@weir/shared/contract/system'
import type { DatabaseTuning } from '@weir/shared/db/open-database'
import type { Effect } from './effects.ts'
import type { CheckpointMode } from './log-store.ts'
import type { TailBatch } from './log-tail.ts'
import type { LogSettings, LogWriterOptions, LogWriterStatus } from './log-writer.ts'
import type { LogWriterReport, LogWriterRequest } from './log-writer-messages.ts'

/** A writer that dies at once must not keep a core busy with starting it. */
const RESTART_AFTER_MS = 2000
/** A request that the thread does not answer: a checkpoint of a large log takes seconds. */
const REPLY_TIMEOUT_MS = 30_000
/** Stack, code and a modest heap; an error of ours must not take the memory of the cache. */
const MAX_HEAP_MIB = 128
/** Batches are short-lived; V8's own limit is 48. */
const MAX_YOUNG_MIB = 3

const IS_SOURCE = import.meta.url.endsWith('.ts')
const ENTRY = new URL(IS_SOURCE ? './log-writer-worker.ts' : './log-writer-worker.js', import.meta.url)

type Reply = CheckpointResult | boolean | null

export class LogWriterThread {
  #options: LogWriterOptions
  readonly #onTail: (tail: TailBatch) => void
  readonly #pending = new Map<number, (reply: Reply) => void>()
  #worker: Worker | null = null
  #restart: NodeJS.Timeout | undefined
  #isStopping = false
  #isTailWanted = false
  #nextId = 1
  #status: LogWriterStatus = { state: 'ok', written: 0, dropped: 0, hitsLost: 0, lastError: null }
  /** Counts of writers before this one. */
  #before = { written: 0, dropped: 0 }

  constructor(options: LogWriterOptions, onTail: (tail: TailBatch) => void) {
    this.#options = options
    this.#onTail = onTail
    this.#start()
  }

  /** At most a second old. */
  get status(): LogWriterStatus {
    const { written, dropped } = this.#status
    return { ...this.#status, written: written + this.#before.written, dropped: dropped + this.#before.dropped }
  }

  configure(settings: LogSettings, tuning?: DatabaseTuning): void {
    const change = { settings, ...(tuning && { tuning }) }
    this.#options = { ...this.#options, ...change }
    this.#send({ kind: 'configure', ...change })
  }

  /** @param addresses by upstream index; grows, never shrinks */
  setUpstreams(addresses: readonly string[]): void {
    this.#options = { ...this.#options, upstreams: addresses }
    this.#send({ kind: 'upstreams', addresses })
  }

  /** A configuration is in effect from now on. */
  noteEffect(effect: Effect): void {
    this.#send({ kind: 'effect', effect })
  }

  /** The tail is collected only while somebody looks. */
  wantTail(isWanted: boolean): void {
    this.#isTailWanted = isWanted
    this.#send({ kind: 'tail', isWanted })
  }

  /** @returns null while log.db cannot be used */
  async checkpoint(mode: CheckpointMode): Promise<CheckpointResult | null> {
    const reply = await this.#ask((id) => ({ kind: 'checkpoint', id, mode }))
    return typeof reply === 'object' ? reply : null
  }

  /** Removes all logged queries. @returns false while log.db cannot be used */
  async clear(): Promise<boolean> {
    return (await this.#ask((id) => ({ kind: 'clear', id }))) === true
  }

  /** Writes what waits, and ends the thread. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#restart)
    const worker = this.#worker
    await this.#ask((id) => ({ kind: 'stop', id }))
    await worker?.terminate()
  }

  #start(): void {
    const execArgv = IS_SOURCE ? ['--conditions=source'] : []
    const worker = new Worker(ENTRY, {
      name: 'log-writer',
      workerData: this.#options,
      execArgv,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB, maxYoungGenerationSizeMb: MAX_YOUNG_MIB },
    })
    this.#worker = worker
    worker.on('message', (message: LogWriterReport) => this.#receive(message))
    worker.on('error', (error) => {
      this.#status = { ...this.#status, state: 'broken', lastError: String(error) }
    })
    worker.on('exit', () => this.#exited())
    if (this.#isTailWanted) this.#send({ kind: 'tail', isWanted: true })
  }

  #exited(): void {
    this.#worker = null
    for (const settle of [...this.#pending.values()]) settle(null)
    const { written, dropped } = this.status
    this.#before = { written, dropped }
    this.#status = { ...this.#status, written: 0, dropped: 0 }
    if (!this.#isStopping) this.#restart = setTimeout(() => this.#start(), RESTART_AFTER_MS)
  }

  #receive(message: LogWriterReport): void {
    if (message.kind === 'status') this.#status = message.status
    else if (message.kind === 'tail') this.#onTail(message.tail)
    else this.#pending.get(message.id)?.(message.reply)
  }

  #send(request: LogWriterRequest): void {
    this.#worker?.postMessage(request)
  }

  #ask(request: (id: number) => LogWriterRequest): Promise<Reply> {
    if (!this.#worker) return Promise.resolve(null)
    const id = this.#nextId++
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        clearTimeout(timeout)
        this.#pending.delete(id)
        resolve(reply)
      }
      const timeout = setTimeout(() => settle(null), REPLY_TIMEOUT_MS)
      this.#pending.set(id, settle)
      this.#send(request(id))
    })
  }
}
