/**
 * The value of `$dnsrewrite` (AdGuard DNS filtering syntax) and of Weir's `$local`: what a name is answered with.
 *
 * ```
 *  192.0.2.1            2001:db8::1|192.0.2.1      addresses; several behind | are Weir's own
 *  new.example                                     CNAME, whose records are then looked up
 *  NXDOMAIN             also NOERROR (NODATA), REFUSED, SERVFAIL
 *  NOERROR;MX;10 mail.example                      RCODE;TYPE;DATA, several behind |
 *  REFUSED;;                                       an error has no data: what stands behind it says nothing
 * ```
 */
import { parseDomainName } from '../dns/domain-name.ts'
import { formatAddress, parseAddress } from '../dns/ip-address.ts'
import { quoteText } from '../dns/presentation.ts'
import { formatRcode, parseRcode } from '../dns/rcode.ts'
import { MAX_STRING_OCTETS, parseRecordData } from '../dns/record-data.ts'
import { fail, ok, type Result } from '../result.ts'

export interface RewriteValue {
  readonly ipv4: readonly string[]
  readonly ipv6: readonly string[]
  /** Canonical text (dns/record-data.ts), no addresses. */
  readonly records: readonly string[]
  /** Absent where there are records. */
  readonly rcode?: string
}

/** RCODEs above it travel in the OPT record, which clients may lack (RFC 6891 §6.1.3). */
const MAX_RCODE = 15
const KEYWORDS: ReadonlySet<string> = new Set(['NOERROR', 'NXDOMAIN', 'REFUSED', 'SERVFAIL'])
const SEVERAL_FULL = /\|(?=[a-z0-9]*;[a-z0-9-]*;)/i

/** @param text not empty */
export function parseRewriteValue(text: string): Result<RewriteValue, string> {
  const parts = text.includes(';') ? text.split(SEVERAL_FULL) : text.split('|')
  const found: { rrType: string; text: string }[] = []
  let rcode: string | undefined
  for (const part of parts) {
    const read = part.includes(';') ? readFull(part) : readShort(part)
    if (!read.ok) return read
    if (typeof read.value === 'string') rcode = read.value
    else found.push(read.value)
  }
  if (rcode !== undefined && (parts.length > 1 || found.length > 0)) return fail('an RCODE stands alone')
  if (found.length > 1 && found.some(({ rrType }) => rrType === 'CNAME')) return fail('a CNAME stands alone')
  const ofType = (type: string): string[] => found.filter(({ rrType }) => rrType === type).map((one) => one.text)
  return ok({
    ipv4: ofType('A'),
    ipv6: ofType('AAAA'),
    records: found.filter(({ rrType }) => rrType !== 'A' && rrType !== 'AAAA').map((one) => one.text),
    ...(rcode !== undefined && { rcode }),
  })
}

/** No address is a name, and the last label of no host name is a number (RFC 3696 §2): only the full form says so. */
const IS_NUMERIC = /^[\d.]+$/

/** An RCODE, or a record; addresses as their text alone. */
type Part = Result<string | { rrType: string; text: string }, string>

function readShort(part: string): Part {
  if (KEYWORDS.has(part)) return ok(part)
  const octets = parseAddress(part)
  if (octets) return ok({ rrType: octets.length === 4 ? 'A' : 'AAAA', text: formatAddress(octets) })
  if (/^[A-Z]+$/.test(part)) return fail(`'${part.slice(0, 20)}' is not one of ${[...KEYWORDS].join(', ')}`)
  if (IS_NUMERIC.test(part)) return fail(`'${part.slice(0, 80)}' is neither an address nor a name`)
  const name = parseDomainName(part)
  if (!name.ok) return fail(`'${part.slice(0, 80)}': ${name.error}`)
  return ok({ rrType: 'CNAME', text: `CNAME ${name.value}.` })
}

function readFull(part: string): Part {
  const [, first = '', type = '', data = ''] = /^([^;]*);([^;]*);(.*)$/su.exec(part) ?? []
  const rcode = parseRcode(first)
  if (!/^[^;]*;[^;]*;/.test(part)) return fail(`'${part.slice(0, 80)}' is not of the form RCODE;TYPE;DATA`)
  if (rcode === undefined || rcode > MAX_RCODE) return fail(`RCODE '${first.slice(0, 20)}' is not supported`)
  if (rcode !== 0 || (type === '' && data === '')) return ok(formatRcode(rcode))
  const record = parseRecordData(`${type} ${/^(?:TXT|SPF)$/i.test(type) ? literalText(data) : data}`)
  if (!record.ok) return record
  const text = record.value.text
  const rrType = text.slice(0, text.indexOf(' '))
  return ok({ rrType, text: rrType === 'A' || rrType === 'AAAA' ? text.slice(rrType.length + 1) : text })
}

/** Text stands for itself, spaces and all, unless it is quoted; long text becomes several strings. */
function literalText(data: string): string {
  if (data.startsWith('"')) return data
  const octets = new TextEncoder().encode(data)
  const strings: string[] = []
  for (let at = 0; at === 0 || at < octets.length; at += MAX_STRING_OCTETS)
    strings.push(quoteText(octets.subarray(at, at + MAX_STRING_OCTETS)))
  return strings.join(' ')
}

/** The shortest form that AdGuard's engine reads too, where there is one. */
export function formatRewriteValue({ ipv4 = [], ipv6 = [], records = [], rcode }: Partial<RewriteValue>): string {
  if (rcode !== undefined) return KEYWORDS.has(rcode) ? rcode : `${rcode};;`
  const addresses = [...ipv4, ...ipv6]
  if (records.length === 0) return addresses.join('|')
  const cname = /^CNAME ([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.$/.exec(records[0]!)
  if (cname && !IS_NUMERIC.test(cname[1]!)) return cname[1]!
  return [...ipv4.map((text) => `A ${text}`), ...ipv6.map((text) => `AAAA ${text}`), ...records].map(fullForm).join('|')
}

function fullForm(record: string): string {
  const [, type = '', data = ''] = /^(\S+) ?(.*)$/su.exec(record) ?? []
  const plain = /^(?:TXT|SPF)$/.test(type) ? /^"([\w.:=@+/-][\w.:=@+/ -]*)"$/.exec(data)?.[1] : undefined
  // A bar inside the data must not look like one between two records.
  return `NOERROR;${type};${plain ?? data.replaceAll('|', '\\124')}`
}
