/**
 * The one function that decides (design section 3, steps 2 to 7): live queries, "why?", simulation and tests all call it.
 *
 * | step | what                                                             | here                              |
 * |------|------------------------------------------------------------------|-----------------------------------|
 * | 2    | timed overrides, and blocking switched off or paused for all     | `overrideOf`                      |
 * | 3    | special-use names, unless own rules say otherwise                | `specialUse`                      |
 * | 4    | own block and allow rules                                        | `judgeOwn`                        |
 * | 5    | own alias, local answer, PTR of a local answer                   | `answerLocally`                   |
 * | 6    | lists and services, unless an own allow rule has won             | `judgeLists`                      |
 * |      | safe search, unless an own allow rule has won                    | `searchSafely`                    |
 * | 7    | the longest forward rule, else the default upstreams             | `route`                           |
 *
 * Given the policy, it depends on its arguments alone. On the usual way it allocates nothing and makes no string.
 */
import type { Decision } from '../query/decision.ts'
import type { AddressRewrite } from '../query/policy-parts.ts'
import type { QueryClient } from '../query/query-client.ts'
import { answerLocally, judgeLists, judgeOwn, route, searchSafely, specialUse } from './decision-steps.ts'
import type { DecisionTrace } from './decision-trace.ts'
import { matchOwnRules } from './match-rules.ts'
import { type NameOctets, NameScratch } from './name-hash.ts'
import { allowByOverride, blockByOverride, overrideOf } from './override-step.ts'
import type { Policy } from './policy.ts'

/**
 * Decides on one question, whatever its class. `decision` is emptied first.
 * @param name   a QueryView, or a NameScratch
 * @param nowMs  wall clock: pauses and expiries are measured by it
 * @param trace  is told every match and step; null on live queries
 */
export function decide(
  policy: Policy,
  name: NameOctets,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  decision: Decision,
  trace: DecisionTrace | null = null,
): void {
  decision.reset()
  ask(policy, name, qtype, client, nowMs, trace)
  const override = overrideOf(policy)
  const judges = override === null
  matchOwnRules(policy, judges)
  if (specialUse(policy, decision)) return
  if (override === 'block') return blockByOverride(policy, decision)
  if (override === 'allow') allowByOverride(decision)
  if (judges && judgeOwn(policy, decision)) return
  if (answerLocally(policy, decision)) return
  // Behind the local answers: the printer is not the internet.
  if (override === 'offline') return blockByOverride(policy, decision)
  if (judges && judgeLists(policy, decision)) return
  if (judges && searchSafely(policy, decision)) return
  route(policy, decision)
}

function ask(
  { scratch, hasher }: Policy,
  name: NameOctets,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  trace: DecisionTrace | null,
): void {
  scratch.name = name
  scratch.qtype = qtype
  scratch.groupId = client.groupId
  scratch.clientAddress = client.clientAddress
  scratch.nowMs = nowMs
  scratch.trace = trace
  scratch.leastDepth = 0
  hasher.hashSuffixes(name, scratch.hashes)
}

const targetName = new NameScratch()

/**
 * Steps 2 to 7 for a name that an alias led to.
 * @param wire uncompressed labels from `offset`, any case; octets that are no name decide nothing
 */
export function decideName(
  policy: Policy,
  wire: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  decision: Decision,
): void {
  if (targetName.read(wire)) decide(policy, targetName, qtype, client, nowMs, decision)
  else decision.reset()
}

/**
 * Steps 4 and 6 for a name that an answer leads to (CNAME, DNAME, HTTPS and SVCB targets).
 * @param isExemptFromLists from the decision on the question: what was allowed there is not blocked by a list here
 * @returns true when it is blocked; `decision` says by what
 */
export function decideTarget(
  policy: Policy,
  wire: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
): boolean {
  decision.reset()
  if (!targetName.read(wire)) return false
  ask(policy, targetName, qtype, client, nowMs, null)
  return judgeTarget(policy, isExemptFromLists, decision)
}

/**
 * Steps 4 and 6 for an IPv4 address in an answer, which lists and rules name like a domain: `||192.0.2.7^`.
 * @param address 4 octets; IPv6 addresses are no names, nothing blocks them
 */
export function decideAddress(
  policy: Policy,
  address: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
): boolean {
  decision.reset()
  if (address.length !== 4) return false
  writeAddressName(address)
  ask(policy, targetName, qtype, client, nowMs, null)
  policy.scratch.leastDepth = targetName.labelCount
  return judgeTarget(policy, isExemptFromLists, decision)
}

function judgeTarget(policy: Policy, isExemptFromLists: boolean, decision: Decision): boolean {
  const override = overrideOf(policy)
  if (override === 'pause' || override === 'allow') return false
  if (override !== null) {
    blockByOverride(policy, decision)
    return true
  }
  matchOwnRules(policy, true)
  if (judgeOwn(policy, decision)) return true
  if (isExemptFromLists || decision.isExemptFromLists) return false
  return judgeLists(policy, decision)
}

function writeAddressName(address: Uint8Array): void {
  const { qname, labelOffsets } = targetName
  let at = 0
  for (let i = 0; i < 4; i++) {
    const value = address[i]!
    const digits = value >= 100 ? 3 : value >= 10 ? 2 : 1
    labelOffsets[i] = at
    qname[at++] = digits
    for (let divisor = 10 ** (digits - 1); divisor >= 1; divisor /= 10)
      qname[at++] = 0x30 + (Math.floor(value / divisor) % 10)
  }
  qname[at] = 0
  targetName.labelCount = 4
}

/** The IP rewrite for an address of an answer: longest prefix first, only rules that hold for this query. */
export function findAddressRewrite(
  policy: Policy,
  address: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
): AddressRewrite | undefined {
  return policy.own.rewrites.find(address, qtype, client.groupId, nowMs)
}
