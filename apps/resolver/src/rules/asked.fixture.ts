/** Asks a policy for tests, and says what it decided in a few words. */
import { toWire } from '@weir/shared/dns/domain-name'
import { REASONS } from '@weir/shared/log/outcomes'
import { Decision, DecisionAction } from '../query/decision.ts'
import { decideName } from './decide.ts'
import { clientOf, NOW_MS } from './policy.fixture.ts'
import type { Policy } from './policy.ts'

export const A = 1
export const PTR = 12

export function ask(policy: Policy, name: string, { qtype = A, group = 1, nowMs = NOW_MS } = {}): Decision {
  const decision = new Decision()
  decideName(policy, toWire(name), qtype, clientOf(group), nowMs, decision)
  return decision
}

const ACTIONS = Object.keys(DecisionAction)

/** Action, reason and rule or list, in one line. */
export function said(decision: Decision): string {
  const by = decision.ruleId || decision.listId || decision.forwardRuleId
  return `${ACTIONS[decision.action]} by ${REASONS[decision.reason]} ${by}`
}
