/** A rule made ready for matching: names on the wire, types as numbers, addresses as octets. */
import { toWire } from '@weir/shared/dns/domain-name'
import { type AddressPrefix, parseIpv4, parseIpv6, parsePrefix } from '@weir/shared/dns/ip-address'
import { reverseName } from '@weir/shared/dns/reverse-name'
import { parseRrType, RrType } from '@weir/shared/dns/rr-type'
import { fail, ok, type Result } from '@weir/shared/result'
import { type CompiledPattern, compilePattern } from '@weir/shared/rules/pattern'
import type { AddressRewrite, LocalAnswer, NameTarget } from '../query/policy-parts.ts'
import type { RuleRow } from './policy-data.ts'

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

export interface CompiledRule {
  readonly row: RuleRow
  /** 0: an own rule. */
  readonly listId: number
  readonly rank: MatchRank
  /** The pattern's name: wire labels, lower case, final zero. Null for regular expressions and addresses. */
  readonly name: Uint8Array | null
  readonly pattern: CompiledPattern | null
  readonly isAllow: boolean
  readonly isImportant: boolean
  /** Infinity: never. */
  readonly expiresAtMs: number
  /** Null: all. */
  readonly queryTypes: readonly number[] | null
  readonly groups: readonly number[] | null
  /** What it does, besides blocking and allowing; one at most is set. */
  readonly local: LocalAnswer | null
  readonly alias: NameTarget | null
  readonly servers: readonly string[] | null
  readonly rewrite: AddressRewrite | null
  /** PTR records that follow from a local answer for one exact name. */
  readonly pointers: readonly CompiledRule[]
}

/** Does the rule hold for this query, apart from its pattern? ANY asks for every type. */
export function holds(rule: CompiledRule, qtype: number, groupId: number, nowMs: number): boolean {
  if (nowMs >= rule.expiresAtMs) return false
  if (rule.queryTypes !== null && qtype !== RrType.ANY && !rule.queryTypes.includes(qtype)) return false
  return rule.groups === null || rule.groups.includes(groupId)
}

/**
 * Does whether it holds depend on nothing but type and group, as `holds` has it now? What is decided by steady rules alone
 * may be remembered until the rules change; whoever gives `holds` another condition adds it here.
 */
export const isSteady = (rule: CompiledRule): boolean => rule.expiresAtMs === Number.POSITIVE_INFINITY

/** @returns the reason in words when the row holds what `checkRule` would have refused: a damaged row */
export function compileRule(row: RuleRow, listId = 0): Result<CompiledRule, string> {
  try {
    const pattern = row.match === 'regex' ? compilePattern(row.pattern) : null
    if (pattern?.ok === false) return pattern
    const name = row.match === 'regex' || row.match === 'address' ? null : toWire(row.pattern)
    const local = row.action === 'rewrite' && name ? localAnswer(row) : null
    return ok({
      ...conditions(row),
      row,
      listId,
      rank: RANK_OF_MATCH[row.match],
      name,
      pattern: pattern?.value ?? null,
      local,
      alias: row.action === 'alias' && name ? aliasTarget(row, name) : null,
      servers: row.action === 'forward' ? required(row.servers, 'servers') : null,
      rewrite: row.action === 'rewrite' && !name ? addressRewrite(row) : null,
      pointers: local && row.match === 'exact' && name ? pointerRules(row, local, name) : [],
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const conditions = (row: RuleRow) => ({
  isAllow: row.action === 'allow',
  isImportant: row.important,
  expiresAtMs: row.expiresAt ?? Number.POSITIVE_INFINITY,
  queryTypes: row.queryTypes?.length ? row.queryTypes.map(typeNumber) : null,
  groups: row.groups?.length ? row.groups : null,
})

/** A damaged row may lack what its action needs. */
function required<T extends string | readonly string[]>(value: T | undefined, field: string): T {
  if (value === undefined || value.length === 0) throw new RangeError(`its ${field} is missing`)
  return value
}

function typeNumber(text: string): number {
  const number = parseRrType(text)
  if (number === undefined) throw new RangeError(`'${text}' is no query type`)
  return number
}

const localAnswer = (row: RuleRow): LocalAnswer => ({
  ipv4: (row.ipv4 ?? []).map((text) => parsed(parseIpv4, text)),
  ipv6: (row.ipv6 ?? []).map((text) => parsed(parseIpv6, text)),
  pointers: [],
  ttlSeconds: row.ttlSeconds ?? LOCAL_TTL_SECONDS,
})

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
  const pointers: LocalAnswer = { ipv4: [], ipv6: [], pointers: [owner], ttlSeconds: local.ttlSeconds }
  return [...local.ipv4, ...local.ipv6].map((address) => ({
    ...conditions({ ...row, queryTypes: [] }),
    row,
    listId: 0,
    rank: MatchRank.Exact,
    name: toWire(reverseName(address)),
    pattern: null,
    local: pointers,
    alias: null,
    servers: null,
    rewrite: null,
    pointers: [],
  }))
}

/** The prefix that an address rewrite stands under. */
export const prefixOf = ({ prefix, prefixBits }: AddressRewrite): AddressPrefix => ({
  octets: prefix,
  bits: prefixBits,
})
