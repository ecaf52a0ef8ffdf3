/** A rule made ready for matching: names on the wire, types as numbers, addresses as octets. */

import { toWire } from '@weir/shared/dns/domain-name'
import { reverseName } from '@weir/shared/dns/reverse-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { fail, ok, type Result } from '@weir/shared/result'
import { type CompiledPattern, compilePattern } from '@weir/shared/rules/pattern'
import { formatRewriteValue } from '@weir/shared/rules/rewrite-value'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { LocalAnswer } from '../query/policy-parts.ts'
import type { AskedQuestion } from './asked-question.ts'
import type { RuleRow } from './policy-data.ts'
import { asksForMore, compileConditions, compileQueryTypes, meets, type RuleConditions } from './rule-conditions.ts'
import { effectOf, type RuleEffect } from './rule-effect.ts'

/** How much a match says, less is more: exact before suffix before subdomains before regex. */
export const MatchRank = { Exact: 0, Suffix: 1, Subdomains: 2, Regex: 3 } as const
export type MatchRank = (typeof MatchRank)[keyof typeof MatchRank]
const RANK_OF_MATCH = {
  exact: MatchRank.Exact,
  suffix: MatchRank.Suffix,
  subdomains: MatchRank.Subdomains,
  regex: MatchRank.Regex,
  address: MatchRank.Exact,
} as const

/** Does a rule of this rank, whose name is the suffix of `depth` labels, match a name of `labels` labels? */
export const fits = (rank: number, depth: number, labels: number): boolean =>
  rank === MatchRank.Suffix || (rank === MatchRank.Exact) === (depth === labels)

/** What a rule is to a decision. */
export const RuleRole = {
  /** Blocks or allows: steps 4 and 6. */
  Judgement: 0,
  /** Local answer or alias of step 5. */
  Answer: 1,
  Forward: 2,
  /** Of addresses in answers. */
  AddressRewrite: 3,
  /** Local answer or alias that stands above blocks. */
  First: 4,
  /** Exempts from overrides. */
  Exception: 5,
  /** `badfilter`: switches off the rules that say the same. */
  Canceller: 6,
} as const
export type RuleRole = (typeof RuleRole)[keyof typeof RuleRole]

export interface CompiledRule extends RuleEffect {
  readonly row: RuleRow
  readonly role: RuleRole
  /** 0: an own rule. */
  readonly listId: number
  readonly rank: MatchRank
  /** The pattern's name: wire labels, lower case, final zero. Null for regular expressions and addresses. */
  readonly name: Uint8Array | null
  /** Null too for those that pattern-rules.ts compiles anew when it needs them. */
  pattern: CompiledPattern | null
  readonly isAllow: boolean
  readonly isImportant: boolean
  /** Only records what it would do. */
  readonly isShadow: boolean
  /** Infinity: never. */
  readonly expiresAtMs: number
  /** Null: all. */
  readonly queryTypes: readonly number[] | null
  readonly groups: readonly number[] | null
  /** Null: none of the rarer ones. */
  readonly conditions: RuleConditions | null
  /** Overrides: what they say, as `$dnsrewrite` has it. Exceptions: what they exempt from, empty for all. Others: null. */
  readonly rewriteValue: string | null
  /** PTR records that follow from a local answer for one exact name. */
  readonly pointers: readonly CompiledRule[]
  /** What a `badfilter` rule must say to switch it off, made when first needed. */
  cancelKey: string | null
}

/** Does the rule hold for this query, apart from its pattern? ANY asks for every type. */
export function holds(rule: CompiledRule, question: AskedQuestion): boolean {
  if (question.nowMs >= rule.expiresAtMs) return false
  if (rule.queryTypes !== null && !isMeant(rule.queryTypes, question)) return false
  if (rule.groups !== null && !rule.groups.includes(question.groupId)) return false
  return rule.conditions === null || meets(rule.conditions, question)
}

/** A name that an answer leads to is judged by the type that was asked for, and by that of the record that leads there. */
const isMeant = (types: readonly number[], { qtype, leadingType }: AskedQuestion): boolean =>
  qtype === RrType.ANY || types.includes(qtype) || (leadingType !== 0 && types.includes(leadingType))

/**
 * Does whether it holds depend on nothing but name, type and group, as `holds` has it now? What is decided by steady rules alone
 * may be remembered until the rules change; whoever gives `holds` another condition adds it here.
 */
export const isSteady = ({ expiresAtMs, conditions }: CompiledRule): boolean =>
  expiresAtMs === Number.POSITIVE_INFINITY && (conditions === null || !asksForMore(conditions))

/** @returns the reason in words when the row holds what `checkRule` would have refused: a damaged row */
export function compileRule(row: RuleRow, listId = 0): Result<CompiledRule, string> {
  try {
    const pattern = row.match === 'regex' && mustCompile(listId) ? compilePattern(row.pattern) : null
    if (pattern?.ok === false) return pattern
    const name = row.match === 'regex' || row.match === 'address' ? null : toWire(row.pattern)
    const { isAllow, isImportant, isShadow, expiresAtMs, queryTypes, groups, conditions } = conditionsOf(row)
    const { local, alias, servers, rewrite, addresses } = effectOf(row, name)
    // Written out: what is made by spreading takes twice the room, and there may be a hundred thousand of them.
    return ok({
      row,
      role: roleOf(row),
      listId,
      rank: RANK_OF_MATCH[row.match],
      name,
      pattern: pattern?.value ?? null,
      isAllow,
      isImportant,
      isShadow,
      expiresAtMs,
      queryTypes,
      groups,
      conditions,
      local,
      alias,
      servers,
      rewrite,
      addresses,
      rewriteValue: row.exceptRewrite ?? (row.overridesBlock ? formatRewriteValue(row) : null),
      // No list says whose address somebody's is.
      pointers: local !== null && row.match === 'exact' && listId === 0 ? pointerRules(row, local, name!) : NONE,
      cancelKey: null,
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Of lists, patterns are compiled in pattern-rules.ts: those that require some text when a name holds it, others when there is room
 * for them. They have compiled when they were imported, and to compile thousands again would hold up a worker for seconds.
 */
const mustCompile = (listId: number): boolean => listId === 0

function roleOf({ action, match, badfilter, exceptRewrite, overridesBlock }: RuleRow): RuleRole {
  if (badfilter) return RuleRole.Canceller
  if (exceptRewrite !== undefined) return RuleRole.Exception
  if (action === 'forward') return RuleRole.Forward
  if (action === 'alias') return RuleRole.Answer
  if (action !== 'rewrite') return RuleRole.Judgement
  return match === 'address' ? RuleRole.AddressRewrite : overridesBlock ? RuleRole.First : RuleRole.Answer
}

const conditionsOf = (row: RuleRow) => ({
  isAllow: row.action === 'allow',
  isImportant: row.important,
  isShadow: row.shadow === true,
  expiresAtMs: row.expiresAt ?? Number.POSITIVE_INFINITY,
  queryTypes: compileQueryTypes(row),
  groups: row.groups?.length ? row.groups : null,
  conditions: compileConditions(row),
})

/** The same for two rules that differ in nothing but `badfilter`, in what they hold for and in who wrote them. */
export function cancelKeyOf(rule: CompiledRule): string {
  if (rule.cancelKey === null) {
    const { badfilter: _, shadow: _s, yields, ...row } = rule.row
    const { queryTypes = [], ipv4, ipv6 } = row
    const addresses = { ipv4: ipv4?.length ? ipv4 : [], ipv6: ipv6?.length ? ipv6 : [] }
    // Whether a block yields says nothing of what it blocks: no other program writes it.
    const place = row.action === 'allow' && yields ? { yields } : {}
    rule.cancelKey = ruleIdentity({ ...row, ...place, ...addresses, queryTypes, groups: [], comment: '' })
  }
  return rule.cancelKey
}

/** Shared: an empty array of its own would be 32 octets in each of many rules. */
const NONE: readonly never[] = []

/** The way back: each address of one exact name answers PTR with it, whatever types the rule itself is for. */
function pointerRules(row: RuleRow, local: LocalAnswer, owner: Uint8Array): CompiledRule[] {
  const { ttlSeconds } = local
  const pointers: LocalAnswer = { ipv4: NONE, ipv6: NONE, pointers: [owner], records: NONE, rcode: 0, ttlSeconds }
  const { isAllow, isImportant, isShadow, expiresAtMs, queryTypes, groups, conditions } = conditionsOf({
    ...row,
    queryTypes: NONE,
  })
  return [...local.ipv4, ...local.ipv6].map((address) => ({
    row,
    role: RuleRole.Answer,
    listId: 0,
    rank: MatchRank.Exact,
    name: toWire(reverseName(address)),
    pattern: null,
    isAllow,
    isImportant,
    isShadow,
    expiresAtMs,
    queryTypes,
    groups,
    conditions,
    local: pointers,
    alias: null,
    servers: null,
    rewrite: null,
    addresses: null,
    rewriteValue: null,
    pointers: NONE,
    cancelKey: null,
  }))
}
