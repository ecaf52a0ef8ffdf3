/**
 * Options of dnsmasq(8) that give a name records of one type, and why the others are no rules.
 *
 * ```
 *  txt-record=NAME[,TEXT…]             mx-host=NAME,HOST[,PREFERENCE]        srv-host=NAME[,TARGET[,PORT[,PRIORITY[,WEIGHT]]]]
 *  ptr-record=NAME,TARGET              caa-record=NAME,FLAGS,TAG,VALUE       dns-rr=NAME,TYPE[,HEXADECIMAL]
 *  naptr-record=NAME,ORDER,PREFERENCE,FLAGS,SERVICE,REGEXP[,REPLACEMENT]
 * ```
 */
import { parseDomainName, toWire } from '../dns/domain-name.ts'
import { quoteText } from '../dns/presentation.ts'
import { parseRecordData } from '../dns/record-data.ts'
import { formatRrType } from '../dns/rr-type.ts'
import { type LineOutcome, rejected, rules } from './line-outcome.ts'
import { answerWithRecord } from './parse-hosts.ts'

const encoder = new TextEncoder()
const quoted = (text: string): string => quoteText(encoder.encode(text))
const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

type RecordOf = (fields: readonly string[]) => string | { readonly fault: string }

/** What stands behind the name, as a record's type and data. */
const RECORDS = new Map<string, RecordOf>([
  ['txt-record', (texts) => `TXT ${texts.length === 0 ? '""' : texts.map(quoted).join(' ')}`],
  [
    'mx-host',
    ([host = '', preference = '1']) =>
      host === ''
        ? { fault: 'mx-host needs a host, as in mx-host=example.org,mail.example.org,10' }
        : `MX ${preference} ${dotted(host)}`,
  ],
  [
    'srv-host',
    ([target = '', port = '1', priority = '0', weight = '0']) => `SRV ${priority} ${weight} ${port} ${dotted(target)}`,
  ],
  [
    'ptr-record',
    ([target = '']) => (target === '' ? { fault: 'ptr-record needs two names' } : `PTR ${dotted(target)}`),
  ],
  ['caa-record', ([flags = '', tag = '', value = '']) => `CAA ${flags} ${tag} ${quoted(value)}`],
  ['dns-rr', ([type = '', data = '']) => genericRecord(type, data.replace(/[:\s]/g, ''))],
  ['naptr-record', (fields) => naptrRecord(fields)],
])

export const isRecordOption = (option: string): boolean => RECORDS.has(option)

export function parseRecordOption(option: string, value: string): LineOutcome {
  const fields = splitFields(value)
  if (fields === undefined) return rejected('a quote is not closed')
  const [pattern = '', ...rest] = fields
  const said = RECORDS.get(option)!(rest)
  if (typeof said !== 'string') return rejected(said.fault)
  const record = parseRecordData(said)
  if (!record.ok) return rejected(`${option}: ${record.error}`)
  // What else the name has comes from its servers, as with dnsmasq.
  const queryTypes = [formatRrType(record.value.rrType)]
  return rules({ ...answerWithRecord({ match: 'exact', pattern }, record.value.text, 0), queryTypes })
}

function genericRecord(type: string, digits: string): string | { fault: string } {
  if (!/^\d{1,5}$/.test(type))
    return { fault: 'dns-rr needs a name and the number of a type, as in dns-rr=example.org,51,c0de' }
  if (!/^(?:[\da-f]{2})*$/i.test(digits))
    return { fault: 'dns-rr needs data in hexadecimal, as in dns-rr=example.org,51,c0de' }
  return `TYPE${type} \\# ${digits.length / 2} ${digits}`
}

/** RFC 3403 §4.1: two numbers, three strings, a name. */
function naptrRecord([order = '', preference = '', ...rest]: readonly string[]): string | { fault: string } {
  const [flags = '', service = '', expression = '', replacement = '.'] = rest
  const numbers = [order, preference].map(Number)
  const strings = [flags, service, expression].map((text) => encoder.encode(text))
  const name = parseDomainName(replacement, { allowRoot: true })
  if (
    ![order, preference].every((text) => /^\d{1,5}$/.test(text)) ||
    numbers.some((number) => number > 0xffff) ||
    rest.length < 3
  )
    return { fault: 'naptr-record needs order, preference, flags, service and an expression' }
  if (strings.some(({ length }) => length > 255))
    return { fault: 'naptr-record holds a string of more than 255 octets' }
  if (!name.ok) return { fault: `naptr-record: ${name.error}` }
  const octets = [
    ...numbers.flatMap((number) => [number >> 8, number & 0xff]),
    ...strings.flatMap((text) => [text.length, ...text]),
    ...toWire(name.value),
  ]
  return genericRecord('35', octets.map((octet) => octet.toString(16).padStart(2, '0')).join(''))
}

/** At commas outside double quotes; a backslash takes the next sign as it is. Undefined when a quote stays open. */
function splitFields(text: string): string[] | undefined {
  const fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '\\' && isQuoted) field += text[++at] ?? ''
    else if (sign === '"') isQuoted = !isQuoted
    else if (sign === ',' && !isQuoted) {
      fields.push(field.trim())
      field = ''
    } else field += sign
  }
  return isQuoted ? undefined : [...fields, field.trim()]
}

/** Options that say something of names and are no rules all the same. */
const REASONS = new Map([
  ['interface-name', 'answers with an address of an interface, which changes: write host-record= with the address'],
  ['dynamic-host', 'answers with an address of an interface, which changes: write host-record= with the address'],
  ['synth-domain', 'makes up names for addresses: write a hosts line for each'],
  ['mx-target', 'is for all mx-host= lines: write the host into each'],
  ['localmx', 'names this machine: write mx-host= with the host'],
  ['selfmx', 'names this machine: write mx-host= with the host'],
  ['rebind-domain-ok', 'is an exception of rebinding protection: see the settings'],
  ['stop-dns-rebind', 'is rebinding protection: see the settings'],
  ['filter-A', 'is written *$dnstype=A,dnsrewrite=NOERROR'],
  ['filter-AAAA', 'is written *$dnstype=AAAA,dnsrewrite=NOERROR'],
  ['addn-hosts', 'names a file: import that file'],
  ['hostsdir', 'names files: import them'],
  ['conf-file', 'names a file: import that file'],
  ['conf-dir', 'names files: import them'],
  ['servers-file', 'names a file: import that file'],
  ['resolv-file', 'names upstreams: see the settings'],
  ['ipset', 'fills a set of the firewall, which Weir does not'],
  ['nftset', 'fills a set of the firewall, which Weir does not'],
])

export function otherOption(option: string): LineOutcome {
  const reason = REASONS.get(option)
  return rejected(`dnsmasq's option '${option}' ${reason ?? 'is not a rule'}`)
}

/** Options without a value that nobody would take for a name. Elsewhere than in a file of dnsmasq a word alone is a name. */
export const SWITCHES: ReadonlySet<string> = new Set(
  (
    'bogus-priv stop-dns-rebind rebind-localhost-ok domain-needed filterwin2k filter-A filter-AAAA no-hosts no-resolv no-poll no-negcache ' +
    'strict-order all-servers expand-hosts localise-queries read-ethers log-queries bind-interfaces bind-dynamic ' +
    'dns-loop-detect dnssec-check-unsigned dnssec-no-timecheck proxy-dnssec no-daemon keep-in-foreground enable-dbus ' +
    'dhcp-authoritative dhcp-sequential-ip enable-ra enable-tftp no-ping localmx selfmx conntrack clear-on-reload no-round-robin'
  ).split(' '),
)
