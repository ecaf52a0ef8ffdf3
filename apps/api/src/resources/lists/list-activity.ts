/** What is being done to lists just now, and the events that tell it: at most four a second for each list, and the last. */
import type { Clock } from '@weir/shared/clock'
import type { ListProgress } from '@weir/shared/contract/lists'

const EVENT_INTERVAL_MS = 250

interface Activity {
  progress: ListProgress
  /** Monotonic time of its last event. */
  publishedAt: number
  /** Updates of this list that run or wait. */
  count: number
}

export class ListActivity {
  readonly #clock: Clock
  readonly #publish: (listId: number) => void
  readonly #activities = new Map<number, Activity>()

  /** @param publish sends the event `list` with the state as it is at that moment */
  constructor(clock: Clock, publish: (listId: number) => void) {
    this.#clock = clock
    this.#publish = publish
  }

  progressOf(listId: number): ListProgress | null {
    return this.#activities.get(listId)?.progress ?? null
  }

  /** Runs `work` while the list counts as busy, from the first phase on. */
  async during<T>(listId: number, phase: ListProgress['phase'], work: () => Promise<T>): Promise<T> {
    this.#begin(listId, { phase, share: null, octets: 0, lines: 0 })
    try {
      return await work()
    } finally {
      this.#end(listId)
    }
  }

  report(listId: number, progress: ListProgress): void {
    const activity = this.#activities.get(listId)
    if (activity === undefined) return
    activity.progress = progress
    if (this.#clock.monotonic() - activity.publishedAt < EVENT_INTERVAL_MS) return
    activity.publishedAt = this.#clock.monotonic()
    this.#publish(listId)
  }

  /** The resolver makes one index of all lists: whichever waits for it is as far. @param share 0…1 */
  reportCompiled(share: number): void {
    for (const [listId, { progress }] of this.#activities)
      if (progress.phase === 'compiling') this.report(listId, { ...progress, share })
  }

  #begin(listId: number, progress: ListProgress): void {
    const running = this.#activities.get(listId)
    if (running) running.count++
    else this.#activities.set(listId, { progress, publishedAt: this.#clock.monotonic(), count: 1 })
    this.#publish(listId)
  }

  #end(listId: number): void {
    const activity = this.#activities.get(listId)
    if (activity !== undefined && --activity.count === 0) this.#activities.delete(listId)
    this.#publish(listId)
  }
}
