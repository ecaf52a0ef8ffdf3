/**
 * `local-zone:`, `local-data:` and `local-data-ptr:` lines of unbound.conf(5).
 *
 * ```
 *  always_null always_nxdomain always_nodata always_refuse always_deny     block, with that answer
 *  static refuse deny                                                      the same where no local-data is more particular
 *  always_transparent   allow         truncate   allow over TCP only       block_a   block A, with NODATA
 *  redirect inform_redirect      local-data of the name is for all below it too; types without data have NODATA
 *  typetransparent               local-data is for its type alone
 *  transparent inform nodefault noview                                     nothing by themselves; within one of the zones
 *                                                                          above, names that it does not have
 * ```
 * The longest zone counts, so that blocks yield; data of a zone `always_…` is ignored, but for `always_null`, whose data answers. In
 * lists every blocking type blocks with the answer of the list.
 */
import type { BlockAnswer } from '../contract/block-answer.ts'
import type { RuleInput } from '../contract/rules.ts'
import { fromWire, parseDomainName, toWire } from '../dns/domain-name.ts'
import { parseAddress } from '../dns/ip-address.ts'
import { parseRecordData } from '../dns/record-data.ts'
import { reverseName } from '../dns/reverse-name.ts'
import { isNullAddress } from './hosts-table.ts'
import {
  answers,
  blank,
  boilerplate,
  type Dialect,
  type LineContext,
  type LineOutcome,
  MAY_NOT_ANSWER,
  rejected,
  rules,
} from './line-outcome.ts'
import { answerWithRecord } from './parse-hosts.ts'

const LINE = /^(local-zone|local-data|local-data-ptr|server|include)\s*:\s*(.*)$/i
/** Any other: `forward-zone:`, `forward-addr: 192.0.2.1`. A word before a colon is no name and no URL's scheme. */
const OPTION = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\s*:(?:\s.*)?$/i

export const isUnbound = (text: string): boolean => LINE.test(text) || OPTION.test(text)

const BLOCK_ANSWERS = new Map<string, NonNullable<BlockAnswer['kind']>>([
  ['always_null', 'null'],
  ['always_nxdomain', 'nxdomain'],
  ['always_nodata', 'nodata'],
  ['always_refuse', 'refused'],
  ['always_deny', 'drop'],
  ['deny', 'drop'],
  ['inform_deny', 'drop'],
])
/** Answers that local-data of the same zone stands above. */
const FALLBACK_RCODES = new Map([
  ['static', 'NXDOMAIN'],
  ['refuse', 'REFUSED'],
])
/** Takes its answer from lines of local-data for the same name: in a list both block. */
const REDIRECTS = new Set(['redirect', 'inform_redirect'])
/** These answer from local-data or resolve as usual: by themselves they block nothing. */
const TYPE_TRANSPARENT = 'typetransparent'
const TRANSPARENT = new Set(['transparent', TYPE_TRANSPARENT, 'inform', 'nodefault', 'noview'])
/** Names of such zones are answered without asking. */
const CLOSED: ReadonlySet<string> = new Set([
  ...BLOCK_ANSWERS.keys(),
  ...FALLBACK_RCODES.keys(),
  ...REDIRECTS,
  'block_a',
])

export function parseUnbound(text: string, dialect: Dialect, context: LineContext): LineOutcome {
  const [, keyword = '', rest = ''] = LINE.exec(text) ?? []
  const other = keyword === '' ? OPTION.exec(text)?.[1] : undefined
  if (other !== undefined) return rejected(`Unbound's option '${other.slice(0, 40)}' is not a rule`)
  switch (keyword.toLowerCase()) {
    case 'server':
      return blank
    case 'local-zone':
      return parseZone(rest, dialect, context)
    case 'local-data':
      return parseData(rest, dialect, context)
    case 'local-data-ptr':
      return parsePointer(rest, dialect, context)
    default:
      return rejected(`Unbound's '${keyword}' is not supported`)
  }
}

function parseZone(rest: string, dialect: Dialect, context: LineContext): LineOutcome {
  const match = /^(?:"([^"]*)"|'([^']*)'|(\S+))\s+(["']?)([a-z_]+)\4\s*(?:#.*)?$/i.exec(rest)
  if (!match) return rejected('local-zone needs a name and a type, as in local-zone: "example.org." always_nxdomain')
  const pattern = match[1] ?? match[2] ?? match[3] ?? ''
  const type = match[5]!.toLowerCase()
  const names = { match: 'suffix', pattern } as const
  if (type === TYPE_TRANSPARENT || answers(dialect, context)) context.addZone(canonical(pattern), kindOf(type))
  const allow = { action: 'allow', ...names, yields: true } as const
  if (TRANSPARENT.has(type)) return isWithinClosed(canonical(pattern), context) ? rules(allow) : boilerplate
  if (type === 'always_transparent') return rules(allow)
  if (type === 'truncate') return rules({ ...allow, tcpOnly: true })
  const block = { action: 'block', ...names, ...(dialect === 'own' && { yields: true as const }) } as const
  if (type === 'block_a') return rules({ ...block, queryTypes: ['A'], answer: { kind: 'nodata' } })
  const kind = BLOCK_ANSWERS.get(type)
  const rcode = FALLBACK_RCODES.get(type)
  if (kind === undefined && rcode === undefined && !REDIRECTS.has(type))
    return rejected(`Unbound's zone type '${type}' is not supported`)
  if (dialect !== 'own' && !(REDIRECTS.has(type) && context.mayAnswer)) return rules(block)
  if (kind !== undefined) return rules({ ...block, answer: { kind } })
  if (rcode !== undefined) return rules({ action: 'rewrite', ...names, rcode }, ...emptyNamesBefore(pattern, context))
  return redirect(names, dialect, context)
}

const kindOf = (type: string): string => (REDIRECTS.has(type) ? 'redirect' : type)

/** Is the nearest zone above one that would answer for the name? */
function isWithinClosed(name: string, context: LineContext): boolean {
  const zone = context.zoneOf(name.includes('.') ? name.slice(name.indexOf('.') + 1) : '.')
  return zone !== undefined && CLOSED.has(zone.type)
}

/** Why the data of a name has no effect, where it has none. */
function ignoredData(name: string, context: LineContext): string | undefined {
  const zone = context.zoneOf(name)
  return zone?.type.startsWith('always_') && zone.type !== 'always_null'
    ? `Unbound ignores local-data in '${zone.name}', a zone of type ${zone.type}`
    : undefined
}

/** Data may stand before the zone or behind it; a type without data has none. */
function redirect(
  names: { readonly match: 'suffix'; readonly pattern: string },
  dialect: Dialect,
  context: LineContext,
): LineOutcome {
  const name = canonical(names.pattern)
  const before = context.dataOf(name).filter(({ match }) => match !== 'suffix')
  return rules({ action: 'rewrite', ...names, rcode: 'NOERROR' }, ...before.map((rule) => asSuffix(rule, dialect)))
}

/** Data of a redirect zone, for all its names; a null address blocks, and yields to zones below. */
const asSuffix = (rule: RuleInput, dialect: Dialect): RuleInput =>
  ({ ...rule, match: 'suffix', ...(rule.action === 'block' && dialect === 'own' && { yields: true }) }) as RuleInput

function canonical(name: string): string {
  const parsed = parseDomainName(name, { allowRoot: true })
  return parsed.ok ? parsed.value : name
}

const IN_QUOTES = /^(["'])(.*)\1\s*(?:#.*)?$/s

function parseData(rest: string, dialect: Dialect, context: LineContext): LineOutcome {
  const match = /^(\S+)\s+(?:(\d+)\s+)?(?:IN\s+)?(?:(\d+)\s+)?(\S+)\s+(.*)$/i.exec(IN_QUOTES.exec(rest)?.[2] ?? '')
  if (!match) return rejected('local-data needs a record in quotes, as in local-data: "example.org. A 192.0.2.1"')
  const [, pattern = '', ttl1, ttl2, type = '', value = ''] = match
  if (/^(?:CH|CS|HS)$/i.test(type))
    return rejected(`records of class ${type.toUpperCase()} are not what clients ask for`)
  const record = parseRecordData(`${type} ${value}`)
  if (!record.ok) return rejected(record.error)
  const isAddress = /^(?:A|AAAA)$/i.test(type)
  if (!answers(dialect, context))
    return isAddress ? rules({ action: 'block', match: 'exact', pattern }) : rejected(MAY_NOT_ANSWER)
  const ignored = ignoredData(canonical(pattern), context)
  if (ignored !== undefined) return rejected(ignored)
  const given = dataRule(pattern, type.toUpperCase(), record.value.text, Number(ttl1 ?? ttl2 ?? 0), context)
  const rule = given.match === 'suffix' ? asSuffix(given, dialect) : given
  context.addData(canonical(pattern), rule)
  return rules(rule, ...emptyNames(canonical(pattern), context))
}

/** Names between the data and a zone that says its own names do not exist: they do, without data (RFC 8020 §2). */
function emptyNames(name: string, context: LineContext): RuleInput[] {
  const zone = context.zoneOf(name)
  const found: RuleInput[] = []
  if (zone === undefined || !FALLBACK_RCODES.has(zone.type)) return found
  for (let at = name; at !== zone.name; ) {
    at = at.slice(at.indexOf('.') + 1)
    if (!context.addEmptyName(at)) break
    found.push({ action: 'rewrite', match: 'exact', pattern: at, rcode: 'NOERROR' })
  }
  return found
}

/** The same for data that stood before its zone. */
function emptyNamesBefore(zone: string, context: LineContext): RuleInput[] {
  const found: RuleInput[] = []
  for (const name of context.namesAboveData(canonical(zone)))
    if (context.addEmptyName(name)) found.push({ action: 'rewrite', match: 'exact', pattern: name, rcode: 'NOERROR' })
  return found
}

/** A line of local-zone tells the lines before it what it is: the first pass over a document. */
export function noteZone(text: string, context: LineContext): void {
  const [, pattern = '', type = ''] = /^\s*local-zone\s*:\s*["']?([^"'\s]+)["']?\s+["']?([a-z_]+)/i.exec(text) ?? []
  if (type !== '') context.addZone(canonical(pattern), kindOf(type.toLowerCase()))
}

/** @param record canonical text */
function dataRule(pattern: string, type: string, record: string, ttlSeconds: number, context: LineContext): RuleInput {
  const name = canonical(pattern)
  const zone = context.zoneOf(name)
  const match = zone?.type === 'redirect' && zone.name === name ? 'suffix' : 'exact'
  const types = zone?.type === TYPE_TRANSPARENT ? { queryTypes: [type] } : {}
  return isNullAddress(record.slice(record.indexOf(' ') + 1))
    ? { action: 'block', match, pattern, ...types }
    : { ...answerWithRecord({ match, pattern }, record, ttlSeconds), ...types }
}

/** `"192.0.2.1 name"`: the way back alone. */
function parsePointer(rest: string, dialect: Dialect, context: LineContext): LineOutcome {
  const [address = '', ...words] = (IN_QUOTES.exec(rest)?.[2] ?? '').split(/\s+/)
  const octets = parseAddress(address)
  const name = words.at(-1)
  if (!octets || name === undefined) return rejected('local-data-ptr needs an address and a name in quotes')
  if (!answers(dialect, context)) return rejected(MAY_NOT_ANSWER)
  const pattern = fromWire(toWire(reverseName(octets)))
  const ignored = ignoredData(pattern, context)
  if (ignored !== undefined) return rejected(ignored)
  const rule: RuleInput = { action: 'rewrite', match: 'exact', pattern, records: [`PTR ${name}`] }
  return rules(words.length === 2 && /^\d{1,6}$/.test(words[0]!) ? { ...rule, ttlSeconds: Number(words[0]) } : rule)
}
