/**
 * "Why?": the decision with the way to it. Calls the same `decide` as live queries do, and listens to what it tells.
 *
 * Aliases are followed as the pipeline follows them, so that the answer is that of the final name.
 */
import type { DECISION_ACTIONS, ExplainedDecision, Explanation, TraceStep } from '@weir/shared/contract/explain'
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { formatAddress, unmapped } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType, RrType } from '@weir/shared/dns/rr-type'
import { REASONS, type Reason } from '@weir/shared/log/outcomes'
import { isRuleSetId, ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { Decision, DecisionAction, SpecialUse } from '../query/decision.ts'
import type { BlockPlan, LocalAnswer } from '../query/policy-parts.ts'
import type { QueryClient } from '../query/query-client.ts'
import { decideTarget } from './decide.ts'
import { ExplainTrace, ruleText } from './explain-trace.ts'
import { Judge } from './judge.ts'
import type { Policy } from './policy.ts'

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
export type RuleExplanation = Pick<Explanation, 'name' | 'type' | 'client' | 'group' | 'groupId' | 'decision' | 'trace'>

export function explain(policy: Policy, request: ExplainRequest): RuleExplanation {
  const { name, qtype, nowMs } = request
  const client = formatAddress(unmapped(request.client.clientAddress))
  const own = policy.groups.find(({ id }) => id === request.client.groupId)
  const group = own?.name ?? 'Everyone'
  const trace = new ExplainTrace(policy, name)
  const how = request.identifiedBy === undefined ? '' : `, ${request.identifiedBy}`
  trace.step('client', 'passed', `${client} belongs to the group ${group}${how}`)
  const judge = new Judge()
  judge.judge(policy, toWire(name), qtype, request.client, nowMs, trace, (wire) => trace.follow(fromWire(wire)))
  const { first, last: decision } = judge
  const answer = answerText(decision, qtype)
  const reason = REASONS[first.reason] ?? 'none'
  trace.step('answer', 'decided', answer)
  if (decision.upstreams !== null) followAnswer(policy, request, decision, trace)
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
    trace: trace.steps,
  }
}

/** The pipeline looks at the names in an answer, unless an own rule or an override allows the name. */
function followAnswer(policy: Policy, request: ExplainRequest, decision: Decision, trace: ExplainTrace): void {
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
    if (isBlocked) return
  }
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

export function answerText(decision: Decision, qtype: number): string {
  switch (decision.action) {
    case DecisionAction.Block:
      return blockText(decision.block!, qtype)
    case DecisionAction.LocalAnswer:
      return localText(decision.local!)
    case DecisionAction.Alias:
      return 'SERVFAIL: its aliases go on too long'
    case DecisionAction.SpecialUse:
      return SPECIAL_WORDS[decision.specialUse]
    default:
      return `forwarded to ${decision.upstreams?.servers.join(', ') ?? 'nobody'}`
  }
}

const SPECIAL_WORDS: Readonly<Record<SpecialUse, string>> = {
  [SpecialUse.NxDomain]: 'NXDOMAIN',
  [SpecialUse.NoData]: 'NODATA',
  [SpecialUse.Loopback]: '127.0.0.1, ::1',
  [SpecialUse.ResolverArpa]: 'NODATA',
}

const NULL_TEXTS: Readonly<Record<string, string>> = { A: '0.0.0.0', AAAA: '::' }

function blockText(plan: BlockPlan, qtype: number): string {
  const type = formatRrType(qtype)
  switch (plan.kind) {
    case 'null':
      return NULL_TEXTS[type] ?? 'NODATA'
    case 'addresses': {
      const addresses = type === 'A' ? plan.ipv4 : type === 'AAAA' ? plan.ipv6 : []
      return addresses.map(formatAddress).join(', ') || 'NODATA'
    }
    case 'drop':
      return 'no answer'
    default:
      return plan.kind.toUpperCase()
  }
}

function localText({ ipv4, ipv6, pointers, records, rcode }: LocalAnswer): string {
  if (rcode !== 0) return formatRcode(rcode)
  const texts = [...ipv4, ...ipv6].map(formatAddress)
  const others = records.map(({ text }) => text)
  return [...texts, ...pointers.map((name) => fromWire(name)), ...others].join(', ') || 'NODATA'
}
