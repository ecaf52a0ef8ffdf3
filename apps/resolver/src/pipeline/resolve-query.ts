/**
 * From octets to octets: parses, runs the stages, finishes. Nothing that happens on the way keeps `finish` from running.
 *
 * A query that waits is taken up again by a direct call: it holds its runner and its listener, so that waiting costs neither
 * promises nor closures.
 */
import { Outcome } from '../query/outcome.ts'
import type { BatchWatcher, QueryHandler, Recorder } from '../query/ports.ts'
import { CookieState, type QueryContext, type QueryDone, type QueryRunner } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'
import { ParseVerdict, parseQuery } from '../wire/parse-query.ts'
import type { Finisher } from './finish/finish-query.ts'
import { ResumedQueries } from './resumed-queries.ts'
import { runStages } from './run-stages.ts'

const FAULT_OF_VERDICT = {
  [ParseVerdict.FormErr]: 'malformed-message',
  [ParseVerdict.NotImp]: 'unsupported-opcode',
  [ParseVerdict.BadVers]: 'bad-edns-version',
} as const

/**
 * @param gates who may ask, and how often: a message that is not understood has to pass them too, or it would be the way
 *   around them; they look at the client's address alone
 * @param batches is told by listeners that handle several queries at one reading of the clock
 * @param recorder is told when queries that waited are finished together
 * @param onBug is told of each throw and rejection: the client gets SERVFAIL, somebody must mend it */
export function resolveQuery(
  gates: readonly Stage[],
  stages: readonly Stage[],
  finisher: Finisher,
  batches: BatchWatcher,
  recorder: Recorder,
  onBug: (error: unknown) => void,
): QueryHandler {
  const finish = (query: QueryContext, outcome: Outcome): void => {
    let isSent = false
    try {
      isSent = finisher.finish(query, outcome)
    } catch (error) {
      onBug(error)
    }
    query.done!(query, isSent)
  }
  const fail = (query: QueryContext, error: unknown): void => {
    onBug(error)
    query.outLength = 0
    query.fault = 'bug'
    finish(query, Outcome.Answered)
  }
  const goOn = (query: QueryContext, outcome: Outcome): void => {
    if (outcome !== Outcome.Continue) return finish(query, outcome)
    let next: Outcome
    try {
      next = runStages(stages, query, query.stageIndex + 1)
    } catch (error) {
      return fail(query, error)
    }
    if (next !== Outcome.Waiting) finish(query, next)
  }
  const replies = new ResumedQueries(goOn, recorder)
  const runner: QueryRunner = { resume: (query, outcome) => replies.resume(query, outcome), fail }

  return {
    handle(query: QueryContext, done: QueryDone): void {
      query.runner = runner
      query.done = done
      const verdict = parseQuery(query.message, query.messageLength, query.view)
      if (verdict === ParseVerdict.Silent) {
        query.fault = 'malformed-message'
        return done(query, false)
      }
      let outcome: Outcome
      try {
        outcome = runStages(gates, query)
        if (outcome === Outcome.Continue) {
          if (verdict === ParseVerdict.Ok) outcome = runStages(stages, query)
          else if (verdict !== ParseVerdict.CookieOnly) query.fault = FAULT_OF_VERDICT[verdict]
          else query.fault = query.cookieState === CookieState.Wrong ? 'bad-cookie' : 'cookie-only'
        }
      } catch (error) {
        return fail(query, error)
      }
      if (outcome !== Outcome.Waiting) finish(query, outcome)
    },
    batches,
    replies,
  }
}
