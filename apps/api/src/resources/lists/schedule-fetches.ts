/**
 * Fetches each subscription when its time has come. The times lie in the database (`list_fetch.next_fetch_at`), so that
 * a restart neither forgets nor repeats a fetch; how many run at once is the queue's affair.
 */

/** Intervals are hours and the first retry is a minute: looking this often is exact enough, also after clock jumps. */
export const LOOK_INTERVAL_MS = 15_000

/** More than this many that are due at once wait for the next look. */
const MAX_STARTED_PER_LOOK = 20

export interface FetchScheduleParts {
  readonly now: () => number
  /** Ids of lists that are due, at most `limit`. */
  readonly due: (now: number, limit: number) => number[]
  /** Fetches one list and stores when it is due next; must not reject. One that is being fetched is not fetched again. */
  readonly refresh: (listId: number) => Promise<unknown>
  /** What else has its time: deleted lists that can no longer be brought back. Must not reject. */
  readonly tidy: () => Promise<unknown>
}

export class FetchSchedule {
  readonly #parts: FetchScheduleParts
  #timer: NodeJS.Timeout | undefined

  constructor(parts: FetchScheduleParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS).unref()
    void this.look()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Starts what is due; resolves when all of that is finished. */
  async look(): Promise<void> {
    const { now, due, refresh, tidy } = this.#parts
    await Promise.all([...due(now(), MAX_STARTED_PER_LOOK).map(refresh), tidy()])
  }
}
