/**
 * `local-zone:`, `local-data:` and `local-data-ptr:` lines of unbound.conf(5).
 *
 * ```
 *  always_null always_nxdomain always_nodata always_refuse always_deny     block, with that answer
 *  static refuse deny                                                      the same where no local-data is more particular
 *  always_transparent   allow         truncate   allow over TCP only       block_a   block A, with NODATA
 *  transparent typetransparent inform nodefault noview                     nothing by themselves
 * ```
 * In lists every blocking type blocks with the answer of the list.
 */
import type { BlockAnswer, RuleInput } from '../contract/rules.ts'
import { fromWire, toWire } from '../dns/domain-name.ts'
import { parseAddress } from '../dns/ip-address.ts'
import { parseRecordData } from '../dns/record-data.ts'
import { reverseName } from '../dns/reverse-name.ts'
import { isNullAddress } from './hosts-table.ts'
import { blank, boilerplate, type Dialect, type LineOutcome, rejected, rules } from './line-outcome.ts'
import { answerWithRecord } from './parse-hosts.ts'

const LINE = /^(local-zone|local-data|local-data-ptr|server|include)\s*:\s*(.*)$/i

export const isUnbound = (text: string): boolean => LINE.test(text)

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
/** Takes its answer from a line of local-data for the same name: in a list both block. */
const REDIRECTS = new Set(['redirect', 'inform_redirect'])
/** These answer from local-data or resolve as usual: by themselves they block nothing. */
const TRANSPARENT = new Set(['transparent', 'typetransparent', 'inform', 'nodefault', 'noview'])

export function parseUnbound(text: string, dialect: Dialect): LineOutcome {
  const [, keyword = '', rest = ''] = LINE.exec(text) ?? []
  switch (keyword.toLowerCase()) {
    case 'server':
      return blank
    case 'local-zone':
      return parseZone(rest, dialect)
    case 'local-data':
      return parseData(rest, dialect)
    case 'local-data-ptr':
      return parsePointer(rest, dialect)
    default:
      return rejected(`Unbound's '${keyword}' is not supported`)
  }
}

function parseZone(rest: string, dialect: Dialect): LineOutcome {
  const match = /^(?:"([^"]*)"|'([^']*)'|(\S+))\s+([a-z_]+)\s*(?:#.*)?$/i.exec(rest)
  if (!match) return rejected('local-zone needs a name and a type, as in local-zone: "example.org." always_nxdomain')
  const pattern = match[1] ?? match[2] ?? match[3] ?? ''
  const type = match[4]!.toLowerCase()
  const names = { match: 'suffix', pattern } as const
  if (TRANSPARENT.has(type)) return boilerplate
  if (type === 'always_transparent') return rules({ action: 'allow', ...names })
  if (type === 'truncate') return rules({ action: 'allow', ...names, tcpOnly: true })
  if (type === 'block_a') return rules({ action: 'block', ...names, queryTypes: ['A'], answer: { kind: 'nodata' } })
  const kind = BLOCK_ANSWERS.get(type)
  const rcode = FALLBACK_RCODES.get(type)
  if (kind === undefined && rcode === undefined && !REDIRECTS.has(type))
    return rejected(`Unbound's zone type '${type}' is not supported`)
  if (dialect !== 'own') return rules({ action: 'block', ...names })
  if (kind !== undefined) return rules({ action: 'block', ...names, answer: { kind } })
  if (rcode !== undefined) return rules({ action: 'rewrite', ...names, rcode })
  return rejected(
    `'${type}' takes its answer from another line: write address=/${pattern.replace(/\.$/, '')}/192.0.2.1`,
  )
}

const IN_QUOTES = /^(["'])(.*)\1\s*(?:#.*)?$/s

function parseData(rest: string, dialect: Dialect): LineOutcome {
  const match = /^(\S+)\s+(?:(\d+)\s+)?(?:IN\s+)?(?:(\d+)\s+)?(\S+)\s+(.*)$/i.exec(IN_QUOTES.exec(rest)?.[2] ?? '')
  if (!match) return rejected('local-data needs a record in quotes, as in local-data: "example.org. A 192.0.2.1"')
  const [, pattern = '', ttl1, ttl2, type = '', value = ''] = match
  const record = parseRecordData(`${type} ${value}`)
  if (!record.ok) return rejected(record.error)
  const isAddress = /^(?:A|AAAA)$/i.test(type)
  if (dialect !== 'own' && !isAddress) return rejected('a list can only block or allow')
  if (dialect !== 'own' || (isAddress && isNullAddress(value.trim())))
    return rules({ action: 'block', match: 'exact', pattern })
  return rules(answerWithRecord({ match: 'exact', pattern }, record.value.text, Number(ttl1 ?? ttl2 ?? 0)))
}

/** `"192.0.2.1 name"`: the way back alone. */
function parsePointer(rest: string, dialect: Dialect): LineOutcome {
  const [address = '', ...words] = (IN_QUOTES.exec(rest)?.[2] ?? '').split(/\s+/)
  const octets = parseAddress(address)
  const name = words.at(-1)
  if (!octets || name === undefined) return rejected('local-data-ptr needs an address and a name in quotes')
  if (dialect !== 'own') return rejected('a list can only block or allow')
  const pattern = fromWire(toWire(reverseName(octets)))
  const rule: RuleInput = { action: 'rewrite', match: 'exact', pattern, records: [`PTR ${name}`] }
  return rules(words.length === 2 && /^\d{1,6}$/.test(words[0]!) ? { ...rule, ttlSeconds: Number(words[0]) } : rule)
}
