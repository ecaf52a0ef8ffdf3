/**
 * Steps 4 to 7 of design section 3, one function each; decide.ts has their order. They read what `match-own-rules.ts` and
 * `match-lists.ts` have collected in the policy's scratch, write the decision, and tell the trace.
 */
import { isRuleSetId } from '@weir/shared/services/rule-set-number'
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { LocalAnswer } from '../query/policy-parts.ts'
import { areOneAnswer, isFirstBefore, leadsToItself, placeOfClient } from './competing-answers.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { matchLists } from './match-lists.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { Policy } from './policy.ts'
import { clientBits } from './rule-conditions.ts'
import { isAllowLevel, isBlockLevel, Level, type Winner } from './verdict.ts'

const OWN_BLOCK = reasonCode('own-block-rule')
const OWN_ALLOW = reasonCode('own-allow-rule')
const LIST_BLOCK = reasonCode('list-block')
const LIST_ALLOW = reasonCode('list-allow')
const SERVICE_BLOCK = reasonCode('service-block')
const SAFE_SEARCH = reasonCode('safe-search')
const FORWARD = reasonCode('forward-rule')
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

function answerWith(answer: CompiledRule, further: readonly CompiledRule[], decision: Decision): void {
  decision.action = answer.alias !== null ? DecisionAction.Alias : DecisionAction.LocalAnswer
  decision.reason = answer.alias !== null ? ALIAS : LOCAL_ANSWER
  decision.ruleId = answer.row.id
  decision.alias = answer.alias
  decision.local = answer.local && withFurther(answer.local, further)
}

/**
 * Step 4.
 * @param yielded a block that gave way, for the trace
 * @returns true when an own rule blocks; an allow rule only leaves its mark
 */
export function judgeOwn(policy: Policy, decision: Decision, yielded: CompiledRule | null = null): boolean {
  const { own, trace } = policy.scratch
  const level = own.top(policy.levels)
  if (level === -1) {
    const detail = yielded === null ? 'no own block or allow rule matches' : 'the own block that matches gives way'
    trace?.step('own-rules', 'passed', detail)
    return false
  }
  const { rule } = own.winners[level]!
  decision.ruleId = rule!.row.id
  if (isAllowLevel(level)) {
    decision.action = DecisionAction.Allow
    decision.reason = OWN_ALLOW
    decision.isExemptFromLists = true
    decision.isTcpOnly = rule!.row.tcpOnly === true
    trace?.step('own-rules', 'exempt', 'an own rule allows it: lists are not asked', rule)
    return false
  }
  decision.action = DecisionAction.Block
  decision.reason = OWN_BLOCK
  decision.block = policy.plans.ofRule(rule!, policy.scratch.groupId)
  trace?.step('own-rules', 'decided', 'an own rule blocks it', rule)
  return true
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

/** Step 6. @returns true when a list or service blocks or answers; a list that allows only leaves its mark. */
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

/**
 * Behind step 6: an alias of the safe host, for a search engine's name. An own rule that allows the name lifts it; a list
 * that allows it does not, being there against lists.
 */
export function searchSafely({ scratch, ruleSets, ruleSetHolds }: Policy, decision: Decision): boolean {
  if (decision.reason === OWN_ALLOW) return false
  const rule = ruleSets.findSafeHost(scratch, ruleSetHolds)
  if (rule === null) return false
  decision.action = DecisionAction.Alias
  decision.reason = SAFE_SEARCH
  decision.listId = rule.listId
  decision.alias = rule.alias
  scratch.trace?.matched(rule)
  const detail = `safe search of ${ruleSets.titleOf(rule.listId)} leads it to ${rule.row.target}`
  scratch.trace?.step('safe-search', 'decided', detail, rule, rule.listId)
  return true
}

/** Step 7: the longest forward rule, else the upstreams of the client's group. */
export function route(policy: Policy, decision: Decision): void {
  const { forward, groupId, trace } = policy.scratch
  if (forward === null) {
    decision.upstreams = policy.upstreams.ofClients(groupId)
    trace?.step('route', 'decided', `asked of ${decision.upstreams.servers.join(', ')}`)
    return
  }
  decision.upstreams = policy.upstreams.ofRule(forward, groupId)
  decision.forwardRuleId = forward.row.id
  if (decision.action === DecisionAction.None) decision.reason = FORWARD
  trace?.step('route', 'decided', `a forward rule sends it to ${decision.upstreams.servers.join(', ')}`, forward)
}
