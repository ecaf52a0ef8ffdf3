/** Step 7 of design section 3: who is asked. */
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { Policy } from './policy.ts'

const FORWARD = reasonCode('forward-rule')

/** The longest forward rule, else the upstreams of the client's group. */
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
