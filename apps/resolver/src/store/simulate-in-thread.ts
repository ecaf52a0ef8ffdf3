/** Runs simulations one after the other, each in a thread that ends with its result; one that nobody waits for is ended. */
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

export class Simulations {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** @param job made when its turn comes @param signal ends it @returns the result, or why there is none */
  async run(job: () => SimulationJob, signal: AbortSignal): Promise<Result<SimulationResult, string>> {
    if (this.#waiting >= MAX_WAITING) return fail('too many simulations at once: try again')
    this.#waiting++
    const turn = this.#last.then(() => runInThread(job(), signal)).finally(() => this.#waiting--)
    this.#last = turn
    return turn
  }
}

function runInThread(job: SimulationJob, signal: AbortSignal): Promise<Result<SimulationResult, string>> {
  if (signal.aborted) return Promise.resolve(fail('cancelled'))
  return new Promise((resolve) => {
    const worker = new Worker(ENTRY, {
      name: 'simulation',
      workerData: job,
      execArgv: IS_SOURCE ? ['--conditions=source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    })
    const end = (why: string) => {
      resolve(fail(why))
      void worker.terminate()
    }
    const timeout = setTimeout(() => end('the simulation took too long'), TIMEOUT_MS)
    const cancel = () => end('cancelled')
    signal.addEventListener('abort', cancel)
    worker.on('message', (message: FromSimulation) => {
      resolve(message.kind === 'done' ? ok(message.result) : fail(message.detail))
    })
    worker.on('error', (error) => resolve(fail(String(error))))
    worker.on('exit', () => {
      clearTimeout(timeout)
      signal.removeEventListener('abort', cancel)
      resolve(fail('the thread ended without a word'))
    })
  })
}
