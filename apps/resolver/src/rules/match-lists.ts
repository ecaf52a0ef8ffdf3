/** Collects which lists and services hold a name or an address. No decision is made here. */
import { isAllowClass, isImportantClass, type NameClass, nameClass } from '@weir/shared/lists/name-class'
import { isCancelled, isNameCancelled } from './cancelled.ts'
import { isWithoutEffect, offerAnswer, takeFirst } from './competing-answers.ts'
import { type CompiledRule, fits, holds, MatchRank, RuleRole } from './compiled-rule.ts'
import { isAllowMode, isBlockMode, isShadowMode, type ListEntry, ListMode } from './list-table.ts'
import type { Policy } from './policy.ts'
import { clientBits } from './rule-conditions.ts'
import { depthBit, type NameIndex } from './rule-index.ts'
import type { RuleOverlay } from './rule-overlay.ts'
import { UNREADABLE_SET } from './tier-index.ts'
import { levelOf, REGEX_DEPTH } from './verdict.ts'

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
    const rules = listRules.names.find(name, scratch.hashes, depth)
    if (rules === null) continue
    for (const rule of rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, scratch)) offerListRule(policy, rule, depth)
  }
  if (listRules.patterns.size === 0) return
  listRules.patterns.match(scratch, scratch.hashes, scratch.patterns)
  for (const rule of scratch.patterns) offerListRule(policy, rule, REGEX_DEPTH)
}

function offerListRule(policy: Policy, rule: CompiledRule, depth: number): void {
  const { scratch, lists } = policy
  const mode = lists.modeOf(rule.listId, scratch.groupId)
  if (mode === ListMode.Off) return
  if ((isShadowMode(mode) || rule.isShadow) && !scratch.meetsShadow(0, rule.listId)) return
  const cancelled = isCancelled(policy, rule)
  scratch.trace?.matched(rule, cancelled)
  if (cancelled) return
  if (rule.role !== RuleRole.Judgement) return takeListAnswer(policy, rule, depth)
  const isOfAllowList = isAllowMode(mode)
  // A list that was made to allow does not yield to others.
  const level = levelOf(rule.isAllow || isOfAllowList, rule.isImportant, rule.row.yields === true && !isOfAllowList)
  const { order } = lists.get(rule.listId)!
  scratch.lists.offer(level, rule, rule.listId, order, depth, rule.rank, clientBits(rule.conditions, scratch))
}

/** What a list answers with records counts only where it is trusted to, whatever its version holds. */
function takeListAnswer(policy: Policy, rule: CompiledRule, depth: number): void {
  const { scratch, lists } = policy
  const { row, role, listId } = rule
  if (row.action === 'rewrite' && row.rcode === undefined && !lists.get(listId)?.row.mayAnswer) return
  if (isWithoutEffect(rule, scratch)) return
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
  const cancelled = isNameCancelled(policy, depth, named)
  scratch.trace?.matchedName(row.id, named, depth, cancelled)
  if (cancelled) return
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

/** Lines of lists for an address in an answer: fills `lists` of the scratch. @param address 4 or 16 octets */
export function matchListAddress(policy: Policy, address: Uint8Array): void {
  const { scratch, listRules } = policy
  scratch.lists.reset()
  if (listRules.addresses.size === 0) return
  listRules.addresses.forEach(address, scratch, (rule) => offerListRule(policy, rule, rule.addresses!.bits))
}
