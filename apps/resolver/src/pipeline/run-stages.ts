import { Outcome } from '../query/outcome.ts'
import type { QueryContext } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'

/** Runs `stages` in order from index `from` until one answers, drops or has to wait. */
export function runStages(stages: readonly Stage[], query: QueryContext, from = 0): Outcome | Promise<Outcome> {
  for (let i = from; i < stages.length; i++) {
    const outcome = stages[i]!.run(query)
    if (typeof outcome !== 'number') return goOn(outcome, stages, query, i + 1)
    if (outcome !== Outcome.Continue) return outcome
  }
  return Outcome.Continue
}

/** Apart from the loop: variables that a closure holds cost an allocation in each query, also in those that never wait. */
const goOn = (
  waiting: Promise<Outcome>,
  stages: readonly Stage[],
  query: QueryContext,
  from: number,
): Promise<Outcome> =>
  waiting.then((outcome) => (outcome === Outcome.Continue ? runStages(stages, query, from) : outcome))
