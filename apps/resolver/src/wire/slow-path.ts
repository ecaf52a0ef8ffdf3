/**
 * Messages as text, for the log and for "why?". Not for the way of a query: decoding costs about 2 µs and allocates.
 *
 * The only place that knows dns-packet, and its guard: the library reserves memory by the header's counts before it
 * looks whether the records are there.
 */
import { formatRrType } from '@weir/shared/dns/rr-type'
import { type Answer, decode } from 'dns-packet'
import { HEADER_OCTETS, HeaderOffset } from './header.ts'
import { readUint16 } from './octets.ts'

/** Root, type, class, TTL, RDLENGTH. */
const MIN_RECORD_OCTETS = 11
/** Header, root, type, class. */
const MIN_MESSAGE_OCTETS = 17
/** An answer's first records say what it is; the rest would only fill the log. */
const MAX_RECORDS = 4
const MAX_TEXT_CHARACTERS = 255

/**
 * The first answer records, as in `CNAME a.example.net, A 192.0.2.1`; printable ASCII, at most 255 characters.
 * @returns empty text when there is no answer, or the message cannot be read
 */
export function describeAnswer(message: Uint8Array, length: number): string {
  if (!isSafeToDecode(message, length)) return ''
  try {
    const { answers = [] } = decode(Buffer.from(message.buffer, message.byteOffset, length))
    return answers.slice(0, MAX_RECORDS).map(describeRecord).join(', ').slice(0, MAX_TEXT_CHARACTERS)
  } catch {
    return ''
  }
}

/** The name that the first PTR record of an answer gives; null: there is none, or the message cannot be read. */
export function firstPointer(message: Uint8Array, length: number): string | null {
  if (!isSafeToDecode(message, length)) return null
  try {
    const { answers = [] } = decode(Buffer.from(message.buffer, message.byteOffset, length))
    const pointer = answers.find(({ type }) => type === 'PTR')
    return pointer?.type === 'PTR' ? pointer.data : null
  } catch {
    return null
  }
}

function isSafeToDecode(message: Uint8Array, length: number): boolean {
  if (length < MIN_MESSAGE_OCTETS || readUint16(message, HeaderOffset.qdcount) !== 1) return false
  let recordCount = 0
  for (let offset = HeaderOffset.ancount; offset < HEADER_OCTETS; offset += 2)
    recordCount += readUint16(message, offset)
  return recordCount * MIN_RECORD_OCTETS + MIN_MESSAGE_OCTETS <= length
}

function describeRecord(record: Answer): string {
  const generic = /^UNKNOWN_(\d+)$/.exec(record.type)
  const type = generic ? formatRrType(Number(generic[1])) : record.type
  const data = 'data' in record ? describeData(record.data) : ''
  return printable(data === '' ? type : `${type} ${data}`)
}

/** Names and addresses as they are; structures as their values in order; octets as RFC 3597 §5 writes them. */
function describeData(data: unknown): string {
  if (typeof data === 'string') return data
  if (data instanceof Uint8Array) return `\\# ${data.length} ${Buffer.from(data).toString('hex')}`
  if (Array.isArray(data)) return data.map((part) => (part instanceof Uint8Array ? text(part) : String(part))).join(' ')
  if (data === null || typeof data !== 'object') return ''
  return Object.values(data)
    .map((value) => (value instanceof Uint8Array ? text(value) : String(value)))
    .join(' ')
}

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

/** Whoever controls a name controls this text: nothing in it may end a log line or be markup of a terminal. */
const printable = (line: string): string =>
  line.replace(/[^\x20-\x7e]/g, (character) => `\\${String(character.charCodeAt(0) & 0xff).padStart(3, '0')}`)
