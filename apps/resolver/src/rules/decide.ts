/**
 * The one function that decides (design section 3, steps 2 to 7): live queries, "why?", simulation and tests all call it.
 *
 * | step | what                                                             | here                              |
 * |------|------------------------------------------------------------------|-----------------------------------|
 * | 2    | timed overrides, and blocking switched off or paused for all     | `overrideOf`                      |
 * | 3    | special-use names, unless own rules say otherwise                | `specialUse`                      |
 * | 4    | own rules above blocks (`$dnsrewrite`)                           | `answerFirst`                     |
 * |      | own block and allow rules, but for a block that yields to a longer answer or forward rule | `letBlockYield`, `judgeOwn` |
 * | 5    | own alias, local answer, PTR of a local answer                   | `answerLocally`                   |
 * | 6    | lists (their `$dnsrewrite` first) and services, unless an own allow rule has won | `judgeLists`      |
 * |      | safe search, unless an own allow rule has won                    | `searchSafely`                    |
 * | 7    | the longest forward rule, else the default upstreams             | `route`                           |
 *
 * Given the policy, it depends on its arguments alone. On the usual way it allocates nothing and makes no string.
 */
import { unmapped } from '@weir/shared/dns/ip-address'
import type { Decision } from '../query/decision.ts'
import type { AddressRewrite } from '../query/policy-parts.ts'
import type { QueryClient } from '../query/query-client.ts'
import { answerFirst, answerLocally } from './answer-steps.ts'
import type { DecisionTrace } from './decision-trace.ts'
import { judgeLists, judgeMatched } from './lists-step.ts'
import { matchListAddress, matchLists } from './match-lists.ts'
import { matchOwnAddress, matchOwnRules } from './match-own-rules.ts'
import { type NameOctets, NameScratch } from './name-hash.ts'
import { allowByOverride, blockByOverride, overrideOf } from './override-step.ts'
import { judgeOwn } from './own-rules-step.ts'
import type { Policy } from './policy.ts'
import { route } from './route-step.ts'
import { searchSafely } from './safe-search-step.ts'
import { specialUse } from './special-use-step.ts'
import { letBlockYield } from './yielding-block.ts'

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
  policy.scratch.ask(name, qtype, client, nowMs, trace)
  policy.hasher.hashSuffixes(name, policy.scratch.hashes)
  const override = overrideOf(policy)
  const judges = override === null
  matchOwnRules(policy, judges)
  if (specialUse(policy, decision)) return
  if (override === 'block') return blockByOverride(policy, decision)
  if (override === 'allow') allowByOverride(decision)
  if (policy.scratch.firstAnswers.length > 0 && answerFirst(policy, decision)) return
  if (judges && judgeOwn(policy, decision, letBlockYield(policy, true))) return
  if (answerLocally(policy, decision)) return
  // Behind the local answers: the printer is not the internet.
  if (override === 'offline') return blockByOverride(policy, decision)
  if (judges && judgeLists(policy, decision)) return
  if (judges && searchSafely(policy, decision)) return
  route(policy, decision)
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
 * @param leadingType of the record that holds the name
 * @param isExemptFromLists from the decision on the question: what was allowed there is not blocked by a list here
 * @returns true when it is blocked; `decision` says by what
 */
export function decideTarget(
  policy: Policy,
  wire: Uint8Array,
  leadingType: number,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
  trace: DecisionTrace | null = null,
): boolean {
  decision.reset()
  if (!targetName.read(wire)) return false
  policy.scratch.ask(targetName, qtype, client, nowMs, trace)
  policy.scratch.leadingType = leadingType
  policy.hasher.hashSuffixes(targetName, policy.scratch.hashes)
  const override = overrideOf(policy)
  if (override === 'pause' || override === 'allow') return false
  if (override !== null) {
    blockByOverride(policy, decision)
    return true
  }
  matchOwnRules(policy, true)
  if (judgeOwn(policy, decision, letBlockYield(policy, false))) return true
  if (isExemptFromLists || decision.isExemptFromLists) return false
  matchLists(policy)
  return judgeMatched(policy, decision)
}

const NO_NAME = new NameScratch()

/**
 * Steps 4 and 6 for an address in an answer: rules of match kind `address`.
 * @param address 4 or 16 octets; an IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address
 * @param name the one asked for, which overrides name and rules may except
 */
export function decideAddress(
  policy: Policy,
  address: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
  name: NameOctets = NO_NAME,
): boolean {
  decision.reset()
  if (!policy.hasAddressRules) return false
  policy.scratch.ask(name, qtype, client, nowMs, null)
  // What an override says, it has said of the name.
  if (overrideOf(policy) !== null) return false
  const plain = unmapped(address)
  matchOwnAddress(policy, plain)
  if (judgeOwn(policy, decision)) return true
  if (isExemptFromLists || decision.isExemptFromLists) return false
  matchListAddress(policy, plain)
  return judgeMatched(policy, decision)
}

/** The IP rewrite for an address of an answer: longest prefix first, only rules that hold for this query. */
export function findAddressRewrite(
  policy: Policy,
  address: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
  name: NameOctets = NO_NAME,
): AddressRewrite | undefined {
  policy.scratch.ask(name, qtype, client, nowMs, null)
  return policy.own.rewrites.find(address, policy.scratch)?.rewrite ?? undefined
}
