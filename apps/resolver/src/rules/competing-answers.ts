/** Rules that answer a name, as they compete for it: own ones and those of lists (the scratch holds who leads). */
import { type CompiledRule, RuleRole } from './compiled-rule.ts'
import type { ListTable } from './list-table.ts'
import type { MatchScratch } from './match-scratch.ts'
import { isSameName } from './name-hash.ts'
import type { Policy } from './policy.ts'
import { clientBits } from './rule-conditions.ts'

/** A name that is answered with its own name is answered as if there were no such rule (AdGuard Home does so). */
export const leadsToItself = ({ alias }: CompiledRule, { name }: MatchScratch): boolean =>
  alias !== null && !alias.isSuffix && isSameName(alias.target, name)

/** One for a client goes on standing above those for shorter prefixes, so that the target of the one is not led to that of another. */
export const isWithoutEffect = (rule: CompiledRule, scratch: MatchScratch): boolean =>
  leadsToItself(rule, scratch) && !(rule.role === RuleRole.First && placeOfClient(rule, scratch) > 0)

/** What overrides blocks, and what takes a name out of that. */
export function takeFirst(scratch: MatchScratch, rule: CompiledRule, depth: number): void {
  if (rule.role === RuleRole.Exception) scratch.exceptions.push(rule)
  if (rule.role !== RuleRole.First) return
  scratch.firstAnswers.push(rule)
  scratch.firstDepths.push(depth)
}

/** Is the one for a longer name, a more particular match, or a longer prefix of the client; at the same place who comes first? */
export function isFirstBefore(
  { scratch, lists }: Policy,
  rule: CompiledRule,
  depth: number,
  best: CompiledRule,
  bestDepth: number,
): boolean {
  if (depth !== bestDepth) return depth > bestDepth
  const difference = placeOfClient(rule, scratch) - placeOfClient(best, scratch)
  if (rule.rank === best.rank && difference !== 0) return difference > 0
  return answerPlace(rule, lists) < answerPlace(best, lists)
}

/** Triggers by client are for every name; of others the client says nothing about their place. */
export const placeOfClient = ({ row, conditions }: CompiledRule, scratch: MatchScratch): number =>
  row.pattern === '.' ? clientBits(conditions, scratch) : 0

/** Depths only fall, so that the first is the longest; at one name exact before suffix, alias before address, older first. */
export function offerAnswer({ scratch, lists }: Policy, rule: CompiledRule, depth: number): void {
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
