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
import { formatPrefix, parseAddress, parsePrefix } from '../dns/ip-address.ts'
import { parseRecordData } from '../dns/record-data.ts'
import {
  answers,
  blank,
  boilerplate,
  type Dialect,
  type LineContext,
  type LineOutcome,
  rejected,
  rules,
} from './line-outcome.ts'
import { answerWithRecord } from './parse-hosts.ts'
import { fold, isOwnerless, isRecord, OpenRecord, readRecord } from './zone-record.ts'

const DIRECTIVE = /^\$(?:TTL|ORIGIN|INCLUDE|GENERATE)\b/i
/** What a zone says of itself and its signatures: no triggers. */
const OF_THE_ZONE = /^(?:SOA|NS|RRSIG|NSEC|NSEC3|NSEC3PARAM|DNSKEY|CDNSKEY|CDS|ZONEMD)$/
/** The SOA record's numbers, where the line above is not known. */
const SOA_PART = /^\d+[smhdw]?\s*\)?\s*(?:;.*)?$/i

/** Lines of hosts files begin with an address; no owner of a record is one. */
export const isRpz = (text: string, dialect: Dialect): boolean =>
  DIRECTIVE.test(text) ||
  (isRecord(text) && parseAddress(text.split(/\s/, 1)[0]!) === undefined) ||
  (dialect === 'rpz' && (SOA_PART.test(text) || isOwnerless(text) || fold(text).depth > 0))

/** An indented record without an owner name belongs to the one before it. */
export const withOwner = (text: string, { owner }: LineContext): string =>
  owner !== null && isOwnerless(text) ? `${owner} ${text}` : text

export function parseRpz(text: string, dialect: Dialect, context: LineContext): LineOutcome {
  if (DIRECTIVE.test(text)) return readDirective(text, context)
  const folded = fold(text)
  if (folded.depth < 0 && isRecord(folded.text)) return rejected(NOT_OPENED)
  if (folded.depth <= 0) return readRecordLine(folded.text, dialect, context)
  context.record = new OpenRecord(folded)
  return blank
}

const NOT_OPENED = 'a bracket is closed that was not opened'

/** A line behind one whose bracket is open. */
export function continueRecord(record: OpenRecord, line: string, dialect: Dialect, context: LineContext): LineOutcome {
  const fits = record.add(line)
  if (fits && record.isOpen) return blank
  context.record = null
  if (!fits) return endOfRecord(record)
  if (record.isOverclosed) return rejected(NOT_OPENED)
  return readRecordLine(withOwner(record.text, context), dialect, context)
}

/** What is said of a record whose bracket no line closes. */
export const endOfRecord = ({ text }: OpenRecord): LineOutcome =>
  rejected(`the bracket behind '${text.slice(0, 40)}' is not closed`)

function readRecordLine(text: string, dialect: Dialect, context: LineContext): LineOutcome {
  if (!isRecord(text)) return SOA_PART.test(text) || isOwnerless(text) ? boilerplate : rejected('this is no record')
  const record = readRecord(text)
  if (typeof record === 'string') return rejected(record)
  const { owner, type, data } = record
  context.owner = owner
  // The zone is what has the SOA record, whatever `$ORIGIN` said before.
  if (type === 'SOA' && (owner.endsWith('.') || context.origin !== null))
    context.apex = owner === '@' ? context.origin : absolute(owner, context.origin)
  const name = relativeName(owner, context)
  // What stands at the zone's own name is no trigger.
  if (OF_THE_ZONE.test(type) || name === '@') return boilerplate
  const trigger = readTrigger(name)
  if (typeof trigger === 'string') return rejected(trigger)
  if (type === 'CNAME' && /^rpz-[\w-]+\.?$/i.test(data) && !isPolicy(data))
    return rejected(`'${data.slice(0, 40)}' is not one of rpz-passthru., rpz-drop. and rpz-tcp-only.`)
  if (type === 'CNAME' && isPolicy(data)) return policy(trigger, data.toLowerCase(), dialect)
  // As PASSTHRU was written at first: a trigger that leads to itself.
  if (type === 'CNAME' && isSameName(data, name.replace(/\.rpz-(?:ip|client-ip)\.?$/i, '')))
    return policy(trigger, 'rpz-passthru', dialect)
  return localData(trigger, `${type} ${data}`, record.ttlSeconds, answers(dialect, context))
}

function readDirective(text: string, context: LineContext): LineOutcome {
  const origin = /^\$ORIGIN\s+(\S+)/i.exec(text)?.[1]
  if (/^\$INCLUDE/i.test(text)) return rejected('$INCLUDE is not supported: other files are not read')
  if (/^\$GENERATE/i.test(text)) return rejected('$GENERATE is not supported: write its records out')
  if (origin === undefined) return boilerplate
  context.origin = absolute(origin, context.origin)
  context.apex ??= context.origin
  return boilerplate
}

/** Canonical, whether the text ends with a dot or belongs below the origin. */
function absolute(text: string, origin: string | null): string {
  const name = canonical(text)
  return text.endsWith('.') || origin === null || origin === '.' ? name : `${name}.${origin}`
}

function canonical(name: string): string {
  const parsed = parseDomainName(name, { allowRoot: true })
  return parsed.ok ? parsed.value : name
}

const isSameName = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/\.$/, '') === b.toLowerCase().replace(/\.$/, '')

/** The owner without what is the zone's own; `@`: the zone itself, `*`: all below it. */
function relativeName(owner: string, context: LineContext): string {
  const { apex, origin } = context
  if (!owner.endsWith('.') && context.isAtApex) return owner
  if (apex === null || apex === '.') return owner
  const isWildcard = /^\*(?:\.|$)/.test(owner)
  const below = owner.replace(/^\*\.?/, '')
  const name = owner === '@' || below === '' ? (origin ?? apex) : absolute(below, origin)
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
  if (owner.startsWith('*.*')) return `'${owner.slice(0, 80)}': only the first label can be *`
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
  // Of names, addresses and clients the most specific counts; triggers by client stand above both others.
  const place = trigger.clients && { important: true }
  // What is for a longer name counts, of which one name has none. In lists, blocks stay the plain names that they are.
  const gives = isOwn && (trigger.match === 'suffix' || trigger.match === 'subdomains') && !trigger.clients
  const block = { action: 'block', ...trigger, ...place, ...(gives && { yields: true }) } as const
  // Nothing is more specific than one name: in a list, it is kept as the plain name that it is.
  const yields = (isOwn || trigger.match !== 'exact') && { yields: true }
  const allow = { action: 'allow', ...trigger, ...place, ...yields } as const
  switch (target.replace(/(?<=\w)\.$/, '')) {
    // In a list, the answer is the list's.
    case '.':
      return rules({ ...block, ...(isOwn && { answer: { kind: 'nxdomain' } }) })
    case '*.':
      return rules({ ...block, answer: { kind: 'nodata' } })
    case 'rpz-passthru':
      return rules(allow)
    case 'rpz-drop':
      return rules({ ...block, answer: { kind: 'drop' } })
    default:
      return trigger.match === 'address'
        ? rejected('rpz-tcp-only does not go with addresses')
        : rules({ ...allow, tcpOnly: true })
  }
}

function localData(trigger: Trigger, text: string, ttlSeconds: number, isAnswered: boolean): LineOutcome {
  const garden = /^CNAME\s+\*\.(\S+)$/i.exec(text)?.[1]
  if (garden !== undefined) return walledGarden(trigger, garden, ttlSeconds, isAnswered)
  const record = parseRecordData(text)
  if (!record.ok) return rejected(`the line is read as a record: ${record.error}`)
  const place = trigger.clients && { important: true }
  if (!isAnswered) return rules({ action: 'block', ...trigger, ...place })
  const { match } = trigger
  if (match !== 'address') {
    const rule = answerWithRecord({ ...trigger, match }, record.value.text, ttlSeconds)
    return rules(place ? ({ ...rule, ...place, overridesBlock: true } as RuleInput) : rule)
  }
  const address = /^(A|AAAA) (.*)$/.exec(record.value.text)
  if (!address) return rejected('where an answer is blocked by its address, only addresses can stand in for it')
  const family = address[1] === 'A' ? 'ipv4' : 'ipv6'
  return rules({ action: 'block', ...trigger, answer: { kind: 'addresses', [family]: [address[2]!] } } as RuleInput)
}

/** `CNAME *.walled.example.`: leads each name to itself below another, so that the server there sees which was asked for. */
function walledGarden(trigger: Trigger, below: string, ttlSeconds: number, isAnswered: boolean): LineOutcome {
  const { match, pattern } = trigger
  if ((match !== 'exact' && match !== 'subdomains') || trigger.clients)
    return rejected('a target that begins with *. goes with triggers that are names')
  if (!isAnswered) return rules({ action: 'block', ...trigger })
  const target = `${pattern.replace(/\.$/, '')}.${below}`
  return rules({ action: 'alias', match, pattern, target, ...(ttlSeconds > 0 && { ttlSeconds }) })
}
