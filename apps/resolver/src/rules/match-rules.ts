/** Collects what matches a name, from the own rules and from the lists. No decision is made here. */
import { isAllowClass, isImportantClass } from '@weir/shared/lists/name-class'
import { type CompiledRule, holds, MatchRank } from './compiled-rule.ts'
import { ListMode } from './list-table.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { Policy } from './policy.ts'
import { depthBit } from './rule-index.ts'
import type { RuleOverlay } from './rule-overlay.ts'
import { levelOf, REGEX_DEPTH } from './verdict.ts'

/** Does a rule of this rank, whose name is the suffix of `depth` labels, match a name of `labels` labels? */
const fits = (rank: number, depth: number, labels: number): boolean =>
  rank === MatchRank.Suffix || (rank === MatchRank.Exact) === (depth === labels)

/** Own rules: fills `own`, `answer` and `forward` of the scratch. @param judges false: block and allow rules do not count */
export function matchOwnRules(policy: Policy, judges: boolean): void {
  const { scratch, own } = policy
  const { name, qtype, groupId, nowMs } = scratch
  scratch.own.reset()
  scratch.answer = null
  // Setting a length is slow, even to what it is.
  if (scratch.alsoAnswers.length > 0) scratch.alsoAnswers.length = 0
  scratch.forward = null
  if (own.size === 0) return
  for (let depth = name.labelCount; depth >= scratch.leastDepth; depth--) {
    const bucket = own.names.find(name, scratch.hashes, depth)
    if (bucket === null) continue
    for (const rule of bucket.rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, qtype, groupId, nowMs))
        takeOwnRule(scratch, rule, depth, judges)
  }
  if (!judges || own.patterns.size === 0) return
  own.patterns.match(name, qtype, groupId, nowMs, scratch.patterns)
  for (const rule of scratch.patterns) takeOwnRule(scratch, rule, REGEX_DEPTH, judges)
}

function takeOwnRule(scratch: MatchScratch, rule: CompiledRule, depth: number, judges: boolean): void {
  const isJudgement = rule.local === null && rule.alias === null && rule.servers === null
  if (isJudgement && !judges) return
  scratch.trace?.matched(rule)
  if (isJudgement) scratch.own.offer(levelOf(rule.isAllow, rule.isImportant), rule, 0, 0, depth, rule.rank)
  else if (rule.servers === null) offerAnswer(scratch, rule, depth)
  else offerForward(scratch, rule, depth)
}

/** Depths only fall, so that the first is the longest; at one name exact before suffix, alias before address, older first. */
function offerAnswer(scratch: MatchScratch, rule: CompiledRule, depth: number): void {
  const best = scratch.answer
  if (best !== null && depth < scratch.answerDepth) return
  const isBetter = best === null || answerPlace(rule) < answerPlace(best)
  if (best !== null && areOneAnswer(best, rule)) scratch.alsoAnswers.push(isBetter ? best : rule)
  else if (isBetter) scratch.alsoAnswers.length = 0
  if (!isBetter) return
  scratch.answer = rule
  scratch.answerDepth = depth
}

/** Several lines of a hosts file for one name, or several names of one address, make one answer. */
const areOneAnswer = (a: CompiledRule, b: CompiledRule): boolean =>
  a.local !== null && b.local !== null && a.rank === b.rank

/** Rank first; an alias covers every type (RFC 2181 §10.1), a PTR that only follows from a record comes last. */
const answerPlace = (rule: CompiledRule): number =>
  (rule.rank * 3 + (rule.alias !== null ? 0 : rule.local!.pointers.length === 0 ? 1 : 2)) * 2 ** 48 + rule.row.id

function offerForward(scratch: MatchScratch, rule: CompiledRule, depth: number): void {
  const best = scratch.forward
  if (best !== null && (depth < scratch.forwardDepth || forwardPlace(best) <= forwardPlace(rule))) return
  scratch.forward = rule
  scratch.forwardDepth = depth
}

const forwardPlace = (rule: CompiledRule): number => rule.rank * 2 ** 48 + rule.row.id

/** Lists: fills `lists` of the scratch from the index, the complex lines and the services. */
export function matchLists(policy: Policy): void {
  policy.scratch.lists.reset()
  matchIndex(policy)
  if (policy.listRules.size > 0) matchListRules(policy, policy.listRules)
  if (policy.ruleSets.services.size > 0) matchListRules(policy, policy.ruleSets.services)
}

function matchListRules(policy: Policy, listRules: RuleOverlay): void {
  const { scratch } = policy
  const { name, qtype, groupId, nowMs } = scratch
  for (let depth = name.labelCount; depth >= scratch.leastDepth; depth--) {
    const bucket = listRules.names.find(name, scratch.hashes, depth)
    if (bucket === null) continue
    for (const rule of bucket.rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, qtype, groupId, nowMs))
        offerListRule(policy, rule, depth)
  }
  if (listRules.patterns.size === 0) return
  listRules.patterns.match(name, qtype, groupId, nowMs, scratch.patterns)
  for (const rule of scratch.patterns) offerListRule(policy, rule, REGEX_DEPTH)
}

function offerListRule(policy: Policy, rule: CompiledRule, depth: number): void {
  const { scratch, lists } = policy
  const mode = lists.modeOf(rule.listId, scratch.groupId)
  if (mode === ListMode.Off) return
  scratch.trace?.matched(rule)
  const level = levelOf(rule.isAllow || mode === ListMode.Allow, rule.isImportant)
  scratch.lists.offer(level, rule, rule.listId, lists.get(rule.listId)!.order, depth, rule.rank)
}

/** Plain names of lists: hashes and numbers only, no strings and no allocation. */
function matchIndex(policy: Policy): void {
  const { scratch, index, lists } = policy
  if (index === null) return
  const { name, hashes, trace } = scratch
  const { members, depthMask } = index
  const modes = lists.modes(scratch.groupId)
  const labels = name.labelCount
  for (let depth = labels; depth > 0 && depth >= scratch.leastDepth; depth--) {
    if ((depthMask & depthBit(depth)) === 0) continue
    const set = index.findSet(hashes[2 * depth]!, hashes[2 * depth + 1]!)
    if (set === 0) continue
    for (let i = index.memberStart(set), end = index.memberEnd(set); i < end; i++) {
      const member = members[i]!
      const mode = modes[member >>> 4]!
      const rank = (member >>> 1) & 3
      if (mode === ListMode.Off || !fits(rank, depth, labels)) continue
      const list = lists.entries[member >>> 4]!
      const level = levelOf(isAllowClass(member & 15) || mode === ListMode.Allow, isImportantClass(member & 15))
      scratch.lists.offer(level, null, list.row.id, list.order, depth, rank)
      trace?.matchedName(list.row.id, member & 15, depth)
    }
  }
}
