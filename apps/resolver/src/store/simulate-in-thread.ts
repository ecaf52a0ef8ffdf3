/**
 * Runs simulations one after the other in a thread of their own; one that nobody waits for is ended with its thread.
 * The thread stays for a while, since a form asks again and again while it is filled in.
 */
import { Worker } from 'node:worker_threads'
import type { SimulationResult } from '@weir/shared/contract/simulation'
import { fail, ok, type Result } from '@weir/shared/result'
import type { FromSimulation, SimulationJob } from './simulation-messages.ts'

const IS_SOURCE = import.meta.url.endsWith('.ts')
const ENTRY = new URL(IS_SOURCE ? './simulation-worker.ts' : './simulation-worker.js', import.meta.url)

/** Own rules twice, and names of a slice; the questions lie outside of the heap. */
const MAX_HEAP_MIB = 512
const TIMEOUT_MS = 60_000
/** Whoever comes when so many wait is told to come again. */
const MAX_WAITING = 8
const KEPT_MS = 30_000

type SimulationOutcome = Result<SimulationResult, string>

export class Simulations {
  readonly #entry: URL
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #idle: SimulationThread | null = null
  #idleTimer: NodeJS.Timeout | undefined

  /** @param entry of the thread */
  constructor(entry: URL = ENTRY) {
    this.#entry = entry
  }

  /**
   * @param job        made when its turn comes
   * @param signal     ends it
   * @param onProgress told which part is done, 0…1, a few times a second
   * @returns the result, or why there is none
   */
  async run(
    job: () => SimulationJob,
    signal: AbortSignal,
    onProgress: (share: number) => void = () => {},
  ): Promise<SimulationOutcome> {
    if (this.#waiting >= MAX_WAITING) return fail('too many simulations at once: try again')
    this.#waiting++
    const turn = this.#last.then(() => this.#runInThread(job(), signal, onProgress)).finally(() => this.#waiting--)
    // One that could not even begin, for want of a thread, is no reason for the next to fail.
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Ends the thread that waits for the next one. */
  async stop(): Promise<void> {
    await this.#take()?.end()
  }

  #take(): SimulationThread | null {
    clearTimeout(this.#idleTimer)
    const thread = this.#idle
    this.#idle = null
    return thread?.hasEnded ? null : thread
  }

  async #runInThread(
    job: SimulationJob,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<SimulationOutcome> {
    if (signal.aborted) return fail('cancelled')
    const thread = this.#take() ?? new SimulationThread(this.#entry)
    const outcome = await thread.run(job, signal, onProgress)
    if (thread.hasEnded) return outcome
    this.#idle = thread
    this.#idleTimer = setTimeout(() => void this.stop(), KEPT_MS).unref()
    return outcome
  }
}

class SimulationThread {
  readonly #worker: Worker
  #receive: (message: FromSimulation) => void = () => {}
  #ended: string | null = null

  constructor(entry: URL) {
    this.#worker = new Worker(entry, {
      name: 'simulation',
      execArgv: entry.href.endsWith('.ts') ? ['--conditions=source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    })
    this.#worker.on('message', (message: FromSimulation) => this.#receive(message))
    this.#worker.on('error', (error) => this.#fail(String(error)))
    this.#worker.on('exit', () => this.#fail('the thread ended without a word'))
  }

  get hasEnded(): boolean {
    return this.#ended !== null
  }

  async end(): Promise<void> {
    this.#fail('the resolver stops')
    await this.#worker.terminate()
  }

  /** One at a time. */
  async run(job: SimulationJob, signal: AbortSignal, onProgress: (share: number) => void): Promise<SimulationOutcome> {
    const end = (why: string) => () => {
      this.#fail(why)
      void this.#worker.terminate()
    }
    const timeout = setTimeout(end('the simulation took too long'), TIMEOUT_MS)
    const cancel = end('cancelled')
    signal.addEventListener('abort', cancel)
    // A thread that waits keeps no process alive.
    this.#worker.ref()
    const last = await new Promise<Exclude<FromSimulation, { kind: 'progress' }>>((resolve) => {
      this.#receive = (message) => (message.kind === 'progress' ? onProgress(message.share) : resolve(message))
      if (this.#ended === null) this.#worker.postMessage(job)
      else this.#fail(this.#ended)
    })
    this.#worker.unref()
    clearTimeout(timeout)
    signal.removeEventListener('abort', cancel)
    return last.kind === 'done' ? ok(last.result) : fail(last.detail)
  }

  #fail(why: string): void {
    this.#ended ??= why
    this.#receive({ kind: 'failed', detail: this.#ended })
  }
}
