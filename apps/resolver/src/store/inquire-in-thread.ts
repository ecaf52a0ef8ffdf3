/** Runs questions about the past one after the other, each in a thread that ends with its answer. */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '@weir/shared/result'
import type { FromInquiry, InquiryRequest } from './inquiry-messages.ts'
import type { PastExplanation } from './past-explanation.ts'

const IS_SOURCE = import.meta.url.endsWith('.ts')
const ENTRY = new URL(IS_SOURCE ? './inquiry-worker.ts' : './inquiry-worker.js', import.meta.url)

/** A few megabytes do; what goes beyond is a fault, and must not take the memory of the cache. */
const MAX_HEAP_MIB = 256
/** A second or two is usual. */
const TIMEOUT_MS = 20_000
/** Whoever comes when so many wait is told to come again. */
const MAX_WAITING = 16

export class Inquiries {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** @returns the explanation, or why there is none */
  async ask(request: InquiryRequest): Promise<Result<PastExplanation, string>> {
    if (this.#waiting >= MAX_WAITING) return fail('too many questions about the past at once: ask again')
    this.#waiting++
    const turn = this.#last.then(() => inquireInThread(request)).finally(() => this.#waiting--)
    // One that could not even begin, for want of a thread, is no reason for the next to fail.
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

function inquireInThread(request: InquiryRequest): Promise<Result<PastExplanation, string>> {
  return new Promise((resolve) => {
    const worker = new Worker(ENTRY, {
      name: 'inquiry',
      workerData: request,
      execArgv: IS_SOURCE ? ['--conditions=source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    })
    const timeout = setTimeout(() => {
      resolve(fail('the question took too long'))
      void worker.terminate()
    }, TIMEOUT_MS)
    worker.on('message', (message: FromInquiry) =>
      resolve(message.kind === 'done' ? ok(message.explanation) : fail(message.detail)),
    )
    worker.on('error', (error) => resolve(fail(String(error))))
    worker.on('exit', () => {
      clearTimeout(timeout)
      resolve(fail('the thread ended without a word'))
    })
  })
}
