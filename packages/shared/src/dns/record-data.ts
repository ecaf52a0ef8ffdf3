/**
 * Records as text ↔ RDATA: `MX 10 mail.example.org.`, `TXT "a b"`, `HTTPS 1 . alpn=h3`, `TYPE65280 \# 2 abcd`.
 *
 * Sources: RFC 1035 §3.3 and §5.1, RFC 2782 (SRV), RFC 3596 (AAAA), RFC 8659 (CAA), RFC 9460 (SVCB, HTTPS), RFC 3597 §5
 * (any type, in hexadecimal).
 */
import { fail, ok, type Result } from '../result.ts'
import { parseDomainName, toWire } from './domain-name.ts'
import { formatAddress, parseIpv4, parseIpv6 } from './ip-address.ts'
import { decodeText, quoteText, splitFields } from './presentation.ts'
import { formatRrType, parseRrType, RrType } from './rr-type.ts'
import { parseServiceParameters, uint16 } from './service-parameters.ts'

export interface RecordData {
  readonly rrType: number
  /** Uncompressed wire form. */
  readonly rdata: Uint8Array
  /** Canonical text: type and data, names with their final dot. */
  readonly text: string
}

/** Octets of one character-string (RFC 1035 §3.3). */
export const MAX_STRING_OCTETS = 255
/** What fits beside a question in a message over any transport that Weir answers by. */
const MAX_RDATA_OCTETS = 4096

/** Types that describe a message or a zone, not a name: no rule can hold them. */
const IMPOSSIBLE: ReadonlySet<number> = new Set([0, RrType.SOA, RrType.OPT, RrType.TKEY, RrType.TSIG, RrType.RRSIG])
const FIRST_META_TYPE = 128
const LAST_META_TYPE = 255

type Data = Result<{ readonly rdata: readonly number[] | Uint8Array; readonly text: string }, string>

/** @param text type and data; for CNAME a name, whose records are then looked up */
export function parseRecordData(text: string): Result<RecordData, string> {
  const [, typeText = '', data = ''] = /^\s*(\S+)(?:\s+(.*))?$/su.exec(text) ?? []
  const rrType = parseRrType(typeText)
  if (rrType === undefined) return fail(`'${typeText.slice(0, 20)}' is not a record type`)
  if (IMPOSSIBLE.has(rrType) || (rrType >= FIRST_META_TYPE && rrType <= LAST_META_TYPE))
    return fail(`records of type ${formatRrType(rrType)} cannot be answered by a rule`)
  const fields = splitFields(data)
  if (fields === undefined) return fail('a quote is not closed')
  const parsed = /^\s*\\#\s/.test(data) ? generic(data) : (READERS[rrType]?.(fields) ?? unknownType(rrType))
  if (!parsed.ok) return fail(`${formatRrType(rrType)} ${parsed.error}`)
  if (parsed.value.rdata.length > MAX_RDATA_OCTETS) return fail(`the record is longer than ${MAX_RDATA_OCTETS} octets`)
  return ok({
    rrType,
    rdata: Uint8Array.from(parsed.value.rdata),
    text: `${formatRrType(rrType)} ${parsed.value.text}`,
  })
}

const unknownType = (rrType: number): Data => fail(`data must be written as in TYPE${rrType} \\# 2 abcd (RFC 3597)`)

function generic(data: string): Data {
  const match = /^\s*\\#\s+(\d{1,5})((?:\s+[0-9a-f]+)*)\s*$/i.exec(data)
  const digits = match?.[2]?.replace(/\s+/g, '').toLowerCase() ?? ''
  if (!match || digits.length !== 2 * Number(match[1]))
    return fail('needs its length and as many octets in hexadecimal')
  const rdata = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  return ok({ rdata, text: `\\# ${rdata.length}${digits && ' '}${digits}` })
}

const READERS: Readonly<Record<number, (fields: readonly string[]) => Data>> = {
  [RrType.A]: (fields) => address(fields, parseIpv4, 'IPv4'),
  [RrType.AAAA]: (fields) => address(fields, parseIpv6, 'IPv6'),
  [RrType.CNAME]: (fields) => numbersAndName(fields, 0),
  [RrType.NS]: (fields) => numbersAndName(fields, 0),
  [RrType.PTR]: (fields) => numbersAndName(fields, 0),
  [RrType.DNAME]: (fields) => numbersAndName(fields, 0),
  [RrType.MX]: (fields) => numbersAndName(fields, 1),
  [RrType.SRV]: (fields) => numbersAndName(fields, 3),
  [RrType.TXT]: strings,
  [RrType.SPF]: strings,
  [RrType.CAA]: caa,
  [RrType.SVCB]: service,
  [RrType.HTTPS]: service,
}

function address(fields: readonly string[], parse: (text: string) => Uint8Array | undefined, family: string): Data {
  const octets = fields.length === 1 ? parse(fields[0]!) : undefined
  return octets ? ok({ rdata: octets, text: formatAddress(octets) }) : fail(`needs one ${family} address`)
}

const WORDS = ['a name', 'a preference and a name', '', 'priority, weight, port and a name']

/** So many numbers of 16 bits, then a name. */
function numbersAndName(fields: readonly string[], count: number): Data {
  const numbers = fields.slice(0, count).map(parseUint16)
  if (fields.length !== count + 1 || numbers.includes(undefined)) return fail(`needs ${WORDS[count]}`)
  const name = parseDomainName(fields[count]!, { allowRoot: true })
  if (!name.ok) return fail(`'${fields[count]}': ${name.error}`)
  return ok({
    rdata: [...(numbers as number[]).flatMap(uint16), ...toWire(name.value)],
    text: [...numbers, formatName(name.value)].join(' '),
  })
}

const parseUint16 = (text: string): number | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined

const formatName = (name: string): string => (name === '.' ? name : `${name}.`)

function strings(fields: readonly string[]): Data {
  const values = fields.map(decodeText)
  if (values.length === 0) return fail('needs a string')
  if (!values.every((value) => value !== undefined)) return fail('holds a broken escape')
  if (values.some(({ length }) => length > MAX_STRING_OCTETS))
    return fail(`has a string of more than ${MAX_STRING_OCTETS} octets`)
  return ok({
    rdata: values.flatMap((value) => [value.length, ...value]),
    text: values.map(quoteText).join(' '),
  })
}

function caa([flags = '', tag = '', value = '', ...rest]: readonly string[]): Data {
  const octets = decodeText(value)
  if (!/^\d{1,3}$/.test(flags) || Number(flags) > 255 || !/^[a-z0-9]{1,15}$/i.test(tag) || !octets || rest.length > 0)
    return fail('needs flags, a tag and a value, as in 0 issue "ca.example.net"')
  const name = [...tag.toLowerCase()].map((character) => character.charCodeAt(0))
  return ok({
    rdata: [Number(flags), name.length, ...name, ...octets],
    text: `${Number(flags)} ${tag.toLowerCase()} ${quoteText(octets)}`,
  })
}

function service([priorityText = '', targetText = '', ...fields]: readonly string[]): Data {
  const priority = parseUint16(priorityText)
  if (priority === undefined || targetText === '') return fail('needs a priority and a target, as in 1 . alpn=h3')
  const target = parseDomainName(targetText, { allowRoot: true })
  if (!target.ok) return fail(`'${targetText}': ${target.error}`)
  const parameters = parseServiceParameters(fields)
  if (!parameters.ok) return parameters
  const { octets, text } = parameters.value
  return ok({
    rdata: [...uint16(priority), ...toWire(target.value), ...octets],
    text: [priority, formatName(target.value), text].filter((part) => part !== '').join(' '),
  })
}
