/** Own rules that say what a wider one says, and those that can never win against another (design section 3). */
import { MAX_FINDINGS, type PolicyReportBody, type ShadowedRule } from '@weir/shared/contract/policy-report'
import { MATCH_KINDS } from '@weir/shared/contract/rules'
import type { Settings } from '@weir/shared/contract/settings'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { formatRule } from '@weir/shared/rules/format-rule'
import type { StoredRule } from './stored-rules.ts'

type Precedence = Settings['precedence']
type Findings = Pick<PolicyReportBody, 'duplicateRules' | 'shadowedRules'>

/** A rule has its own name and those above it, or its very pattern. */
export function findNeedlessRules(rules: readonly StoredRule[], precedence: Precedence): Findings {
  const byPattern = new Map<string, StoredRule[]>()
  for (const stored of rules) {
    if (!judges(stored.rule)) continue
    const others = byPattern.get(stored.rule.pattern)
    if (others) others.push(stored)
    else byPattern.set(stored.rule.pattern, [stored])
  }
  const duplicateRules = new FindingList()
  const shadowedRules = new FindingList()
  for (const stored of rules) {
    const around = patternsAround(stored.rule)
      .flatMap((pattern) => byPattern.get(pattern) ?? [])
      .filter(({ id }) => id !== stored.id)
    const shadow = shadowOf(stored.rule, around, precedence)
    if (shadow) shadowedRules.add(stored, shadow.by, shadow.reason)
    else {
      const wider = around.find((other) => saysTheSame(other, stored, precedence))
      if (wider) duplicateRules.add(stored, wider, 'says the same of all its names, for everybody')
    }
  }
  return { duplicateRules: duplicateRules.found, shadowedRules: shadowedRules.found }
}

class FindingList {
  readonly found: { total: number; items: ShadowedRule[] } = { total: 0, items: [] }

  add(rule: StoredRule, by: StoredRule, reason: string): void {
    this.found.total++
    if (this.found.items.length < MAX_FINDINGS) this.found.items.push({ rule: lineOf(rule), by: lineOf(by), reason })
  }
}

export const lineOf = ({ id, rule }: StoredRule): { id: number; text: string } => ({ id, text: formatRule(rule) })

/** Blocks or allows; what takes other rules or rewrites back judges nothing itself. */
const judges = ({ action, badfilter, exceptRewrite }: CheckedRule): boolean =>
  (action === 'block' || action === 'allow') && badfilter === undefined && exceptRewrite === undefined

/** For some clients, types, names or times only. */
export const isNarrowed = (rule: CheckedRule): boolean =>
  [rule.queryTypes, rule.groups, rule.clients, rule.clientTags, rule.exceptNames].some((part) => part?.length) ||
  rule.expiresAt !== null ||
  [rule.inverted, rule.tcpOnly, rule.yields, rule.schedule].some((part) => part !== undefined)

function patternsAround({ match, pattern }: CheckedRule): string[] {
  if (match === 'regex' || match === 'address') return [pattern]
  const labels = pattern.split('.')
  return labels.map((_, at) => labels.slice(at).join('.'))
}

/** Acts on every query that `rule` acts on. */
function covers(other: CheckedRule, rule: CheckedRule): boolean {
  if (isNarrowed(other)) return false
  const isName = rule.match !== 'regex' && rule.match !== 'address'
  if (!isName || other.match === 'regex' || other.match === 'address')
    return other.match === rule.match && other.pattern === rule.pattern
  if (other.match === 'suffix') return true
  if (other.match === 'subdomains') return other.pattern !== rule.pattern || rule.match === 'subdomains'
  return rule.match === 'exact' && other.pattern === rule.pattern
}

/** Higher beats lower. */
function strength({ action, important }: CheckedRule, precedence: Precedence): number {
  const isFirst = (action === 'allow') === (precedence === 'allow-first')
  return (important ? 2 : 0) + (isFirst ? 1 : 0)
}

function saysTheSame(other: StoredRule, { id, rule }: StoredRule, precedence: Precedence): boolean {
  if (!judges(rule) || other.rule.action !== rule.action || !covers(other.rule, rule)) return false
  // It answers in a way of its own, and would be named.
  if (rule.answer !== undefined || rule.ttlSeconds !== null) return false
  const [own, wider] = [strength(rule, precedence), strength(other.rule, precedence)]
  // Of two that cover one another, the younger goes.
  return wider > own || (wider === own && (other.id < id || !covers(rule, other.rule)))
}

function shadowOf(
  rule: CheckedRule,
  around: readonly StoredRule[],
  precedence: Precedence,
): { by: StoredRule; reason: string } | undefined {
  if (judges(rule)) {
    const by = around.find(
      (other) =>
        other.rule.action !== rule.action &&
        covers(other.rule, rule) &&
        strength(other.rule, precedence) > strength(rule, precedence),
    )
    if (!by) return undefined
    const verb = by.rule.action === 'allow' ? 'allows' : 'blocks'
    const why =
      by.rule.important && !rule.important
        ? 'important beats what is not'
        : `${by.rule.action} wins, as the precedence is set`
    return { by, reason: `never wins: another rule ${verb} all of it, and ${why}` }
  }
  return isLocalAnswer(rule) ? blockedFirst(rule, around) : undefined
}

const isLocalAnswer = ({ action, match, overridesBlock }: CheckedRule): boolean =>
  (action === 'rewrite' || action === 'alias') && match !== 'address' && overridesBlock === undefined

/** Blocking stands before local answers, unless something may allow the name. */
function blockedFirst(
  rule: CheckedRule,
  around: readonly StoredRule[],
): { by: StoredRule; reason: string } | undefined {
  if (around.some((other) => other.rule.action === 'allow')) return undefined
  const by = around.find((other) => other.rule.action === 'block' && blocks(other.rule, rule))
  return by && { by, reason: 'never answers: the name is blocked before' }
}

/** A block that yields gives way to an answer for fewer names. */
function blocks(block: CheckedRule, answer: CheckedRule): boolean {
  const { yields, ...firm } = block
  const isWider =
    block.pattern !== answer.pattern || MATCH_KINDS.indexOf(answer.match) < MATCH_KINDS.indexOf(block.match)
  return covers(firm, answer) && !(yields && isWider)
}
