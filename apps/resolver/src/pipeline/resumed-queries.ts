/**
 * Goes on with queries that waited once all replies that were there are read, checked and kept, and not each by itself: for the
 * same reason as in `forward-batch.ts`, and the clock is read and the log shown once.
 */
import type { Outcome } from '../query/outcome.ts'
import type { Recorder, ReplyWatcher } from '../query/ports.ts'
import type { QueryContext } from '../query/query-context.ts'

export class ResumedQueries implements ReplyWatcher {
  readonly #goOn: (query: QueryContext, outcome: Outcome) => void
  readonly #recorder: Recorder
  #isOpen = false
  /** The first `#count` wait. */
  readonly #queries: (QueryContext | null)[] = []
  readonly #outcomes: Outcome[] = []
  #count = 0

  constructor(goOn: (query: QueryContext, outcome: Outcome) => void, recorder: Recorder) {
    this.#goOn = goOn
    this.#recorder = recorder
  }

  /** Replies are about to be read. */
  begin(): void {
    this.#isOpen = true
  }

  resume(query: QueryContext, outcome: Outcome): void {
    // An answer elsewhere lies in memory that the next reply may need.
    if (!this.#isOpen || query.stored !== query.out) return this.#goOn(query, outcome)
    this.#queries[this.#count] = query
    this.#outcomes[this.#count++] = outcome
  }

  /** All that were there are read. */
  end(): void {
    this.#isOpen = false
    if (this.#count === 0) return
    this.#recorder.beginResumed()
    for (let i = 0; i < this.#count; i++) {
      this.#goOn(this.#queries[i]!, this.#outcomes[i]!)
      this.#queries[i] = null
    }
    this.#count = 0
    this.#recorder.endResumed()
  }
}
