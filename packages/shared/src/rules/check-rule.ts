/**
 * Decides whether a rule makes sense and brings it into canonical form. The API, the console's editor, imports and the
 * resolver's compiler all take rules through here, so that they cannot disagree.
 *
 * The shape (types, lengths, unknown fields) is checked before by the zod schema of contract/rules.ts.
 */
import type { BlockAnswer, MatchKind, RuleInput } from '../contract/rules.ts'
import { isAtOrBelow, parseDomainName } from '../dns/domain-name.ts'
import { type AddressPrefix, formatPrefix, parseAddress, parsePrefix } from '../dns/ip-address.ts'
import { formatRrType, parseRrType } from '../dns/rr-type.ts'
import { parseUpstreamAddress } from '../dns/upstream-address.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkAddresses, checkBlockAnswer } from './check-answer.ts'
import type { CheckedRule, FieldFault } from './checked-rule.ts'
import { compilePattern } from './pattern.ts'

/** Checks one rule; all faults are told at once. */
export function checkRule(input: RuleInput): Result<CheckedRule, FieldFault[]> {
  const faults: FieldFault[] = []
  const pattern = checkPattern(input.match, input.pattern, faults)
  const rule: CheckedRule = {
    action: input.action,
    match: input.match,
    pattern,
    enabled: input.enabled ?? true,
    important: input.important ?? false,
    queryTypes: checkQueryTypes(input.queryTypes, faults),
    ttlSeconds: input.ttlSeconds ?? null,
    groups: [...new Set(input.groups)].sort((a, b) => a - b),
    expiresAt: input.expiresAt ?? null,
    comment: input.comment?.trim() ?? '',
    ...checkDetails(input, pattern, faults),
  }
  return faults.length > 0 ? fail(faults) : ok(rule)
}

function checkPattern(match: MatchKind, text: string, faults: FieldFault[]): string {
  const add = (message: string): string => {
    faults.push({ field: 'pattern', message })
    return text
  }
  if (match === 'regex') {
    const compiled = compilePattern(text)
    return compiled.ok ? text : add(compiled.error)
  }
  const trimmed = text.trim()
  if (match === 'address') {
    const prefix = parsePrefix(trimmed)
    return prefix ? formatPrefix(prefix) : add(`'${trimmed}' is not an address or a prefix such as 192.0.2.0/24`)
  }
  // `*.x` says what the match kind `subdomains` says; with any other it would say two things at once.
  const isWildcard = trimmed.startsWith('*.')
  if (isWildcard && match !== 'subdomains')
    return add(`'${trimmed}' means everything below the name: use '${trimmed.slice(2)}' with match 'subdomains'`)
  if (parseAddress(trimmed)) return add(`'${trimmed}' is an IP address, not a name`)
  const name = parseDomainName(isWildcard ? trimmed.slice(2) : trimmed)
  return name.ok ? name.value : add(name.error)
}

function checkQueryTypes(texts: readonly string[] | undefined, faults: FieldFault[]): string[] {
  const types = new Set<number>()
  for (const text of texts ?? []) {
    const rrType = parseRrType(text.trim())
    if (rrType === undefined)
      faults.push({ field: 'queryTypes', message: `'${text}' is not a type such as A or TYPE65` })
    else types.add(rrType)
  }
  return [...types].sort((a, b) => a - b).map(formatRrType)
}

type Details = Pick<CheckedRule, 'answer' | 'servers' | 'ipv4' | 'ipv6' | 'target'>

function checkDetails(input: RuleInput, pattern: string, faults: FieldFault[]): Details {
  switch (input.action) {
    case 'block':
      return checkBlock(input.answer, faults)
    case 'allow':
      return {}
    case 'forward':
      return { servers: checkServers(input.servers, faults) }
    case 'alias':
      return { target: checkAliasTarget(input, pattern, faults) }
    case 'rewrite':
      if (input.match === 'address') return { target: checkAddressTarget(input.target, pattern, faults) }
      return checkLocalAnswer(input, faults)
  }
}

function checkBlock(input: BlockAnswer | undefined, faults: FieldFault[]): Details {
  const answer = checkBlockAnswer(input, 'answer', faults)
  if (answer?.kind === 'addresses' && !answer.ipv4 && !answer.ipv6)
    faults.push({ field: 'answer.ipv4', message: "answer kind 'addresses' needs at least one address" })
  return answer ? { answer } : {}
}

function checkServers(texts: readonly string[], faults: FieldFault[]): string[] {
  const servers = new Set<string>()
  for (const text of texts) {
    const server = parseUpstreamAddress(text)
    if (server.ok) servers.add(server.value.text)
    else faults.push({ field: 'servers', message: `'${text}': ${server.error}` })
  }
  if (texts.length === 0) faults.push({ field: 'servers', message: 'give at least one server' })
  return [...servers]
}

function checkAliasTarget(input: { match: MatchKind; target: string }, pattern: string, faults: FieldFault[]): string {
  const name = parseDomainName(input.target.trim())
  const add = (message: string): string => {
    faults.push({ field: 'target', message })
    return input.target
  }
  if (!name.ok) return add(name.error)
  if (name.value === pattern) return add('a name cannot be an alias of itself')
  // It would match its own result again and again, one label longer each time.
  if (input.match === 'suffix' && isAtOrBelow(name.value, pattern))
    return add(`'${name.value}' is below '${pattern}', so the alias would apply to its own target`)
  return name.value
}

function checkAddressTarget(text: string, pattern: string, faults: FieldFault[]): string {
  const add = (message: string): string => {
    faults.push({ field: 'target', message })
    return text
  }
  const target = parsePrefix(text.trim())
  const source = parsePrefix(pattern)
  if (!target) return add(`'${text}' is not an address or a prefix`)
  if (source && target.octets.length !== source.octets.length)
    return add('target and pattern must be of one address family')
  if (source && !isSingle(target) && target.bits !== source.bits)
    return add(`give one address or a prefix of the same length, /${source.bits}`)
  return formatPrefix(target)
}

const isSingle = ({ octets, bits }: AddressPrefix): boolean => bits === octets.length * 8

function checkLocalAnswer(
  input: { ipv4?: string[] | undefined; ipv6?: string[] | undefined },
  faults: FieldFault[],
): Details {
  const ipv4 = checkAddresses('ipv4', input.ipv4, 'ipv4', faults)
  const ipv6 = checkAddresses('ipv6', input.ipv6, 'ipv6', faults)
  if (!input.ipv4?.length && !input.ipv6?.length)
    faults.push({ field: 'ipv4', message: 'give at least one IPv4 or IPv6 address' })
  return { ipv4, ipv6 }
}
