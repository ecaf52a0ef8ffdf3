/** Step 6 of design section 3: what lists and services say. */
import { isRuleSetId } from '@weir/shared/services/rule-set-number'
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import { answerFirst, answerWith } from './answer-steps.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { matchLists } from './match-lists.ts'
import type { Policy } from './policy.ts'
import { isAllowLevel, isBlockLevel, Level, type Winner } from './verdict.ts'

const LIST_BLOCK = reasonCode('list-block')
const LIST_ALLOW = reasonCode('list-allow')
const SERVICE_BLOCK = reasonCode('service-block')

/** @returns true when a list or service blocks or answers; a list that allows only leaves its mark. */
export function judgeLists(policy: Policy, decision: Decision): boolean {
  const { scratch } = policy
  if (decision.isExemptFromLists) {
    scratch.trace?.step('lists', 'skipped', 'an own rule allows it')
    return false
  }
  scratch.resetFirstAnswers()
  matchLists(policy)
  if (scratch.firstAnswers.length > 0 && answerFirst(policy, decision)) return true
  if (scratch.answer !== null && answerFromList(policy, scratch.answer, decision)) return true
  return judgeMatched(policy, decision)
}

/** The answer of a list that is trusted to answer stands where its block would: below what allows, and below `important`. */
function answerFromList({ scratch, levels }: Policy, answer: CompiledRule, decision: Decision): boolean {
  const level = scratch.lists.top(levels)
  // What allows and yields takes names out of an answer for shorter names, not of one for longer.
  const isLifted =
    level === Level.YieldingAllow
      ? scratch.lists.yieldingAbove(scratch.answerDepth, answer.rank) !== null
      : level !== -1 && !isBlockLevel(level)
  // Within one list the longer name counts, as in zones of RPZ.
  const isBlocked =
    isBlockLevel(level) && isOfLonger(scratch.lists.winners[level as Level]!, answer, scratch.answerDepth)
  if (isLifted || isBlocked) return false
  answerWith(answer, scratch.alsoAnswers, decision)
  decision.listId = answer.listId
  scratch.trace?.step('lists', 'decided', 'a list that may answer has the answer', answer, answer.listId)
  return true
}

const isOfLonger = (block: Winner, { listId, rank }: CompiledRule, depth: number): boolean =>
  block.listId === listId && block.isNarrowerThan(depth, rank)

/** What the lists say of what `match-lists.ts` has collected. */
export function judgeMatched(policy: Policy, decision: Decision): boolean {
  const { lists, trace, groupId } = policy.scratch
  const level = lists.top(policy.levels)
  if (level === -1) {
    trace?.step('lists', 'passed', 'no list holds it')
    return false
  }
  const { rule, listId, depth } = lists.winners[level]!
  decision.listId = listId
  if (isAllowLevel(level)) {
    decision.action = DecisionAction.Allow
    decision.reason = LIST_ALLOW
    decision.isExemptFromLists = true
    decision.isTcpOnly = rule?.row.tcpOnly === true
    trace?.step('lists', 'exempt', 'a list allows it', rule, listId, depth)
    return false
  }
  decision.action = DecisionAction.Block
  const isService = isRuleSetId(listId)
  decision.reason = isService ? SERVICE_BLOCK : LIST_BLOCK
  decision.block = rule === null ? policy.plans.ofList(listId, groupId) : policy.plans.ofRule(rule, groupId)
  decision.listedLabels = rule === null ? depth : 0
  trace?.step('lists', 'decided', isService ? 'a service is blocked' : 'a list blocks it', rule, listId, depth)
  return true
}
