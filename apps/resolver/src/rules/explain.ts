/**
 * "Why?": the decision with the way to it. Calls the same `decide` as live queries do, and listens to what it tells.
 *
 * Aliases are followed as the pipeline follows them, so that the answer is that of the final name.
 */
import type { DECISION_ACTIONS, ExplainedDecision, Explanation, TraceStep } from '@weir/shared/contract/explain'
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { formatAddress, formatPrefix, unmapped } from '@weir/shared/dns/ip-address'
import { formatRrType, RrType } from '@weir/shared/dns/rr-type'
import { type PolicyEffect, REASONS, type Reason } from '@weir/shared/log/outcomes'
import { isRuleSetId, listIdOfNamedSet, ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { Decision, DecisionAction } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { answerText } from './answer-text.ts'
import { decideTarget } from './decide.ts'
import { restingGroup, restingLists, restingRules } from './explain-schedules.ts'
import { ExplainTrace, ruleText } from './explain-trace.ts'
import { Judge } from './judge.ts'
import type { Policy } from './policy.ts'
import { effectBetween } from './policy-effect.ts'

export interface ExplainRequest {
  /** Canonical. */
  readonly name: string
  readonly qtype: number
  readonly client: QueryClient
  readonly nowMs: number
  /** How the client came to its group, in words. */
  readonly identifiedBy?: string
  /** Names that the answer led to, canonical: looked at as the pipeline looks at them. */
  readonly targets?: readonly string[]
}

/** What the rules themselves can tell: by which revision, and what was logged, is added by who knows. */
export type RuleExplanation = Pick<
  Explanation,
  'name' | 'type' | 'client' | 'group' | 'groupId' | 'decision' | 'shadow' | 'trace'
>

export function explain(policy: Policy, request: ExplainRequest): RuleExplanation {
  const { name, qtype, nowMs } = request
  const client = formatAddress(unmapped(request.client.clientAddress))
  const own = policy.groups.find(({ id }) => id === request.client.groupId)
  const group = own?.name ?? 'Everyone'
  const trace = new ExplainTrace(policy, name)
  const how = request.identifiedBy === undefined ? '' : `, ${request.identifiedBy}`
  const restingOwn = restingRules(policy, request)
  const resting = restingLists(policy, request)
  const groupRests = restingGroup(policy, request.client.groupId, nowMs)
  const butWhose = groupRests === null ? '' : `; ${groupRests}`
  trace.step('client', 'passed', `${client} belongs to the group ${group}${how}${butWhose}`)
  const judge = new Judge()
  policy.scratch.sawShadow = false
  judge.judge(policy, toWire(name), qtype, request.client, nowMs, trace, (wire) => trace.follow(fromWire(wire)))
  const { first, last: decision } = judge
  const answer = answerText(decision, qtype)
  const reason = REASONS[first.reason] ?? 'none'
  if (restingOwn.length > 0) trace.addResting('own-rules', restingOwn.join('; '))
  if (resting.length > 0) trace.addResting('lists', resting.join('; '))
  trace.step('answer', 'decided', answer)
  const synthesis = decision.upstreams !== null && qtype === RrType.AAAA ? synthesisText(policy, judge.finalName) : null
  if (synthesis !== null) trace.step('answer', 'passed', synthesis)
  const isBlockedLater = decision.upstreams !== null && followAnswer(policy, request, decision, trace)
  const shadow = policy.scratch.sawShadow ? explainTrial(policy, request, { judge, isBlockedLater }, trace) : null
  return {
    name,
    type: formatRrType(qtype),
    client,
    group,
    groupId: own === undefined || own.isDefault ? null : own.id,
    decision: {
      action: actionWord(first),
      reason,
      rule: winningRule(trace, reason),
      list: winningList(policy, first.listId),
      ruleSet: ruleSetOfListId(first.listId) ?? null,
      answer,
      finalName: fromWire(judge.finalName),
    },
    shadow,
    trace: trace.steps,
  }
}

/** What DNS64 does to the answer for a name, or null when it is switched off. */
function synthesisText({ nat64, settings }: Policy, finalName: Uint8Array): string | null {
  if (nat64 === null) return null
  const name = fromWire(finalName)
  const excluded = settings.dns64.excludedNames.find((above) => name === above || name.endsWith(`.${above}`))
  return excluded === undefined
    ? `where it has no IPv6 address, one is made of its IPv4 address under ${formatPrefix(nat64)} (DNS64)`
    : `DNS64 makes no addresses for ${excluded} and what is below it`
}

interface Real {
  readonly judge: Judge
  /** For what its answer leads to. */
  readonly isBlockedLater: boolean
}

const EFFECT_WORDS: Readonly<Record<PolicyEffect, string>> = {
  blocked: 'it would be blocked',
  freed: 'it would not be blocked',
  rewritten: 'it would be answered here',
  redirected: 'other servers would be asked',
  otherwise: 'it would be answered otherwise',
}

/** The same question as if what only records acted. Adds a step with those of them that match. */
function explainTrial(policy: Policy, request: ExplainRequest, real: Real, trace: ExplainTrace): Explanation['shadow'] {
  const { scratch } = policy
  const { name, qtype, client, nowMs } = request
  const trial = new ExplainTrace(policy, name)
  const judge = new Judge()
  let isBlockedLater = false
  scratch.isTrial = true
  try {
    judge.judge(policy, toWire(name), qtype, client, nowMs, trial, (wire) => trial.follow(fromWire(wire)))
    if (judge.last.upstreams !== null) isBlockedLater = followAnswer(policy, request, judge.last, trial)
  } finally {
    scratch.isTrial = false
    scratch.sawShadow = false
  }
  const effect = effectOf(real, { judge, isBlockedLater }, qtype)
  const matches = trial.steps
    .flatMap((step) => step.matches)
    .filter(({ ruleId, listId, ruleSet }) =>
      policy.isShadow(ruleId ?? 0, listId ?? (ruleSet && listIdOfNamedSet(ruleSet.id)) ?? 0),
    )
  const answer = answerText(judge.last, qtype)
  trace.shadow(
    effect === null
      ? 'what only records matches, and would change nothing'
      : `only recorded: ${EFFECT_WORDS[effect]}${isBlockedLater ? '' : ` (${answer})`}`,
    matches,
  )
  const by = matches.find(({ won }) => won) ?? matches[0]
  if (effect === null) return null
  return { effect, answer, ruleId: by?.ruleId ?? null, listId: by?.listId ?? null, ruleSet: by?.ruleSet ?? null }
}

function effectOf(real: Real, trial: Real, qtype: number): PolicyEffect | null {
  if (real.isBlockedLater !== trial.isBlockedLater && real.judge.last.upstreams?.id === trial.judge.last.upstreams?.id)
    return trial.isBlockedLater ? 'blocked' : 'freed'
  return effectBetween(real.judge, trial.judge, qtype)
}

/**
 * The pipeline looks at the names in an answer, unless an own rule or an override allows the name.
 * @returns whether one is blocked
 */
function followAnswer(policy: Policy, request: ExplainRequest, decision: Decision, trace: ExplainTrace): boolean {
  const { targets = [], qtype, client, nowMs } = request
  const isAllowed = decision.action === DecisionAction.Allow && REASONS[decision.reason] !== 'list-allow'
  for (const target of targets) {
    trace.follow(target)
    if (!policy.settings.blocking.inspectAnswers || isAllowed) {
      const why = isAllowed ? 'the name is allowed, and so is what it leads to' : 'answers are not inspected'
      trace.step('answer', 'skipped', why)
      continue
    }
    const seen = new Decision()
    const isExempt = decision.isExemptFromLists
    const isBlocked = decideTarget(policy, toWire(target), RrType.CNAME, qtype, client, nowMs, isExempt, seen, trace)
    trace.step(
      'answer',
      isBlocked ? 'decided' : 'passed',
      isBlocked ? 'the answer leads here, and is blocked for it' : 'not blocked',
    )
    if (isBlocked) return true
  }
  return false
}

type Word = (typeof DECISION_ACTIONS)[number]

function actionWord({ action, block, forwardRuleId }: Pick<Decision, 'action' | 'block' | 'forwardRuleId'>): Word {
  switch (action) {
    case DecisionAction.Allow:
      return 'allow'
    case DecisionAction.Block:
      return block?.kind === 'drop' ? 'drop' : block?.kind === 'refused' ? 'refuse' : 'block'
    case DecisionAction.LocalAnswer:
      return 'rewrite'
    case DecisionAction.Alias:
      return 'alias'
    case DecisionAction.SpecialUse:
      return 'local'
    default:
      return forwardRuleId > 0 ? 'forward' : 'none'
  }
}

/** The step whose rule has given the reason. */
const STEP_OF_REASON: Partial<Record<Reason, TraceStep['step']>> = {
  'own-block-rule': 'own-rules',
  'own-allow-rule': 'own-rules',
  'list-block': 'lists',
  'list-allow': 'lists',
  'service-block': 'lists',
  'safe-search': 'safe-search',
  'alias-rule': 'rewrite',
  'local-answer-rule': 'rewrite',
  'forward-rule': 'route',
}

function winningRule(trace: ExplainTrace, reason: Reason): ExplainedDecision['rule'] {
  const step = STEP_OF_REASON[reason]
  // A list's answer above blocks has the reason of a local answer.
  const rule = step && (trace.winners.get(step) ?? (step === 'rewrite' ? trace.winners.get('lists') : undefined))
  return rule ? { id: rule.row.id || null, text: ruleText(rule), pattern: rule.row.pattern } : null
}

function winningList(policy: Policy, listId: number): ExplainedDecision['list'] {
  if (listId === 0 || isRuleSetId(listId)) return null
  return { id: listId, name: policy.lists.get(listId)?.row.name ?? `list ${listId}` }
}
