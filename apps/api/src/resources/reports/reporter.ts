/** Makes one report at a time in a thread, tells how far it is, and keeps the last one that was finished. */
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import type { PolicyReport } from '@weir/shared/contract/policy-report'
import { startBackgroundThread } from '../../background-thread.ts'
import type { AppDeps } from '../../deps.ts'
import type { ReportJob, ReportMessage } from './report-job.ts'

/** Own rules lie on the heap, a kilobyte each at most; names of lists do not. */
const MAX_HEAP_MB = 768

const ENTRY = new URL('./report-worker.js', import.meta.url)

type Deps = Pick<AppDeps, 'config' | 'settings' | 'log' | 'clock' | 'dataDir' | 'logger'>

export class PolicyReporter {
  readonly #deps: Deps
  #worker: Worker | undefined
  #view: Omit<PolicyReport, 'isStale'> = {
    state: 'none',
    share: 0,
    startedAt: null,
    finishedAt: null,
    error: null,
    report: null,
  }
  /** Of the report that is kept, or being made. */
  #revision = 0

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get view(): PolicyReport {
    return { ...this.#view, isStale: this.#view.state === 'done' && this.#revision !== this.#deps.config.revision }
  }

  /** Begins; one that runs already goes on. */
  start(days: number): PolicyReport {
    if (this.#worker) return this.view
    const { config, settings, log, clock, dataDir } = this.#deps
    const workerData: ReportJob = {
      databasePath: join(dataDir, 'weir.db'),
      logPath: log.path,
      days,
      nowMs: clock.now(),
      precedence: settings.current.settings.precedence,
    }
    this.#revision = config.revision
    this.#view = { ...this.#view, state: 'running', share: 0, startedAt: clock.now(), finishedAt: null, error: null }
    const worker = startBackgroundThread(ENTRY, {
      workerData,
      name: 'weir-report',
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    })
    this.#worker = worker
    this.#follow(worker)
    return this.view
  }

  /** Ends the one that runs; the last one that was finished stays. */
  async cancel(): Promise<PolicyReport> {
    const worker = this.#worker
    if (worker) {
      this.#end(worker, { state: 'cancelled' })
      await worker.terminate()
    }
    return this.view
  }

  #follow(worker: Worker): void {
    worker.on('message', (message: ReportMessage) => {
      if (worker !== this.#worker) return
      if (message.kind === 'progress') this.#view = { ...this.#view, share: message.share }
      else this.#end(worker, { state: 'done', share: 1, report: message.report })
    })
    worker.on('error', (cause) => {
      this.#deps.logger.error({ err: cause }, 'making a report failed')
      this.#end(worker, { state: 'failed', error: cause.message })
    })
    worker.on('exit', () => this.#end(worker, { state: 'failed', error: 'the report was ended before it was done' }))
  }

  #end(worker: Worker, change: Partial<PolicyReport>): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#view = { ...this.#view, ...change, finishedAt: this.#deps.clock.now() }
  }
}
