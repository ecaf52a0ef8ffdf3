/** The send queues of all upstream sockets of a worker: emptied when the present turn of the event loop has done its reading. */
import type { LinuxCalls } from '../../linux/datagram-socket.ts'
import { SendQueue } from './send-queue.ts'

/** Queues that are kept for the next turn: more sockets than this are hardly busy at a time. */
const MAX_SPARE = 64

export interface Flushable {
  flush(): void
}

export class Outbox {
  readonly #calls: LinuxCalls
  readonly #spare: SendQueue[] = []
  #waiting: Flushable[] = []
  /** The other of two lists, so that none is made anew. */
  #flushing: Flushable[] = []

  constructor(calls: LinuxCalls) {
    this.#calls = calls
  }

  /** An empty queue for `owner`, who is told to flush it soon. */
  take(owner: Flushable): SendQueue {
    if (this.#waiting.length === 0) setImmediate(this.#flush)
    this.#waiting.push(owner)
    return this.#spare.pop() ?? new SendQueue(this.#calls)
  }

  /** @param queue an empty one */
  give(queue: SendQueue): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(queue)
  }

  readonly #flush = (): void => {
    const owners = this.#waiting
    this.#waiting = this.#flushing
    this.#flushing = owners
    for (const owner of owners) owner.flush()
    owners.length = 0
  }
}
