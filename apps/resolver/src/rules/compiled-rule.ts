/** A rule made ready for matching: names on the wire, types as numbers, addresses as octets. */

import { toWire } from '@weir/shared/dns/domain-name'
import { type AddressPrefix, parseIpv4, parseIpv6, parsePrefix } from '@weir/shared/dns/ip-address'
import { parseRcode, Rcode } from '@weir/shared/dns/rcode'
import { parseRecordData, type RecordData } from '@weir/shared/dns/record-data'
import { reverseName } from '@weir/shared/dns/reverse-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { fail, ok, type Result } from '@weir/shared/result'
import { type CompiledPattern, compilePattern } from '@weir/shared/rules/pattern'
import { formatRewriteValue } from '@weir/shared/rules/rewrite-value'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { AddressRewrite, LocalAnswer, NameTarget } from '../query/policy-parts.ts'
import type { AskedQuestion } from './asked-question.ts'
import { requiredLiterals } from './pattern-literals.ts'
import type { RuleRow } from './policy-data.ts'
import { asksForMore, compileConditions, compileQueryTypes, meets, type RuleConditions } from './rule-conditions.ts'

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

/** TTL of local answers and aliases that name none. */
export const LOCAL_TTL_SECONDS = 300

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

export interface CompiledRule {
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
  /** What it does, besides blocking and allowing; one at most is set. */
  readonly local: LocalAnswer | null
  readonly alias: NameTarget | null
  readonly servers: readonly string[] | null
  readonly rewrite: AddressRewrite | null
  /** Addresses in answers that it blocks or allows. */
  readonly addresses: AddressPrefix | null
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
    const pattern = row.match === 'regex' && mustCompile(row, listId) ? compilePattern(row.pattern) : null
    if (pattern?.ok === false) return pattern
    const name = row.match === 'regex' || row.match === 'address' ? null : toWire(row.pattern)
    const { isAllow, isImportant, isShadow, expiresAtMs, queryTypes, groups, conditions } = conditionsOf(row)
    const { local, alias, servers, rewrite, addresses, pointers } = effectOf(row, name, listId)
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
      pointers,
      cancelKey: null,
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Of lists, patterns that require some text are compiled when a name holds it (pattern-rules.ts): they have compiled when they
 * were imported, and to compile thousands of them again would hold up the worker that takes over a new index for seconds.
 */
const mustCompile = ({ pattern, inverted }: RuleRow, listId: number): boolean =>
  listId === 0 || inverted === true || requiredLiterals(pattern) === null

const NO_EFFECT = {
  local: null,
  alias: null,
  servers: null,
  rewrite: null,
  addresses: null,
  pointers: [] as readonly CompiledRule[],
}

/** What the rule leads to; names only have pointers. */
function effectOf(row: RuleRow, name: Uint8Array | null, listId: number): Pick<CompiledRule, keyof typeof NO_EFFECT> {
  const { action, match } = row
  if (action === 'forward') return { ...NO_EFFECT, servers: required(row.servers, 'servers') }
  if (action === 'alias') return { ...NO_EFFECT, alias: aliasTarget(row, name!) }
  if (action !== 'rewrite')
    return match === 'address' ? { ...NO_EFFECT, addresses: parsed(parsePrefix, row.pattern) } : NO_EFFECT
  if (match === 'address') return { ...NO_EFFECT, rewrite: addressRewrite(row) }
  const alias = recordAlias(row)
  if (alias) return { ...NO_EFFECT, alias }
  const local = localAnswer(row)
  // No list says whose address somebody's is.
  return { ...NO_EFFECT, local, pointers: match === 'exact' && listId === 0 ? pointerRules(row, local, name!) : [] }
}

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
    const { badfilter: _, shadow: _s, ...row } = rule.row
    const { queryTypes = [], ipv4, ipv6 } = row
    const addresses = { ipv4: ipv4?.length ? ipv4 : [], ipv6: ipv6?.length ? ipv6 : [] }
    rule.cancelKey = ruleIdentity({ ...row, ...addresses, queryTypes, groups: [], comment: '' })
  }
  return rule.cancelKey
}

/** A damaged row may lack what its action needs. */
function required<T extends string | readonly string[]>(value: T | undefined, field: string): T {
  if (value === undefined || value.length === 0) throw new RangeError(`its ${field} is missing`)
  return value
}

/** Shared: an empty array of its own would be 32 octets in each of many rules. */
const NONE: readonly never[] = []
const mapped = <T>(texts: readonly string[] | undefined, read: (text: string) => T): readonly T[] =>
  texts === undefined || texts.length === 0 ? NONE : texts.map(read)

const localAnswer = (row: RuleRow): LocalAnswer => ({
  ipv4: mapped(row.ipv4, (text) => parsed(parseIpv4, text)),
  ipv6: mapped(row.ipv6, (text) => parsed(parseIpv6, text)),
  pointers: NONE,
  records: mapped(row.records, (text) => parsed(recordData, text)),
  rcode: row.rcode === undefined ? Rcode.NOERROR : parsed(parseRcode, row.rcode),
  ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
})

function recordData(text: string): RecordData | undefined {
  const record = parseRecordData(text)
  return record.ok ? record.value : undefined
}

/** A CNAME among the records of a rewrite: every name that matches leads to it. */
function recordAlias(row: RuleRow): NameTarget | null {
  const [record] = row.records ?? []
  if (record === undefined || !record.startsWith('CNAME ')) return null
  return {
    target: parsed(recordData, record).rdata,
    isSuffix: false,
    sourceLength: 0,
    ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
  }
}

const aliasTarget = (row: RuleRow, name: Uint8Array): NameTarget => ({
  target: toWire(required(row.target, 'target')),
  isSuffix: row.match === 'suffix',
  sourceLength: name.length,
  ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
})

function addressRewrite(row: RuleRow): AddressRewrite {
  const prefix = parsed(parsePrefix, row.pattern)
  const target = parsed(parsePrefix, required(row.target, 'target'))
  if (prefix.octets.length !== target.octets.length) throw new RangeError('pattern and target are of two families')
  return { prefix: prefix.octets, prefixBits: prefix.bits, target: target.octets, ruleId: row.id }
}

function parsed<T>(parse: (text: string) => T | undefined, text: string): T {
  const value = parse(text)
  if (value === undefined) throw new RangeError(`'${text}' is no address`)
  return value
}

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

/** The prefix that an address rewrite stands under. */
export const prefixOf = ({ prefix, prefixBits }: AddressRewrite): AddressPrefix => ({
  octets: prefix,
  bits: prefixBits,
})
