/** Collects which own rules match a name or an address. No decision is made here. */
import { RrType } from '@weir/shared/dns/rr-type'
import { isCancelled } from './cancelled.ts'
import { isWithoutEffect, offerAnswer, takeFirst } from './competing-answers.ts'
import { type CompiledRule, fits, holds, RuleRole } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { Policy } from './policy.ts'
import { clientBits } from './rule-conditions.ts'
import { levelOf, REGEX_DEPTH } from './verdict.ts'

/** Names that one address leads back to: a hundred thousand may have the same, and an answer holds some hundred. */
const MAX_POINTERS = 256

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
    const rules = own.names.find(name, scratch.hashes, depth)
    if (rules === null) continue
    for (const rule of rules)
      if (fits(rule.rank, depth, name.labelCount) && holds(rule, scratch)) takeOwnRule(policy, rule, depth, judges)
  }
  if (own.patterns.size === 0) return
  own.patterns.match(scratch, scratch.hashes, scratch.patterns)
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

/** Blocks, allows, or stands in for a block: not while blocking is paused. What allows and yields goes on taking names out of local answers. */
const isOfBlocking = ({ role, local, row, isAllow }: CompiledRule): boolean =>
  role === RuleRole.Judgement ? !(isAllow && row.yields) : local !== null && local.rcode !== 0

function takeOwnRule(policy: Policy, rule: CompiledRule, depth: number, judges: boolean): void {
  const { scratch } = policy
  if ((!judges && isOfBlocking(rule)) || isWithoutEffect(rule, scratch)) return
  if (rule.isShadow && !scratch.meetsShadow(rule.row.id, 0)) return
  const cancelled = isCancelled(policy, rule)
  scratch.trace?.matched(rule, cancelled)
  if (cancelled) return
  switch (rule.role) {
    case RuleRole.Judgement: {
      const level = levelOf(rule.isAllow, rule.isImportant, rule.row.yields)
      return scratch.own.offer(level, rule, 0, 0, depth, rule.rank, clientBits(rule.conditions, scratch))
    }
    case RuleRole.Answer:
      return offerAnswer(policy, rule, depth)
    case RuleRole.Forward:
      return isOfParent(scratch, rule, depth) ? offerForward(scratch, rule, depth) : undefined
    default:
      return takeFirst(scratch, rule, depth)
  }
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

/** Rules for an address in an answer: fills `own`. @param address 4 or 16 octets */
export function matchOwnAddress(policy: Policy, address: Uint8Array): void {
  const { scratch, own } = policy
  scratch.own.reset()
  if (own.addresses.size === 0) return
  own.addresses.forEach(address, scratch, (rule) => takeOwnRule(policy, rule, rule.addresses!.bits, true))
}
