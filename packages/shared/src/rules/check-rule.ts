/**
 * Decides whether a rule makes sense and brings it into canonical form. The API, the console's editor, imports and the
 * resolver's compiler all take rules through here, so that they cannot disagree.
 *
 * The shape (types, lengths, unknown fields) is checked before by the zod schema of contract/rules.ts.
 */
import type { MatchKind, RuleInput } from '../contract/rules.ts'
import { isAtOrBelow, parseDomainName } from '../dns/domain-name.ts'
import { type AddressPrefix, formatPrefix, parseAddress, parsePrefix } from '../dns/ip-address.ts'
import { parseUpstreamAddress } from '../dns/upstream-address.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkBlockAnswer } from './check-answer.ts'
import { checkConditions } from './check-conditions.ts'
import { checkLocalAnswer } from './check-local-answer.ts'
import type { CheckedRule, FieldFault } from './checked-rule.ts'
import { compilePattern } from './pattern.ts'
import { formatRewriteValue, parseRewriteValue } from './rewrite-value.ts'

/** Checks one rule; all faults are told at once. */
export function checkRule(input: RuleInput): Result<CheckedRule, FieldFault[]> {
  const faults: FieldFault[] = []
  const pattern = checkPattern(input, faults)
  const rule: CheckedRule = {
    action: input.action,
    match: input.match,
    pattern,
    enabled: input.enabled ?? true,
    important: input.important ?? false,
    ...checkConditions(input, faults),
    ttlSeconds: input.ttlSeconds ?? null,
    groups: [...new Set(input.groups)].sort((a, b) => a - b),
    expiresAt: input.expiresAt ?? null,
    comment: input.comment?.trim() ?? '',
    ...(input.shadow === true && { shadow: true as const }),
    ...('badfilter' in input && input.badfilter === true && { badfilter: true as const }),
    ...checkInverted(input, faults),
    ...checkDetails(input, pattern, faults),
  }
  return faults.length > 0 ? fail(faults) : ok(rule)
}

function checkInverted(input: RuleInput, faults: FieldFault[]): Pick<CheckedRule, 'inverted'> {
  if (!('inverted' in input) || input.inverted !== true) return {}
  if (input.match !== 'regex') faults.push({ field: 'inverted', message: 'only a regular expression can be inverted' })
  return { inverted: true }
}

/** `{~1}`, `{+1-2}`, `[[.a.]]`: of Pi-hole's engine alone. As RE2 reads them, they ask for signs that no name has. */
const OF_TRE = /\{[~+#-]\d|\[\[[.=]/

/** Part of an address, or a wrong one: the last label of no name is a number (RFC 3696 §2). One label alone may be a host. */
const NUMBERS = /^(?:\*\.)?\d+(?:\.\d+)+\.?$/

/** Rules that can be for every name there is: the suffix `.`. */
const MAY_BE_FOR_ALL: ReadonlySet<RuleInput['action']> = new Set(['block', 'allow', 'rewrite'])

function checkPattern({ action, match, pattern: text }: RuleInput, faults: FieldFault[]): string {
  const add = (message: string): string => {
    faults.push({ field: 'pattern', message })
    return text
  }
  if (match === 'regex') {
    if (OF_TRE.test(text)) return add('approximate matching and collating elements are not supported')
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
  if (NUMBERS.test(trimmed))
    return add(`'${trimmed}' is neither a whole address nor a name; a prefix is written 192.0.2.0/24`)
  const allowRoot = match === 'suffix' && MAY_BE_FOR_ALL.has(action)
  const name = parseDomainName(isWildcard ? trimmed.slice(2) : trimmed, { allowRoot })
  return name.ok ? name.value : add(name.error)
}

type Details = Pick<
  CheckedRule,
  | 'answer'
  | 'servers'
  | 'ipv4'
  | 'ipv6'
  | 'target'
  | 'exceptRewrite'
  | 'tcpOnly'
  | 'yields'
  | 'records'
  | 'rcode'
  | 'overridesBlock'
>

function checkDetails(input: RuleInput, pattern: string, faults: FieldFault[]): Details {
  switch (input.action) {
    case 'block':
      return checkBlock(input, faults)
    case 'allow':
      return checkAllow(input, faults)
    case 'forward':
      return { servers: checkServers(input.servers, faults) }
    case 'alias':
      return { target: checkAliasTarget(input, pattern, faults) }
    case 'rewrite':
      if (input.match === 'address') return { target: checkAddressTarget(input.target, pattern, faults) }
      return checkLocalAnswer(input, pattern, faults)
  }
}

function checkBlock(input: RuleInput & { action: 'block' }, faults: FieldFault[]): Details {
  const { answer: given, yields, match, important } = input
  if (yields && match === 'address') faults.push({ field: 'yields', message: 'a block of addresses yields to nothing' })
  else if (yields && important) faults.push({ field: 'yields', message: 'an important block does not yield' })
  const answer = checkBlockAnswer(given, 'answer', faults)
  if (answer?.kind === 'addresses' && !answer.ipv4 && !answer.ipv6)
    faults.push({ field: 'answer.ipv4', message: "answer kind 'addresses' needs at least one address" })
  return { ...(answer && { answer }), ...(yields && { yields: true }) }
}

function checkAllow(input: RuleInput & { action: 'allow' }, faults: FieldFault[]): Details {
  const { exceptRewrite: text, tcpOnly, yields, match } = input
  const add = (field: string, message: string): void => void faults.push({ field, message })
  if (match === 'address' && text !== undefined) add('exceptRewrite', 'does not go with addresses')
  if (match === 'address' && tcpOnly) add('tcpOnly', 'does not go with addresses')
  if (text !== undefined && tcpOnly) add('tcpOnly', 'a rule that only exempts from rewrites allows nothing')
  if (text !== undefined && yields) add('yields', 'a rule that only exempts from rewrites allows nothing')
  const value = text ? parseRewriteValue(text) : undefined
  if (value && !value.ok) add('exceptRewrite', value.error)
  return {
    ...(text !== undefined && { exceptRewrite: value?.ok ? formatRewriteValue(value.value) : text }),
    ...(tcpOnly && { tcpOnly: true }),
    ...(yields && { yields: true }),
  }
}

/** The upstreams of the settings, as dnsmasq and AdGuard Home write them. */
export const USUAL_SERVERS = '#'

function checkServers(texts: readonly string[], faults: FieldFault[]): string[] {
  if (texts.length === 1 && texts[0]!.trim() === USUAL_SERVERS) return [USUAL_SERVERS]
  const servers = new Set<string>()
  for (const text of texts) {
    const server = parseUpstreamAddress(text)
    if (server.ok) servers.add(server.value.text)
    else if (text.trim() === '')
      faults.push({ field: 'servers', message: 'a server is empty; give an address such as 192.0.2.53' })
    else
      faults.push({
        field: 'servers',
        message: server.error.startsWith("'") ? server.error : `'${text}': ${server.error}`,
      })
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
  if (input.match !== 'exact' && isAtOrBelow(name.value, pattern))
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
