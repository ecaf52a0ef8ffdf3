/** Does a `badfilter` rule that holds for the question switch off what has matched? */
import type { NameClass } from '@weir/shared/lists/name-class'
import type { CompiledRule } from './compiled-rule.ts'
import { isShadowMode, ListMode } from './list-table.ts'
import type { Policy } from './policy.ts'

/** One that says the same as this rule. */
export const isCancelled = (policy: Policy, rule: CompiledRule): boolean =>
  hasCancellations(policy) && isRuleAmong(policy, rule)

function isRuleAmong(policy: Policy, rule: CompiledRule): boolean {
  const { own, listRules, scratch } = policy
  const counts = (canceller: CompiledRule): boolean => countsFor(policy, canceller)
  return own.cancellations.has(rule, scratch, counts) || listRules.cancellations.has(rule, scratch, counts)
}

/** The same for a plain name of a list: the suffix of `depth` labels of the question's name. */
export const isNameCancelled = (policy: Policy, depth: number, nameClass: NameClass): boolean =>
  hasCancellations(policy) && isNameAmong(policy, depth, nameClass)

function isNameAmong(policy: Policy, depth: number, nameClass: NameClass): boolean {
  const { own, listRules, scratch } = policy
  const counts = (canceller: CompiledRule): boolean => countsFor(policy, canceller)
  return (
    own.cancellations.hasName(depth, nameClass, scratch, counts) ||
    listRules.cancellations.hasName(depth, nameClass, scratch, counts)
  )
}

/** Apart from what has closures: what they hold is allocated as soon as their function is called. */
const hasCancellations = ({ own, listRules }: Policy): boolean =>
  own.cancellations.size + listRules.cancellations.size > 0

/** An own one always does, one of a list as its list does. */
function countsFor({ lists, scratch }: Policy, { listId, isShadow, row }: CompiledRule): boolean {
  const mode = listId === 0 ? ListMode.Block : lists.modeOf(listId, scratch.groupId)
  if (mode === ListMode.Off) return false
  return !(isShadow || isShadowMode(mode)) || scratch.meetsShadow(row.id, listId)
}
