/** Step 2 of design section 3: what a timed override, or the switch for all blocking, says of a question. */
import type { OverrideKind } from '@weir/shared/contract/overrides'
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { Policy } from './policy.ts'
import type { OverrideRow } from './policy-data.ts'

const OVERRIDE = reasonCode('override')

/** Null: none, rules and lists decide. Blocking that is switched off is a pause for everyone, behind all overrides. */
export function overrideOf(policy: Policy): OverrideKind | null {
  const { scratch } = policy
  const { name, memberGroupId, nowMs, trace } = scratch
  const found = policy.overrides.find(name, memberGroupId, scratch, nowMs)
  if (found !== null) {
    trace?.step('override', 'decided', `${describe(policy, found)}, until ${new Date(found.endsAt).toISOString()}`)
    return found.kind
  }
  if (policy.isBlockingAt(nowMs)) return null
  trace?.step('override', 'decided', 'blocking is switched off or paused: block and allow rules do not count')
  return 'pause'
}

export function blockByOverride(policy: Policy, decision: Decision): void {
  decision.action = DecisionAction.Block
  decision.reason = OVERRIDE
  decision.block = policy.plans.ofOverride(policy.scratch.groupId)
}

/** No own rule and no list blocks the name; what its answer leads to is not blocked by lists either. */
export function allowByOverride(decision: Decision): void {
  decision.action = DecisionAction.Allow
  decision.reason = OVERRIDE
  decision.isExemptFromLists = true
}

const WORDS: Readonly<Record<OverrideKind, string>> = {
  pause: 'filtering is paused: block and allow rules do not count',
  allow: 'is allowed',
  block: 'is blocked',
  offline: 'the internet is blocked',
}

function describe({ groups }: Policy, { id, kind, name, client, groupId }: OverrideRow): string {
  const group = groups.find((one) => one.id === groupId)?.name
  const whom = client ?? (groupId === null ? 'everyone' : `the group ${group ?? groupId}`)
  return `override ${id} for ${whom}: ${name === null ? '' : `${name} `}${WORDS[kind]}`
}
