/** Collects what matches a name or an address, from the own rules and from the lists. No decision is made here. */

import { RrType } from '@weir/shared/dns/rr-type'
import { isAllowClass, isImportantClass, type NameClass, nameClass } from '@weir/shared/lists/name-class'
import { type CompiledRule, holds, MatchRank, RuleRole } from './compiled-rule.ts'
import { isAllowMode, isBlockMode, isShadowMode, type ListEntry, ListMode, type ListTable } from './list-table.ts'
import type { MatchScratch } from './match-scratch.ts'
import { isSameName } from './name-hash.ts'
import type { Policy } from './policy.ts'
import { depthBit, type NameIndex } from './rule-index.ts'
import type { RuleOverlay } from './rule-overlay.ts'
import { UNREADABLE_SET } from './tier-index.ts'
import { levelOf, REGEX_DEPTH } from './verdict.ts'

/** Names that one address leads back to: a hundred thousand may have the same, and an answer holds some hundred. */
const MAX_POINTERS = 256

/** Does a rule of this rank, whose name is the suffix of `depth` labels, match a name of `labels` labels? */
export const fits = (rank: number, depth: number, labels: number): boolean =>
  rank === MatchRank.Suffix || (rank === MatchRank.Exact) === (depth === labels)

/**
 * Own rules: fills `own`, `answer`, `forward`, `firstAnswers` and `exceptions` of the scratch.
 * @param judges false: what blocks or allows does not count
 */
export function matchOwnRules(policy: Policy, judges: boolean): void {
  const { scratch, own } = policy
  const { name } = scratch
  scratch.own.reset()
  scratch.answer = null
  // Setting a length is slow, even to what it is.
  if (scratch.alsoAnswers.length > 0) scratch.alsoAnswers.length = 0
  scratch.forward = null
  scratch.resetFirst()
  if (own.size === 0) return
  for (let depth = name.labelCount; depth >= 0; depth--) {
    matchPlainRules(policy, depth, judges)
    const bucket = own.names.find(name, scratch.hashes, depth)
    if (bucket === null) continue
    for (const rule of bucket.rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, scratch)) takeOwnRule(policy, rule, depth, judges)
  }
  if (own.patterns.size === 0) return
  own.patterns.match(scratch, scratch.patterns)
  for (const rule of scratch.patterns) takeOwnRule(policy, rule, REGEX_DEPTH, judges)
}

function matchPlainRules(policy: Policy, depth: number, judges: boolean): void {
  const { scratch, own } = policy
  const { plain } = own
  const { name } = scratch
  let pointers = 0
  for (let found = plain.find(name, scratch.hashes, depth); found >= 0; found = plain.next(found)) {
    if (!fits(plain.rankOf(found), depth, name.labelCount)) continue
    if (plain.isPointer(found) && ++pointers > MAX_POINTERS) continue
    const rule = plain.rule(found)
    if (holds(rule, scratch)) takeOwnRule(policy, rule, depth, judges)
  }
}

/** Blocks, allows, or stands in for a block: not while blocking is paused. */
const isOfBlocking = ({ role, local }: CompiledRule): boolean =>
  role === RuleRole.Judgement || (local !== null && local.rcode !== 0)

function takeOwnRule(policy: Policy, rule: CompiledRule, depth: number, judges: boolean): void {
  const { scratch } = policy
  if ((!judges && isOfBlocking(rule)) || leadsToItself(rule, scratch)) return
  if (rule.isShadow && !scratch.meetsShadow(rule.row.id, 0)) return
  const isCancelled = policy.isCancelled(rule)
  scratch.trace?.matched(rule, isCancelled)
  if (isCancelled) return
  switch (rule.role) {
    case RuleRole.Judgement:
      return scratch.own.offer(levelOf(rule.isAllow, rule.isImportant), rule, 0, 0, depth, rule.rank)
    case RuleRole.Answer:
      return offerAnswer(policy, rule, depth)
    case RuleRole.Forward:
      return isOfParent(scratch, rule, depth) ? offerForward(scratch, rule, depth) : undefined
    default:
      return takeFirst(scratch, rule, depth)
  }
}

/** A name that is answered with its own name is answered as if there were no such rule (AdGuard Home does so). */
const leadsToItself = ({ alias }: CompiledRule, { name }: MatchScratch): boolean =>
  alias !== null && !alias.isSuffix && isSameName(alias.target, name)

function takeFirst(scratch: MatchScratch, rule: CompiledRule, depth: number): void {
  if (rule.role === RuleRole.Exception) scratch.exceptions.push(rule)
  if (rule.role !== RuleRole.First) return
  scratch.firstAnswers.push(rule)
  scratch.firstDepths.push(depth)
}

/** Depths only fall, so that the first is the longest; at one name exact before suffix, alias before address, older first. */
function offerAnswer({ scratch, lists }: Policy, rule: CompiledRule, depth: number): void {
  const best = scratch.answer
  if (best !== null && depth < scratch.answerDepth) return
  const isBetter = best === null || answerPlace(rule, lists) < answerPlace(best, lists)
  if (best !== null && areOneAnswer(best, rule)) scratch.alsoAnswers.push(isBetter ? best : rule)
  else if (isBetter) scratch.alsoAnswers.length = 0
  if (!isBetter) return
  scratch.answer = rule
  scratch.answerDepth = depth
}

/** Several lines of a hosts file for one name, or several names of one address, make one answer. */
export const areOneAnswer = (a: CompiledRule, b: CompiledRule): boolean =>
  a.local !== null &&
  b.local !== null &&
  a.rank === b.rank &&
  a.listId === b.listId &&
  a.local.rcode === 0 &&
  b.local.rcode === 0

/**
 * Rank first; an alias covers every type (RFC 2181 §10.1), an error has no records beside it, a PTR that only follows
 * from a record comes last. Among `$dnsrewrite` rules an error stands above an alias (AdGuard DNS filtering syntax), whichever
 * list it is in; otherwise a list higher up is heard alone.
 */
export function answerPlace({ rank, role, alias, local, row, listId }: CompiledRule, lists: ListTable): number {
  const isError = local !== null && local.rcode !== 0
  const isFirst = role === RuleRole.First
  const kind = alias !== null ? 1 : isError ? (isFirst ? 0 : 2) : local!.pointers.length === 0 ? 3 : 4
  if (listId === 0) return (rank * 8 + kind) * 2 ** 48 + row.id
  const order = lists.get(listId)?.order ?? 0
  return isFirst ? (rank * 8 + kind) * 2 ** 48 + order : (rank * 2 ** 32 + order) * 8 + kind
}

/** DS records lie on the parent's side of a zone cut (RFC 4035 §3.1.4.1): the rule for the name above decides. */
function isOfParent({ qtype, name }: MatchScratch, { rank, name: pattern }: CompiledRule, depth: number): boolean {
  if (qtype !== RrType.DS) return true
  return pattern !== null && depth < name.labelCount && fits(rank, depth, name.labelCount - 1)
}

function offerForward(scratch: MatchScratch, rule: CompiledRule, depth: number): void {
  const best = scratch.forward
  if (best !== null && (depth < scratch.forwardDepth || forwardPlace(best) <= forwardPlace(rule))) return
  scratch.forward = rule
  scratch.forwardDepth = depth
}

/** `*.x` says more than `x` and below, as it leaves out the name (AdGuard Home reads it so); older first. */
const FORWARD_ORDER = [0, 2, 1, 3] as const
const forwardPlace = ({ rank, row }: CompiledRule): number => FORWARD_ORDER[rank] * 2 ** 48 + row.id

/** Lists and services: fills `lists` and `answer` of the scratch, and adds to `firstAnswers` and `exceptions`. */
export function matchLists(policy: Policy): void {
  policy.scratch.lists.reset()
  policy.scratch.answer = null
  if (policy.scratch.alsoAnswers.length > 0) policy.scratch.alsoAnswers.length = 0
  const { index, tier } = policy
  if (index !== null) matchIndex(policy, index, 0)
  if (tier !== null) matchIndex(policy, tier, index?.lists.length ?? 0)
  if (policy.listRules.size > 0) matchListRules(policy, policy.listRules)
  if (policy.ruleSets.services.size > 0) matchListRules(policy, policy.ruleSets.services)
}

function matchListRules(policy: Policy, listRules: RuleOverlay): void {
  const { scratch } = policy
  const { name } = scratch
  for (let depth = name.labelCount; depth >= 0; depth--) {
    const bucket = listRules.names.find(name, scratch.hashes, depth)
    if (bucket === null) continue
    for (const rule of bucket.rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, scratch)) offerListRule(policy, rule, depth)
  }
  if (listRules.patterns.size === 0) return
  listRules.patterns.match(scratch, scratch.patterns)
  for (const rule of scratch.patterns) offerListRule(policy, rule, REGEX_DEPTH)
}

function offerListRule(policy: Policy, rule: CompiledRule, depth: number): void {
  const { scratch, lists } = policy
  const mode = lists.modeOf(rule.listId, scratch.groupId)
  if (mode === ListMode.Off) return
  if ((isShadowMode(mode) || rule.isShadow) && !scratch.meetsShadow(0, rule.listId)) return
  const isCancelled = policy.isCancelled(rule)
  scratch.trace?.matched(rule, isCancelled)
  if (isCancelled) return
  if (rule.role !== RuleRole.Judgement) return takeListAnswer(policy, rule, depth)
  const level = levelOf(rule.isAllow || isAllowMode(mode), rule.isImportant)
  scratch.lists.offer(level, rule, rule.listId, lists.get(rule.listId)!.order, depth, rule.rank)
}

/** What a list answers with records counts only where it is trusted to, whatever its version holds. */
function takeListAnswer(policy: Policy, rule: CompiledRule, depth: number): void {
  const { scratch, lists } = policy
  const { row, role, listId } = rule
  if (row.action === 'rewrite' && row.rcode === undefined && !lists.get(listId)?.row.mayAnswer) return
  if (leadsToItself(rule, scratch)) return
  if (role === RuleRole.Answer) offerAnswer(policy, rule, depth)
  else takeFirst(scratch, rule, depth)
}

/**
 * Plain names of lists: hashes and numbers only, no strings and no allocation.
 * @param firstList what is added to the index's list numbers: those of the tier follow those in memory
 */
function matchIndex(policy: Policy, index: NameIndex, firstList: number): void {
  const { scratch, lists } = policy
  const { name, hashes } = scratch
  const { members, depthMask } = index
  const modes = lists.modes(scratch.groupId)
  const labels = name.labelCount
  for (let depth = labels; depth > 0; depth--) {
    if ((depthMask & depthBit(depth)) === 0) continue
    const set = index.findSet(hashes[2 * depth]!, hashes[2 * depth + 1]!)
    if (set === 0) continue
    if (set === UNREADABLE_SET) {
      offerUnreadable(policy, firstList, depth)
      continue
    }
    for (let i = index.memberStart(set), end = index.memberEnd(set); i < end; i++) {
      const member = members[i]!
      const number = firstList + (member >>> 4)
      const mode = modes[number]! as ListMode
      if (mode === ListMode.Off || !fits((member >>> 1) & 3, depth, labels)) continue
      offerName(policy, lists.entries[number]!, mode, (member & 15) as NameClass, depth)
    }
  }
}

function offerName(policy: Policy, { row, order }: ListEntry, mode: ListMode, named: NameClass, depth: number): void {
  const { scratch } = policy
  if (isShadowMode(mode) && !scratch.meetsShadow(0, row.id)) return
  const isCancelled = policy.hasCancellations && policy.isNameCancelled(depth, named)
  scratch.trace?.matchedName(row.id, named, depth, isCancelled)
  if (isCancelled) return
  const level = levelOf(isAllowClass(named) || isAllowMode(mode), isImportantClass(named))
  scratch.lists.offer(level, null, row.id, order, depth, (named >>> 1) & 3)
}

const BLOCK_SUFFIX = nameClass('block', 'suffix', false)

/**
 * The filter says that a name is listed, and the page that would say where is damaged. Until it is built again every
 * blocking list of the tier is taken to hold it: of listed names none may slip past, of others few are at the filter's mercy.
 */
function offerUnreadable({ scratch, lists }: Policy, firstList: number, depth: number): void {
  const modes = lists.modes(scratch.groupId)
  for (let number = firstList; number < modes.length; number++) {
    const mode = modes[number]! as ListMode
    if (!isBlockMode(mode)) continue
    const list = lists.entries[number]!
    if (isShadowMode(mode) && !scratch.meetsShadow(0, list.row.id)) continue
    scratch.lists.offer(levelOf(false, false), null, list.row.id, list.order, depth, MatchRank.Suffix)
    scratch.trace?.matchedName(list.row.id, BLOCK_SUFFIX, depth)
  }
}

/** Rules for an address in an answer: fills `own`. @param address 4 or 16 octets */
export function matchOwnAddress(policy: Policy, address: Uint8Array): void {
  const { scratch, own } = policy
  scratch.own.reset()
  if (own.addresses.size === 0) return
  own.addresses.forEach(address, scratch, (rule) => takeOwnRule(policy, rule, rule.addresses!.bits, true))
}

/** The same for the lists: fills `lists`. */
export function matchListAddress(policy: Policy, address: Uint8Array): void {
  const { scratch, listRules } = policy
  scratch.lists.reset()
  if (listRules.addresses.size === 0) return
  listRules.addresses.forEach(address, scratch, (rule) => offerListRule(policy, rule, rule.addresses!.bits))
}
