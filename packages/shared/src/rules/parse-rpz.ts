/**
 * Lines of response policy zones (draft-vixie-dnsop-dns-rpz-00): the owner name is the trigger, the record the action.
 *
 * ```
 *  ads.example       CNAME .                 QNAME            *.ads.example CNAME .       all below
 *  24.0.2.0.192.rpz-ip     CNAME .           address or prefix in the answer, octets turned round, length first
 *  32.7.2.0.192.rpz-client-ip CNAME .        everything that this client asks
 *  CNAME .  NXDOMAIN    CNAME *.  NODATA    rpz-passthru. rpz-drop. rpz-tcp-only.    any other record: local data
 * ```
 * Names are relative to the zone: `$ORIGIN` and the owner of the SOA record are cut off where they stand behind an
 * absolute name. Triggers by name server are rejected: a forwarder does not see which servers answered.
 */
import type { RuleInput } from '../contract/rules.ts'
import { isAtOrBelow, parseDomainName } from '../dns/domain-name.ts'
import { formatPrefix, parsePrefix } from '../dns/ip-address.ts'
import { parseRecordData } from '../dns/record-data.ts'
import {
  answers,
  beforeSign,
  boilerplate,
  type Dialect,
  type LineContext,
  type LineOutcome,
  rejected,
  rules,
} from './line-outcome.ts'
import { answerWithRecord } from './parse-hosts.ts'

const TYPES = 'CNAME|A|AAAA|TXT|MX|SOA|NS|DNAME|PTR|SRV|CAA|SVCB|HTTPS|TYPE\\d{1,5}'
const RECORD = new RegExp(
  `^(\\S+)\\s+(?:(\\d+)([smhdw]?)\\s+)?(?:IN\\s+)?(?:(\\d+)([smhdw]?)\\s+)?(${TYPES})\\s+(.+)$`,
  'i',
)
const OWNERLESS = new RegExp(`^(?:\\d+[smhdw]?\\s+)?(?:IN\\s+)?(?:\\d+[smhdw]?\\s+)?(?:${TYPES})\\s+\\S`, 'i')
const DIRECTIVE = /^\$(?:TTL|ORIGIN|INCLUDE|GENERATE)\b/i
/** The SOA record's numbers on lines of their own, with or without the closing bracket. */
const SOA_PART = /^(?:\d+[smhdw]?|[()])(?:\s*\))?\s*(?:;.*)?$/i

export const isRpz = (text: string, dialect: Dialect): boolean =>
  DIRECTIVE.test(text) || RECORD.test(text) || (dialect === 'rpz' && (SOA_PART.test(text) || OWNERLESS.test(text)))

/** An indented record without an owner name belongs to the one before it. */
export const withOwner = (text: string, { owner }: LineContext): string =>
  owner !== null && OWNERLESS.test(text) ? `${owner} ${text}` : text

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

export function parseRpz(text: string, dialect: Dialect, context: LineContext): LineOutcome {
  if (DIRECTIVE.test(text)) return readDirective(text, context)
  const match = RECORD.exec(text)
  if (!match) return boilerplate
  const [, owner = '', ttl1, unit1 = '', ttl2, unit2 = '', type = '', rest = ''] = match
  context.owner = owner
  if (/^SOA$/i.test(type) && owner.endsWith('.')) context.apex ??= canonical(owner)
  const name = relativeName(owner, context)
  // What stands at the zone's own name is no trigger.
  if (/^(?:SOA|NS)$/i.test(type) || name === '@') return boilerplate
  const trigger = readTrigger(name)
  if (typeof trigger === 'string') return rejected(trigger)
  const value = /^TXT$/i.test(type) ? rest.replace(/\s;[^"]*$/, '') : beforeSign(rest, ';')
  if (/^CNAME$/i.test(type) && isPolicy(value)) return policy(trigger, value.toLowerCase(), dialect)
  // As PASSTHRU was written at first: a name that leads to itself.
  if (/^CNAME$/i.test(type) && isSameName(value, name)) return policy(trigger, 'rpz-passthru', dialect)
  const ttl = Number(ttl1 ?? ttl2 ?? 0) * SECONDS_OF_UNIT[(unit1 || unit2).toLowerCase()]!
  return localData(trigger, `${type} ${value}`, ttl, answers(dialect, context))
}

function readDirective(text: string, context: LineContext): LineOutcome {
  const origin = /^\$ORIGIN\s+(\S+)/i.exec(text)?.[1]
  if (/^\$(?:INCLUDE|GENERATE)/i.test(text)) return rejected('$INCLUDE and $GENERATE are not supported')
  if (origin === undefined) return boilerplate
  const name = origin === '.' ? '.' : canonical(origin)
  context.apex ??= name
  const isBelow = name !== context.apex && context.apex !== '.' && isAtOrBelow(name, context.apex)
  context.below = isBelow ? `.${name.slice(0, -context.apex.length - 1)}` : ''
  return boilerplate
}

function canonical(name: string): string {
  const parsed = parseDomainName(name, { allowRoot: true })
  return parsed.ok ? parsed.value : name
}

const isSameName = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/\.$/, '') === b.toLowerCase().replace(/\.$/, '')

/** The owner without what is the zone's own; `@`: the zone itself, `*`: all below it. */
function relativeName(owner: string, { apex, below }: LineContext): string {
  if (owner === '@') return below === '' ? '@' : below.slice(1)
  if (!owner.endsWith('.')) return `${owner}${below}`
  if (apex === null || apex === '.') return owner
  const isWildcard = owner.startsWith('*.')
  const name = canonical(isWildcard ? owner.slice(2) : owner)
  if (name === apex) return isWildcard ? '*' : '@'
  if (!isAtOrBelow(name, apex)) return owner
  return `${isWildcard ? '*.' : ''}${name.slice(0, -apex.length - 1)}`
}

/** Names, addresses in answers, or clients. */
type Trigger = Pick<RuleInput, 'pattern' | 'clients'> & {
  readonly match: 'exact' | 'subdomains' | 'address' | 'suffix'
}

function readTrigger(owner: string): Trigger | string {
  const special = /^(?:(.+)\.)?rpz-(ip|nsdname|nsip|client-ip)\.?$/i.exec(owner)
  if (special) {
    const [, octets = '', kind = ''] = special
    if (/^ns/i.test(kind))
      return `rpz-${kind.toLowerCase()} triggers are not supported: a forwarder does not see the name servers of a zone`
    const prefix = readPrefix(octets)
    if (prefix === undefined) return `'${owner.slice(0, 80)}' does not hold an address, as 24.0.2.0.192.rpz-ip does`
    if (/^ip$/i.test(kind)) return { match: 'address', pattern: prefix }
    return { match: 'suffix', pattern: '.', clients: [prefix] }
  }
  if (owner === '*') return { match: 'suffix', pattern: '.' }
  return owner.startsWith('*.') ? { match: 'subdomains', pattern: owner.slice(2) } : { match: 'exact', pattern: owner }
}

/** `24.0.2.0.192`, `128.1.zz.db8.2001`: prefix length, then the address turned round; `zz` is `::`. */
function readPrefix(text: string): string | undefined {
  const [bits = '', ...parts] = text.toLowerCase().split('.')
  const turned = parts.reverse()
  const isIpv4 = turned.length === 4 && turned.every((part) => /^\d{1,3}$/.test(part))
  const address = isIpv4
    ? turned.join('.')
    : turned
        .join(':')
        .replace(/(^|:)zz(:|$)/, '$1$1$2$2')
        .replace(/:{2,}/g, '::')
  const prefix = parsePrefix(`${turned[0] === 'zz' && turned.length === 1 ? '::' : address}/${bits}`)
  return prefix && formatPrefix(prefix)
}

const isPolicy = (target: string): boolean => /^(?:\*?\.|rpz-(?:passthru|drop|tcp-only)\.?)$/i.test(target)

function policy(trigger: Trigger, target: string, dialect: Dialect): LineOutcome {
  const isOwn = dialect === 'own'
  switch (target.replace(/(?<=\w)\.$/, '')) {
    // In a list, the answer is the list's.
    case '.':
      return rules({ action: 'block', ...trigger, ...(isOwn && { answer: { kind: 'nxdomain' } }) })
    case '*.':
      return rules({ action: 'block', ...trigger, answer: { kind: 'nodata' } })
    case 'rpz-passthru':
      return rules({ action: 'allow', ...trigger })
    case 'rpz-drop':
      return rules({ action: 'block', ...trigger, answer: { kind: 'drop' } })
    default:
      return trigger.match === 'address'
        ? rejected('rpz-tcp-only does not go with addresses')
        : rules({ action: 'allow', ...trigger, tcpOnly: true })
  }
}

function localData(trigger: Trigger, text: string, ttlSeconds: number, isAnswered: boolean): LineOutcome {
  if (/^CNAME\s+\*\./i.test(text)) return rejected('an RPZ target that begins with *. is not supported')
  const record = parseRecordData(text)
  if (!record.ok) return rejected(record.error)
  if (!isAnswered) return rules({ action: 'block', ...trigger })
  const { match } = trigger
  if (match !== 'address') return rules(answerWithRecord({ ...trigger, match }, record.value.text, ttlSeconds))
  const address = /^(A|AAAA) (.*)$/.exec(record.value.text)
  if (!address) return rejected('where an answer is blocked by its address, only addresses can stand in for it')
  const family = address[1] === 'A' ? 'ipv4' : 'ipv6'
  return rules({ action: 'block', ...trigger, answer: { kind: 'addresses', [family]: [address[2]!] } } as RuleInput)
}
