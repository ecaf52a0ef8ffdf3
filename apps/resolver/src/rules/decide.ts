/**
 * The one function that decides (design section 3, steps 2 to 7): live queries, "why?", simulation and tests all call it.
 *
 * | step | what                                                             | here                              |
 * |------|------------------------------------------------------------------|-----------------------------------|
 * | 2    | blocking switched off or paused: no block and no allow rule counts | `judges`                        |
 * | 3    | special-use names, unless own rules say otherwise                | `specialUse`                      |
 * | 4    | own block and allow rules                                        | `judgeOwn`                        |
 * | 5    | own alias, local answer, PTR of a local answer                   | `answerLocally`                   |
 * | 6    | lists, unless an own allow rule has won                          | `judgeLists`                      |
 * | 7    | the longest forward rule, else the default upstreams             | `route`                           |
 *
 * Given the policy, it depends on its arguments alone. On the usual way it allocates nothing and makes no string.
 */
import { type Decision, DecisionAction, reasonCode } from '../query/decision.ts'
import type { AddressRewrite } from '../query/policy-parts.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { DecisionTrace } from './decision-trace.ts'
import { matchLists, matchOwnRules } from './match-rules.ts'
import { type NameOctets, NameScratch } from './name-hash.ts'
import type { Policy } from './policy.ts'
import type { SpecialName } from './special-use.ts'
import { isAllowLevel, type Verdict, type Winner } from './verdict.ts'

const OWN_BLOCK = reasonCode('own-block-rule')
const OWN_ALLOW = reasonCode('own-allow-rule')
const LIST_BLOCK = reasonCode('list-block')
const LIST_ALLOW = reasonCode('list-allow')
const FORWARD = reasonCode('forward-rule')
const ALIAS = reasonCode('alias-rule')
const LOCAL_ANSWER = reasonCode('local-answer-rule')
const SPECIAL = reasonCode('special-use-name')

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
  groupId: number,
  nowMs: number,
  decision: Decision,
  trace: DecisionTrace | null = null,
): void {
  decision.reset()
  const judges = policy.isBlockingAt(nowMs)
  ask(policy, name, qtype, groupId, nowMs, trace)
  if (!judges)
    trace?.step('override', 'decided', 'blocking is switched off or paused: block and allow rules do not count')
  matchOwnRules(policy, judges)
  if (specialUse(policy, decision)) return
  if (judges && judgeOwn(policy, decision)) return
  if (answerLocally(policy, decision)) return
  if (judges && judgeLists(policy, decision)) return
  route(policy, decision)
}

function ask(
  { scratch, hasher }: Policy,
  name: NameOctets,
  qtype: number,
  groupId: number,
  nowMs: number,
  trace: DecisionTrace | null,
): void {
  scratch.name = name
  scratch.qtype = qtype
  scratch.groupId = groupId
  scratch.nowMs = nowMs
  scratch.trace = trace
  scratch.leastDepth = 0
  hasher.hashSuffixes(name, scratch.hashes)
}

function specialUse({ scratch, special }: Policy, decision: Decision): boolean {
  const { name, hashes, qtype, trace } = scratch
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
  decision.specialUse = name.labelCount === found.depth ? found.atName : found.below
  trace?.step('special-use', 'decided', `${found.name} is a special-use name: it is never asked of an upstream`)
  return true
}

/** The own rule that takes a special name out of its meaning, or null. */
function exceptionFrom(
  found: SpecialName,
  { answer, forward, forwardDepth, own }: Policy['scratch'],
): CompiledRule | null {
  if (answer !== null) return answer
  if (found.mayForward && forward !== null && forwardDepth > 0) return forward
  if (!found.isCanary) return null
  for (const winner of own.winners)
    if (winner.isSet && winner.rule?.isAllow && winner.depth >= found.depth) return winner.rule
  return null
}

/** @returns true when an own rule blocks; an allow rule only leaves its mark. */
function judgeOwn(policy: Policy, decision: Decision): boolean {
  const { own, trace } = policy.scratch
  const level = own.top(policy.levels)
  if (level === -1) {
    trace?.step('own-rules', 'passed', 'no own block or allow rule matches')
    return false
  }
  const { rule } = own.winners[level]!
  decision.ruleId = rule!.row.id
  if (isAllowLevel(level)) {
    decision.action = DecisionAction.Allow
    decision.reason = OWN_ALLOW
    decision.isExemptFromLists = true
    trace?.step('own-rules', 'exempt', 'an own rule allows it: lists are not asked', rule)
    return false
  }
  decision.action = DecisionAction.Block
  decision.reason = OWN_BLOCK
  decision.block = policy.planOf(rule!)
  trace?.step('own-rules', 'decided', 'an own rule blocks it', rule)
  return true
}

function answerLocally({ scratch }: Policy, decision: Decision): boolean {
  const { answer, trace } = scratch
  if (answer === null) {
    trace?.step('rewrite', 'passed', 'no own alias or local answer matches')
    return false
  }
  decision.action = answer.alias !== null ? DecisionAction.Alias : DecisionAction.LocalAnswer
  decision.reason = answer.alias !== null ? ALIAS : LOCAL_ANSWER
  decision.ruleId = answer.row.id
  decision.alias = answer.alias
  decision.local = answer.local
  trace?.step(
    'rewrite',
    'decided',
    answer.alias !== null ? 'an own alias renames it' : 'an own rule has the answer',
    answer,
  )
  return true
}

/** @returns true when a list blocks; a list that allows only leaves its mark. */
function judgeLists(policy: Policy, decision: Decision): boolean {
  const { lists, trace } = policy.scratch
  if (decision.isExemptFromLists) {
    trace?.step('lists', 'skipped', 'an own rule allows it')
    return false
  }
  matchLists(policy)
  const winner = topWinner(policy, lists)
  if (winner === null) {
    trace?.step('lists', 'passed', 'no list holds it')
    return false
  }
  const { rule, listId, depth } = winner
  decision.listId = listId
  if (isAllowWinner(policy, lists)) {
    decision.action = DecisionAction.Allow
    decision.reason = LIST_ALLOW
    decision.isExemptFromLists = true
    trace?.step('lists', 'exempt', 'a list allows it', rule, listId, depth)
    return false
  }
  blockByList(policy, decision, winner)
  trace?.step('lists', 'decided', 'a list blocks it', rule, listId, depth)
  return true
}

function topWinner(policy: Policy, verdict: Verdict): Winner | null {
  const level = verdict.top(policy.levels)
  return level === -1 ? null : verdict.winners[level]!
}

function isAllowWinner(policy: Policy, verdict: Verdict): boolean {
  const level = verdict.top(policy.levels)
  return level !== -1 && isAllowLevel(level)
}

function blockByList(policy: Policy, decision: Decision, { rule, listId }: Winner): void {
  decision.action = DecisionAction.Block
  decision.reason = LIST_BLOCK
  decision.listId = listId
  decision.block = rule === null ? policy.planOfList(listId) : policy.planOf(rule)
}

function route(policy: Policy, decision: Decision): void {
  const { forward, trace } = policy.scratch
  if (forward === null) {
    decision.upstreams = policy.defaultUpstreams
    trace?.step('route', 'decided', `asked of ${policy.defaultUpstreams.servers.join(', ')}`)
    return
  }
  decision.upstreams = policy.upstreamsOf(forward)
  decision.forwardRuleId = forward.row.id
  if (decision.action === DecisionAction.None) decision.reason = FORWARD
  trace?.step('route', 'decided', `a forward rule sends it to ${decision.upstreams.servers.join(', ')}`, forward)
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
  groupId: number,
  nowMs: number,
  decision: Decision,
): void {
  if (targetName.read(wire)) decide(policy, targetName, qtype, groupId, nowMs, decision)
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
  groupId: number,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
): boolean {
  decision.reset()
  if (!policy.isBlockingAt(nowMs) || !targetName.read(wire)) return false
  ask(policy, targetName, qtype, groupId, nowMs, null)
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
  groupId: number,
  nowMs: number,
  isExemptFromLists: boolean,
  decision: Decision,
): boolean {
  decision.reset()
  if (address.length !== 4 || !policy.isBlockingAt(nowMs)) return false
  writeAddressName(address)
  ask(policy, targetName, qtype, groupId, nowMs, null)
  policy.scratch.leastDepth = targetName.labelCount
  return judgeTarget(policy, isExemptFromLists, decision)
}

function judgeTarget(policy: Policy, isExemptFromLists: boolean, decision: Decision): boolean {
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
  groupId: number,
  nowMs: number,
): AddressRewrite | undefined {
  return policy.own.rewrites.find(address, qtype, groupId, nowMs)
}
