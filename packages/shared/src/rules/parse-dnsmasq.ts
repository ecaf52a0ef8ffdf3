/** Options of dnsmasq(8) that say something of names: `address=/x/`, `server=/x/192.0.2.53#5300`, `cname=`, `alias=`. */
import type { RuleInput } from '../contract/rules.ts'
import { formatAddress, formatPrefix, parseAddress, parseIpv4, parsePrefix } from '../dns/ip-address.ts'
import { reverseZones } from '../dns/reverse-name.ts'
import { type CommonModifiers, parseModifiers } from './adblock-modifiers.ts'
import { USUAL_SERVERS } from './check-rule.ts'
import { isNullAddress } from './hosts-table.ts'
import { type Dialect, type LineOutcome, rejected, rules, withoutComment } from './line-outcome.ts'
import { isRecordOption, otherOption, parseRecordOption, SWITCHES } from './parse-dnsmasq-records.ts'
import { UNQUALIFIED } from './parse-forward.ts'
import { localAnswer } from './parse-hosts.ts'

const OPTION = /^(?:--)?([a-z][a-z0-9-]*)\s*=\s*(.*)$/
/** Options without a value, such as `bogus-priv` and `filter-AAAA`: no line of dnsmasq is a name. */
const SWITCH = /^(?:--)?([a-z][a-z0-9]*(?:-[a-z0-9]+)+)$/i

/** `option=value`, lower case; names hold no `=`. */
export const isDnsmasq = (text: string, dialect: Dialect): boolean =>
  OPTION.test(text) || isSwitch(withoutComment(text), dialect)

const isSwitch = (word: string, dialect: Dialect): boolean =>
  SWITCHES.has(word) || (dialect === 'dnsmasq' && SWITCH.test(word))

export function parseDnsmasq(text: string, dialect: Dialect): LineOutcome {
  const line = withoutComment(text)
  const [, option = line, value = ''] = OPTION.exec(line) ?? SWITCH.exec(line) ?? []
  if (isRecordOption(option)) return parseRecordOption(option, value)
  switch (option) {
    case 'address':
      return parseNames(value, (names, target) => addressRules(names, target, dialect))
    case 'local':
    case 'server':
      return parseNames(value, (names, target) => serverRules(names, target, dialect))
    case 'cname':
      return parseCname(value)
    case 'alias':
      return parseAlias(value)
    case 'host-record':
      return parseHostRecord(value)
    case 'bogus-nxdomain':
      return rules({ action: 'block', match: 'address', pattern: value, answer: { kind: 'nxdomain' } })
    case 'ignore-address':
      return rules({ action: 'block', match: 'address', pattern: value, answer: { kind: 'drop' } })
    case 'rev-server':
      return parseReverseServer(value, dialect)
    default:
      return otherOption(option)
  }
}

const SETTINGS_ONLY = 'the servers for every name are the upstreams of the settings'

interface Names {
  readonly match: 'suffix' | 'regex'
  readonly pattern: string
}
type RulesOf = (names: Names, target: string) => RuleInput[] | string

/** `/name/name/target`: the rules of each name. */
function parseNames(value: string, rulesOf: RulesOf): LineOutcome {
  const parts = value.split('/')
  if (parts.length === 1 && parseAddress(value.split(/[#@]/)[0]!.trim())) return rejected(SETTINGS_ONLY)
  if (parts.length < 3 || parts[0] !== '') return rejected('names must stand between slashes, as in /example.org/')
  const target = parts.at(-1)!.trim()
  const found: RuleInput[] = []
  for (const name of parts.slice(1, -1)) {
    const rulesOfName = rulesOf(readName(name), target)
    if (typeof rulesOfName === 'string') return rejected(rulesOfName)
    found.push(...rulesOfName)
  }
  return rules(...found)
}

/** `#` is every name, nothing stands for names of one label, `*text` for names that end so, at any place in a label. */
function readName(name: string): Names {
  if (name === '#') return { match: 'suffix', pattern: '.' }
  if (name === '') return { match: 'regex', pattern: UNQUALIFIED }
  if (name.startsWith('*.')) return { match: 'suffix', pattern: name.slice(2) }
  if (!name.startsWith('*')) return { match: 'suffix', pattern: name.replace(/^\./, '') }
  return { match: 'regex', pattern: `${name.slice(1).replace(/[^a-z0-9_-]/gi, '\\$&')}$` }
}

/** In dnsmasq, what is for a longer name counts. `*text` is a pattern here, whose length is not known. */
function blockRule(names: Names, dialect: Dialect): RuleInput {
  const hasLength = names.match === 'suffix' || names.pattern === UNQUALIFIED
  return { action: 'block', ...names, ...(dialect === 'own' && hasLength && { yields: true }) }
}

function addressRules(names: Names, target: string, dialect: Dialect): RuleInput[] | string {
  if (target === '' || target === '#' || isNullAddress(target)) return [blockRule(names, dialect)]
  const octets = parseAddress(target)
  return octets ? [localAnswer(names.match, names.pattern, formatAddress(octets))] : `'${target}' is not an IP address`
}

/** `192.0.2.0/24,192.0.2.53`: forwards the names of reverse mapping. Prefixes between two zones make up several. */
function parseReverseServer(value: string, dialect: Dialect): LineOutcome {
  const comma = value.indexOf(',')
  const prefix = parsePrefix(value.slice(0, comma < 0 ? undefined : comma).trim())
  if (prefix === undefined || comma < 0)
    return rejected('rev-server needs a prefix and a server, as in rev-server=192.0.2.0/24,192.0.2.53')
  const target = value.slice(comma + 1).trim()
  const found: RuleInput[] = []
  for (const pattern of reverseZones(prefix)) {
    const rulesOfZone = serverRules({ match: 'suffix', pattern }, target, dialect)
    if (typeof rulesOfZone === 'string') return rejected(rulesOfZone)
    found.push(...rulesOfZone)
  }
  return rules(...found)
}

function serverRules(names: Names, target: string, dialect: Dialect): RuleInput[] | string {
  if (target === '') return [blockRule(names, dialect)]
  if (target === '#') return usualServers(names, dialect)
  if (names.pattern === '.') return SETTINGS_ONLY
  if (target.includes('@')) return 'an interface or source address behind @ is not supported'
  const match = /^([^#@]+)(?:#(\d+))?$/.exec(target)
  if (!match || !parseAddress(match[1]!)) return `'${target}' is not an address, as in 192.0.2.53#5300`
  const host = match[1]!.includes(':') ? `[${match[1]}]` : match[1]!
  return [{ action: 'forward', ...names, servers: [match[2] === undefined ? host : `${host}:${match[2]}`] }]
}

/** `#` sends a name to the usual servers although a line for a name above it blocks it or sends it elsewhere. */
function usualServers(names: Names, dialect: Dialect): RuleInput[] {
  const allow: RuleInput = { action: 'allow', ...names, yields: true }
  return dialect === 'own' ? [allow, { action: 'forward', ...names, servers: [USUAL_SERVERS] }] : [allow]
}

/** `name[,name…],address[,address][,TTL]` */
function parseHostRecord(value: string): LineOutcome {
  const parts = value.split(',').map((part) => part.trim())
  const ttl = /^\d{1,6}$/.test(parts.at(-1) ?? '') ? { ttlSeconds: Number(parts.pop()) } : {}
  const addresses = parts.filter((part) => parseAddress(part))
  const names = parts.filter((part) => !parseAddress(part))
  if (addresses.length === 0 || names.length === 0) return rejected('host-record needs names and an address')
  const ipv4 = addresses.filter((text) => !text.includes(':'))
  const ipv6 = addresses.filter((text) => text.includes(':'))
  const given = { ...(ipv4.length > 0 && { ipv4 }), ...(ipv6.length > 0 && { ipv6 }), ...ttl }
  return rules(...names.map((pattern): RuleInput => ({ action: 'rewrite', match: 'exact', pattern, ...given })))
}

/** `*.` before a name: all below it, and the target is one for all. */
function cnameRule(pattern: string, target: string, ttl: { ttlSeconds?: number }): RuleInput {
  if (!pattern.startsWith('*.')) return { action: 'alias', match: 'exact', pattern, target, ...ttl }
  const records = [`CNAME ${target.endsWith('.') ? target : `${target}.`}`]
  return { action: 'rewrite', match: 'subdomains', pattern: pattern.slice(2), records, ...ttl }
}

function parseCname(value: string): LineOutcome {
  const parts = value.split(',').map((part) => part.trim())
  const ttl = parts.length > 2 && /^\d{1,6}$/.test(parts.at(-1)!) ? Number(parts.pop()) : undefined
  const target = parts.pop()
  if (target === undefined || parts.length === 0)
    return rejected('cname needs two names, as in cname=old.example,new.example')
  return rules(...parts.map((pattern) => cnameRule(pattern, target, ttl === undefined ? {} : { ttlSeconds: ttl })))
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
  if (from.includes('-')) return parseAliasRange(from, to, mask, modifiers.common)
  const bits = mask === undefined ? undefined : maskBits(mask)
  if (mask !== undefined && bits === undefined) return rejected(`'${mask}' is not a network mask`)
  const [pattern, target] = [from, to].map((text) => withBits(text, bits))
  return rules({ action: 'rewrite', match: 'address', pattern: pattern!, target: target!, ...modifiers.common })
}

/** `192.0.2.10-192.0.2.40,198.51.100.0,255.255.255.0`: one rule for each prefix that makes up the range. */
function parseAliasRange(from: string, to: string, mask: string | undefined, common: CommonModifiers): LineOutcome {
  const [first, last] = from.split('-').map((text) => numberOf(text.trim()))
  const base = numberOf(to)
  const hosts = mask === undefined ? undefined : numberOf(mask)
  if (first === undefined || last === undefined || base === undefined || first > last)
    return rejected(`'${from}' is not a range of IPv4 addresses`)
  if (mask !== undefined && maskBits(mask) === undefined) return rejected(`'${mask}' is not a network mask`)
  const found: RuleInput[] = []
  for (let at = first; at <= last; ) {
    let size = 1
    while (at % (size * 2) === 0 && at + size * 2 - 1 <= last) size *= 2
    const network = hosts === undefined ? 0xffff_ffff : hosts
    const target = ((base & network) | (at & ~network)) >>> 0
    const bits = 32 - Math.log2(size)
    found.push({
      action: 'rewrite',
      match: 'address',
      pattern: `${textOf(at)}/${bits}`,
      target: hosts === undefined ? textOf(base) : `${textOf(target)}/${bits}`,
      ...common,
    })
    at += size
  }
  return rules(...found)
}

function numberOf(text: string): number | undefined {
  const octets = parseIpv4(text)
  return octets?.reduce((sum, octet) => sum * 256 + octet, 0)
}

const textOf = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.')

function withBits(text: string, bits: number | undefined): string {
  const prefix = bits === undefined ? undefined : parsePrefix(`${text}/${bits}`)
  return prefix ? formatPrefix(prefix) : text
}

function maskBits(mask: string): number | undefined {
  const digits = [...(parseIpv4(mask) ?? [])].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  const match = /^(1*)0*$/.exec(digits)
  return match && digits !== '' ? match[1]!.length : undefined
}
