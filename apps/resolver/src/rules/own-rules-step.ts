/** Step 4 of design section 3: what the own rules that block or allow say. */
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { Policy } from './policy.ts'
import { isAllowLevel } from './verdict.ts'

const OWN_BLOCK = reasonCode('own-block-rule')
const OWN_ALLOW = reasonCode('own-allow-rule')

/**
 * Reads what `match-own-rules.ts` has collected.
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
