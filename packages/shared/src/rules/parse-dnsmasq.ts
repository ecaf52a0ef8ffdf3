/** Options of dnsmasq(8) that say something of names: `address=/x/`, `server=/x/192.0.2.53#5300`, `cname=`, `alias=`. */
import type { RuleInput } from '../contract/rules.ts'
import { formatAddress, formatPrefix, parseAddress, parseIpv4, parsePrefix } from '../dns/ip-address.ts'
import { parseModifiers } from './adblock-modifiers.ts'
import { isNullAddress } from './hosts-table.ts'
import { type LineOutcome, rejected, rules, withoutComment } from './line-outcome.ts'
import { localAnswer } from './parse-hosts.ts'

const OPTION = /^(?:--)?([a-z][a-z0-9-]*)=(.*)$/

/** `option=value`, lower case; names hold no `=`. */
export const isDnsmasq = (text: string): boolean => OPTION.test(text)

export function parseDnsmasq(text: string): LineOutcome {
  const [, option = '', value = ''] = OPTION.exec(withoutComment(text)) ?? []
  switch (option) {
    case 'address':
      return parseNames(value, addressRule)
    case 'local':
    case 'server':
      return parseNames(value, serverRule)
    case 'cname':
      return parseCname(value)
    case 'alias':
      return parseAlias(value)
    default:
      return rejected(`dnsmasq's option '${option}' is not a rule`)
  }
}

type RuleOf = (name: string, target: string) => RuleInput | string

/** `/name/name/target`: one rule for each name. */
function parseNames(value: string, ruleOf: RuleOf): LineOutcome {
  const parts = value.split('/')
  if (parts.length < 3 || parts[0] !== '') return rejected('names must stand between slashes, as in /example.org/')
  const target = parts.at(-1)!.trim()
  const found: RuleInput[] = []
  for (const name of parts.slice(1, -1)) {
    if (name === '' || name === '#') return rejected('a line for all names is not supported')
    if (name.startsWith('*')) return rejected(`dnsmasq's wildcard '${name}' is not supported`)
    const rule = ruleOf(name.replace(/^\./, ''), target)
    if (typeof rule === 'string') return rejected(rule)
    found.push(rule)
  }
  return rules(...found)
}

function addressRule(pattern: string, target: string): RuleInput | string {
  if (target === '' || target === '#' || isNullAddress(target)) return { action: 'block', match: 'suffix', pattern }
  const octets = parseAddress(target)
  return octets ? localAnswer('suffix', pattern, formatAddress(octets)) : `'${target}' is not an IP address`
}

function serverRule(pattern: string, target: string): RuleInput | string {
  if (target === '') return { action: 'block', match: 'suffix', pattern }
  // `#` sends a name to the usual servers although a rule above it blocks it.
  if (target === '#') return { action: 'allow', match: 'suffix', pattern }
  const match = /^([^#@]+)(?:#(\d+))?$/.exec(target)
  if (!match || !parseAddress(match[1]!)) return `'${target}' is not an address, as in 192.0.2.53#5300`
  const host = match[1]!.includes(':') ? `[${match[1]}]` : match[1]!
  return {
    action: 'forward',
    match: 'suffix',
    pattern,
    servers: [match[2] === undefined ? host : `${host}:${match[2]}`],
  }
}

function parseCname(value: string): LineOutcome {
  const parts = value.split(',').map((part) => part.trim())
  const ttl = parts.length > 2 && /^\d{1,6}$/.test(parts.at(-1)!) ? Number(parts.pop()) : undefined
  const target = parts.pop()
  if (target === undefined || parts.length === 0)
    return rejected('cname needs two names, as in cname=old.example,new.example')
  return rules(
    ...parts.map(
      (pattern): RuleInput => ({
        action: 'alias',
        match: 'exact',
        pattern,
        target,
        ...(ttl !== undefined && { ttlSeconds: ttl }),
      }),
    ),
  )
}

/** `old,new[,mask]`; Weir also reads prefixes and, behind `$`, modifiers. */
function parseAlias(value: string): LineOutcome {
  const dollar = value.indexOf('$')
  const [from = '', to = '', mask, ...rest] = (dollar < 0 ? value : value.slice(0, dollar))
    .split(',')
    .map((part) => part.trim())
  const modifiers = parseModifiers(dollar < 0 ? '' : value.slice(dollar + 1))
  if (typeof modifiers === 'string') return rejected(modifiers)
  if (modifiers === null || modifiers.effect) return rejected('this modifier does not go with alias=')
  if (rest.length > 0 || to === '') return rejected('alias needs two addresses, as in alias=192.0.2.1,198.51.100.1')
  if (from.includes('-')) return rejected('ranges of addresses are not supported; use a prefix such as 192.0.2.0/24')
  const bits = mask === undefined ? undefined : maskBits(mask)
  if (mask !== undefined && bits === undefined) return rejected(`'${mask}' is not a network mask`)
  const [pattern, target] = [from, to].map((text) => withBits(text, bits))
  return rules({ action: 'rewrite', match: 'address', pattern: pattern!, target: target!, ...modifiers.common })
}

function withBits(text: string, bits: number | undefined): string {
  const prefix = bits === undefined ? undefined : parsePrefix(`${text}/${bits}`)
  return prefix ? formatPrefix(prefix) : text
}

function maskBits(mask: string): number | undefined {
  const digits = [...(parseIpv4(mask) ?? [])].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  const match = /^(1*)0*$/.exec(digits)
  return match && digits !== '' ? match[1]!.length : undefined
}
