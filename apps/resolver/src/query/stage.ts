import type { Outcome } from './outcome.ts'
import type { QueryContext } from './query-context.ts'

/** One step of a query's way. Only `forward` may return Waiting. */
export interface Stage {
  /** Imperative, as in `look-up-cache`; also the label on /metrics. */
  readonly name: string
  run(query: QueryContext): Outcome
}
