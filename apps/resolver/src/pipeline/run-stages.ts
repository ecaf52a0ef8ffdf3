import { Outcome } from '../query/outcome.ts'
import type { QueryContext } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'

/** Runs `stages` in order from index `from` until one answers, drops or has to wait. */
export function runStages(stages: readonly Stage[], query: QueryContext, from = 0): Outcome | Promise<Outcome> {
  for (let i = from; i < stages.length; i++) {
    const outcome = stages[i]!.run(query)
    if (typeof outcome !== 'number')
      return outcome.then((later) => (later === Outcome.Continue ? runStages(stages, query, i + 1) : later))
    if (outcome !== Outcome.Continue) return outcome
  }
  return Outcome.Continue
}
