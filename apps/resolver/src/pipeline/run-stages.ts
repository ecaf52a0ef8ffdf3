import { Outcome } from '../query/outcome.ts'
import type { QueryContext } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'

/**
 * Runs `stages` in order from index `from` until one answers, drops or has to wait.
 *
 * After Waiting, `query.stageIndex` is the place of the stage that waits: if it does not decide in the end, the next one goes on.
 */
export function runStages(stages: readonly Stage[], query: QueryContext, from = 0): Outcome {
  for (let i = from; i < stages.length; i++) {
    const outcome = stages[i]!.run(query)
    if (outcome === Outcome.Continue) continue
    query.stageIndex = i
    return outcome
  }
  return Outcome.Continue
}
