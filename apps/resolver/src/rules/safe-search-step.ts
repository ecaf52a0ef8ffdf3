/** Behind step 6 of design section 3: safe search. */
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { Policy } from './policy.ts'

const OWN_ALLOW = reasonCode('own-allow-rule')
const SAFE_SEARCH = reasonCode('safe-search')

/**
 * An alias of the safe host, for a search engine's name. An own rule that allows the name lifts it; a list
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
