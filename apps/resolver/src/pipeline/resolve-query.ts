/** From octets to octets: parses, runs the stages, finishes. Nothing that happens on the way keeps `finish` from running. */
import { Outcome } from '../query/outcome.ts'
import type { BatchWatcher, QueryHandler } from '../query/ports.ts'
import type { QueryContext } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'
import { ParseVerdict, parseQuery } from '../wire/parse-query.ts'
import type { Finisher } from './finish/finish-query.ts'
import { runStages } from './run-stages.ts'

type Done = (query: QueryContext, send: boolean) => void

const FAULT_OF_VERDICT = {
  [ParseVerdict.FormErr]: 'malformed-message',
  [ParseVerdict.NotImp]: 'unsupported-opcode',
  [ParseVerdict.BadVers]: 'bad-edns-version',
} as const

/**
 * @param gates who may ask, and how often: a message that is not understood has to pass them too, or it would be the way
 *   around them; they look at the client's address alone
 * @param batches is told by listeners that handle several queries at one reading of the clock
 * @param onBug is told of each throw and rejection: the client gets SERVFAIL, somebody must mend it */
export function resolveQuery(
  gates: readonly Stage[],
  stages: readonly Stage[],
  finisher: Finisher,
  batches: BatchWatcher,
  onBug: (error: unknown) => void,
): QueryHandler {
  const finish = (query: QueryContext, outcome: Outcome, done: Done): void => {
    let isSent = false
    try {
      isSent = finisher.finish(query, outcome)
    } catch (error) {
      onBug(error)
    }
    done(query, isSent)
  }
  const failed = (query: QueryContext, error: unknown, done: Done): void => {
    onBug(error)
    query.outLength = 0
    query.fault = 'bug'
    finish(query, Outcome.Answered, done)
  }

  // Apart from `handle`: variables that a closure holds cost an allocation in each query, also in those that never wait.
  const finishLater = (waiting: Promise<Outcome>, query: QueryContext, done: Done): void => {
    waiting.then(
      (outcome) => finish(query, outcome, done),
      (error: unknown) => failed(query, error, done),
    )
  }
  return {
    handle(query, done) {
      const verdict = parseQuery(query.message, query.messageLength, query.view)
      if (verdict === ParseVerdict.Silent) return done(query, false)
      let outcome: Outcome | Promise<Outcome>
      try {
        outcome = runStages(gates, query)
        if (outcome === Outcome.Continue) {
          if (verdict === ParseVerdict.Ok) outcome = runStages(stages, query)
          else query.fault = FAULT_OF_VERDICT[verdict]
        }
      } catch (error) {
        return failed(query, error, done)
      }
      if (typeof outcome === 'number') return finish(query, outcome, done)
      finishLater(outcome, query, done)
    },
    batches,
  }
}
