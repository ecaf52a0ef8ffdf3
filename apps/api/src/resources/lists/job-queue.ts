/** Runs jobs a few at a time in the order they came; bounded, so that a flood of requests is refused, not hoarded. */

/** There is no place left to wait in. */
export class QueueFullError extends Error {
  constructor(waiting: number) {
    super(`${waiting} jobs are waiting already`)
  }
}

export class JobQueue {
  readonly #concurrency: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  #refused = 0

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency
    this.#maxWaiting = maxWaiting
  }

  /** Jobs turned away since the start. */
  get refused(): number {
    return this.#refused
  }

  /** @throws QueueFullError; else what the job gives or throws */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running++
    else await this.#turn()
    try {
      return await job()
    } finally {
      // The place passes on to the next in line without becoming free in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      this.#refused++
      throw new QueueFullError(this.#waiting.length)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
