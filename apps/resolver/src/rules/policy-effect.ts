/** What another policy would do to a query: of two judgements of one question, how the second differs from the first. */
import { RrType } from '@weir/shared/dns/rr-type'
import { POLICY_EFFECTS, type PolicyEffect } from '@weir/shared/log/outcomes'
import { type Decision, DecisionAction } from '../query/decision.ts'
import { answerText } from './answer-text.ts'

export interface Judged {
  /** An alias led from the name asked for to `finalName`. */
  readonly isAliased: boolean
  /** On the name that it ends with. */
  readonly last: Decision
  /** Wire labels, with the final zero and nothing behind it. */
  readonly finalName: Uint8Array
}

/** What becomes of a query. */
const Fate = { Passed: 0, Blocked: 1, Local: 2 } as const
type Fate = (typeof Fate)[keyof typeof Fate]

function fateOf({ isAliased, last: { action } }: Judged): Fate {
  if (action === DecisionAction.Block) return Fate.Blocked
  if (isAliased) return Fate.Local
  return action === DecisionAction.LocalAnswer || action === DecisionAction.SpecialUse ? Fate.Local : Fate.Passed
}

/** What the client gets, for comparison. */
function answerOf({ isAliased, last, finalName }: Judged, qtype: number): string {
  // The name that it leads to is all that is answered.
  if (isAliased && qtype === RrType.CNAME) return finalName.join()
  const text = answerText(last, qtype)
  return isAliased ? `${finalName.join()} ${text}` : text
}

/** Null: none. */
export function effectBetween(before: Judged, after: Judged, qtype: number): PolicyEffect | null {
  const [was, is] = [fateOf(before), fateOf(after)]
  if (was !== is) {
    if (is === Fate.Blocked) return 'blocked'
    return was === Fate.Blocked && is === Fate.Passed ? 'freed' : is === Fate.Local ? 'rewritten' : 'otherwise'
  }
  if (is === Fate.Passed) {
    if (before.last.upstreams?.id !== after.last.upstreams?.id) return 'redirected'
    return before.last.isTcpOnly === after.last.isTcpOnly ? null : 'otherwise'
  }
  return answerOf(before, qtype) === answerOf(after, qtype) ? null : 'otherwise'
}

/** Position in POLICY_EFFECTS, -1: none. */
export const effectCode = (effect: PolicyEffect | null): number =>
  effect === null ? -1 : POLICY_EFFECTS.indexOf(effect)
