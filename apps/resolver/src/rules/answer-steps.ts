/**
 * Steps 4a and 5 of design section 3: rules that have an answer (local records, an alias), above what blocks and below it.
 * They read what `match-own-rules.ts` and `match-lists.ts` have collected in the policy's scratch, write the decision, and
 * tell the trace; decide.ts has the order of all steps.
 */
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { LocalAnswer } from '../query/policy-parts.ts'
import { areOneAnswer, isFirstBefore, leadsToItself, placeOfClient } from './competing-answers.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { Policy } from './policy.ts'
import { clientBits } from './rule-conditions.ts'

const ALIAS = reasonCode('alias-rule')
const LOCAL_ANSWER = reasonCode('local-answer-rule')

/**
 * Step 4a, and the same within step 6: rules that override blocks, unless an exception exempts from what they say.
 * @returns true when one is left
 */
export function answerFirst(policy: Policy, decision: Decision): boolean {
  const { scratch } = policy
  const { firstAnswers, firstDepths, trace } = scratch
  let best: CompiledRule | null = null
  let bestDepth = 0
  let further: CompiledRule[] = []
  for (let i = 0; i < firstAnswers.length; i++) {
    const rule = firstAnswers[i]!
    const depth = firstDepths[i]!
    if (isExempted(rule, scratch.exceptions) || isOutdone(rule, scratch)) continue
    const isBest = best === null || isFirstBefore(policy, rule, depth, best, bestDepth)
    const isOneAnswer =
      best !== null &&
      depth === bestDepth &&
      areOneAnswer(best, rule) &&
      placeOfClient(best, scratch) === placeOfClient(rule, scratch)
    if (isBest) {
      further = isOneAnswer ? [best!, ...further] : []
      best = rule
      bestDepth = depth
    } else if (isOneAnswer) further.push(rule)
  }
  if (best === null) {
    trace?.step('rewrite', 'passed', 'an exception takes it out of all rules that override blocks')
    return false
  }
  if (leadsToItself(best, scratch)) {
    trace?.step('rewrite', 'passed', 'the rule that overrides blocks leads to the name itself')
    return false
  }
  answerWith(best, further, decision)
  decision.listId = best.listId
  const isOwn = best.listId === 0
  const detail = `${isOwn ? 'an own rule' : 'a list'} that stands above blocks has the answer`
  trace?.step(isOwn ? 'rewrite' : 'lists', 'decided', detail, best, best.listId)
  return true
}

function isExempted({ rewriteValue }: CompiledRule, exceptions: readonly CompiledRule[]): boolean {
  for (const exception of exceptions)
    if (exception.rewriteValue === '' || exception.rewriteValue === rewriteValue) return true
  return false
}

/** Of triggers by client, the longest prefix counts, be it one that answers, allows or blocks (RPZ). */
function isOutdone(rule: CompiledRule, scratch: MatchScratch): boolean {
  if (rule.row.pattern !== '.' || !rule.isImportant) return false
  const bits = clientBits(rule.conditions, scratch)
  return (rule.listId === 0 ? scratch.own : scratch.lists).clientBits > bits
}

/** Step 5. @returns true when an own alias or local answer matches, and no forward rule is for a longer name. */
export function answerLocally({ scratch }: Policy, decision: Decision): boolean {
  const { answer, answerDepth, forward, forwardDepth, trace } = scratch
  if (answer === null) {
    trace?.step('rewrite', 'passed', 'no own alias or local answer matches')
    return false
  }
  if (forward !== null && forwardDepth > answerDepth) {
    trace?.step('rewrite', 'passed', 'a forward rule for a longer name stands above the own answer')
    return false
  }
  const allowed = scratch.own.yieldingAbove(answerDepth, answer.rank)
  if (allowed !== null) {
    trace?.step('rewrite', 'passed', 'an allow rule that yields is for a longer name than the own answer', allowed.rule)
    return false
  }
  answerWith(answer, scratch.alsoAnswers, decision)
  trace?.step(
    'rewrite',
    'decided',
    answer.alias !== null ? 'an own alias renames it' : 'an own rule has the answer',
    answer,
  )
  return true
}

/** @param further what makes one answer with it */
export function answerWith(answer: CompiledRule, further: readonly CompiledRule[], decision: Decision): void {
  decision.action = answer.alias !== null ? DecisionAction.Alias : DecisionAction.LocalAnswer
  decision.reason = answer.alias !== null ? ALIAS : LOCAL_ANSWER
  decision.ruleId = answer.row.id
  decision.alias = answer.alias
  decision.local = answer.local && withFurther(answer.local, further)
}

/** The records of all local answers for one name, with the shortest TTL among them. */
function withFurther(local: LocalAnswer, further: readonly CompiledRule[]): LocalAnswer {
  if (further.length === 0) return local
  const all = [local, ...further.flatMap((rule) => rule.local ?? [])]
  return {
    ipv4: all.flatMap(({ ipv4 }) => ipv4),
    ipv6: all.flatMap(({ ipv6 }) => ipv6),
    pointers: all.flatMap(({ pointers }) => pointers),
    records: all.flatMap(({ records }) => records),
    rcode: local.rcode,
    ttlSeconds: Math.min(...all.map(({ ttlSeconds }) => ttlSeconds)),
  }
}
