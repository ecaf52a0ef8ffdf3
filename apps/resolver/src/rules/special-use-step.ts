/** Step 3 of design section 3: names with a meaning of their own, which no upstream is asked. */
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Decision, DecisionAction, reasonCode, SpecialUse } from '../query/decision.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { aliasOfReverse } from './nat64-names.ts'
import type { Policy } from './policy.ts'
import type { SpecialName } from './special-use.ts'

const SPECIAL = reasonCode('special-use-name')
const DNS64 = reasonCode('dns64')

/** @returns true when the name has a meaning of its own, and no own rule says otherwise. */
export function specialUse(policy: Policy, decision: Decision): boolean {
  const { scratch, special, nat64 } = policy
  const { name, hashes, qtype, trace } = scratch
  if (nat64 !== null && qtype === RrType.PTR && pointToIpv4(scratch, nat64, decision)) return true
  const found = special.find(name, hashes, qtype)
  if (found === null) return false
  const exception = exceptionFrom(found, scratch)
  if (exception !== null) {
    trace?.step(
      'special-use',
      'exempt',
      `${found.name} is a special-use name, but an own rule says otherwise`,
      exception,
    )
    return false
  }
  decision.action = DecisionAction.SpecialUse
  decision.reason = SPECIAL
  const isItself = name.labelCount === found.depth
  decision.specialUse = isItself ? found.atName : found.below
  decision.local = decision.specialUse === SpecialUse.Records ? found.local : null
  decision.specialOffset = isItself ? 0 : name.labelOffsets[name.labelCount - found.depth]!
  const what = found.name.startsWith('_dns.') ? 'tells of encrypted listeners' : 'is a special-use name'
  trace?.step('special-use', 'decided', `${found.name} ${what}: it is never asked of an upstream`)
  return true
}

/** The same for the name of an address that DNS64 made: that of the IPv4 address inside (RFC 6147 §5.3.1). */
function pointToIpv4(scratch: Policy['scratch'], prefix: AddressPrefix, decision: Decision): boolean {
  const { name, answer, answerDepth, forward, forwardDepth, firstAnswers, trace } = scratch
  const alias = aliasOfReverse(prefix, name)
  const isTakenByOwn = (answer !== null && answerDepth > 0) || (forward !== null && forwardDepth > 0)
  if (alias === null || isTakenByOwn || firstAnswers.length > 0) return false
  decision.action = DecisionAction.Alias
  decision.reason = DNS64
  decision.alias = alias
  trace?.step('special-use', 'decided', 'DNS64 makes such addresses: asked is the IPv4 address inside')
  return true
}

/** The own rule that takes a special name out of its meaning, or null. */
function exceptionFrom(found: SpecialName, scratch: Policy['scratch']): CompiledRule | null {
  const { answer, answerDepth, forward, forwardDepth, own, firstAnswers, firstDepths } = scratch
  // A rule for every name does not mean these.
  if (answer !== null && answerDepth > 0) return answer
  for (let i = 0; i < firstAnswers.length; i++) if (firstDepths[i]! > 0) return firstAnswers[i]!
  if (found.mayForward && forward !== null && forwardDepth > 0) return forward
  if (!found.isCanary) return null
  for (const winner of own.winners)
    if (winner.isSet && winner.rule?.isAllow && winner.depth >= found.depth) return winner.rule
  return null
}
