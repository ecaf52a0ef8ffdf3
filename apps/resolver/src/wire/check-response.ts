/**
 * Decides whether a message is the response to a question, and what it says.
 *
 * Whatever fails here is to be treated as never received: the caller goes on waiting for the right response, since a
 * forger's message must not be able to end the wait (the "TuDoor" flaws).
 */

import { Rcode } from '@weir/shared/dns/rcode'
import { RrType } from '@weir/shared/dns/rr-type'
import { fail, ok, type Result } from '@weir/shared/result'
import { withoutStrangers } from './answer-chain.ts'
import { Flag, HEADER_OCTETS, HeaderOffset, readFlags, readId, writeId } from './header.ts'
import { lowerQname } from './lower-qname.ts'
import { readUint16, readUint32, writeUint16 } from './octets.ts'
import { MAX_NAME_OCTETS } from './query-view.ts'
import { isRdataSound } from './rdata-names.ts'
import { isNameAt, readName, skipName } from './read-name.ts'
import { RecordCursor, Section } from './walk-records.ts'

/** What was asked of the upstream. */
export interface AskedQuestion {
  readonly id: number
  /** Plain wire labels in lower case; exactly its octets. */
  readonly name: Uint8Array
  readonly qtype: number
  readonly qclass: number
}

export type ResponseFault =
  /** Too short for a header and a question, QR not set, or an OPCODE other than QUERY. */
  | 'not-a-response'
  | 'wrong-id'
  | 'wrong-question'
  /** A record, a name or RDATA that does not fit, or several OPT records. */
  | 'malformed'

export type ResponseKind =
  /** Records of the type asked for, or any for ANY. */
  | 'answer'
  /** NOERROR without such records (RFC 2308 §2.2); perhaps with a CNAME. */
  | 'nodata'
  | 'nxdomain'
  /** NS records of another zone in place of an answer: the server does not recurse. */
  | 'referral'
  /** Any other RCODE. */
  | 'failure'

/** A response that passed, and what it says. */
export interface CheckedResponse {
  /** The octets that were checked, changed in place: ID zero, QNAME in lower case, no OPT record. */
  readonly message: Uint8Array
  /** Octets of it that are the response. */
  readonly length: number
  readonly kind: ResponseKind
  /** Twelve bits: with the OPT record's upper eight. */
  readonly rcode: number
  readonly isTruncated: boolean
  readonly isAuthenticData: boolean
  readonly hasOpt: boolean
  /** INFO-CODE of the first Extended DNS Error (RFC 8914); -1: none. */
  readonly extendedError: number
  /** Where in the message the first cookie (RFC 7873) stood, behind `length`, and its octets; -1: there was none. */
  readonly cookieOffset: number
  readonly cookieOctets: number
  /** Smallest TTL of all records; 0 when there are none. */
  readonly smallestTtlSeconds: number
  /** The smaller of the SOA record's TTL and its MINIMUM (RFC 2308 §5); -1: no SOA in the authority section. */
  readonly negativeTtlSeconds: number
}

const COOKIE_OPTION = 10
const EXTENDED_ERROR_OPTION = 15

/** One cursor and one name serve all calls: they run to their end before the next one starts, and each thread has its own module. */
const record = new RecordCursor()
const scratch = new Uint8Array(MAX_NAME_OCTETS)

/**
 * Checks the first `length` octets of `message` against `question`. Once they have passed they are brought into the form
 * that is kept, in place; otherwise they stay as they are.
 *
 * Records that do not belong to the question are left out, as if they had not been sent, and so are octets behind the last
 * record: RFC 1035 knows none, but some servers send them, and of the usual resolvers only Knot's refuses those.
 * A truncated response (TC) passes too, if its records fit: the caller asks again over TCP.
 */
export function checkResponse(
  message: Uint8Array,
  length: number,
  question: AskedQuestion,
): Result<CheckedResponse, ResponseFault> {
  if (length < HEADER_OCTETS) return fail('not-a-response')
  const flags = readFlags(message)
  if ((flags & Flag.QR) === 0 || (flags & Flag.OPCODE) !== 0) return fail('not-a-response')
  if (readId(message) !== question.id) return fail('wrong-id')
  if (!isSameQuestion(message, length, question)) return fail('wrong-question')
  const walk = new Walk(question.qtype)
  const end = walk.run(message, length)
  if (end < 0) return fail('malformed')
  const related = withoutStrangers(message, end, question.name)
  if (related !== null) return checkResponse(related, related.length, question)
  const rcode = (walk.extendedRcode << 4) | (flags & Flag.RCODE)
  const keptLength = withoutOpt(message, end, walk)
  writeId(message, 0)
  lowerQname(message, keptLength, question.name)
  return ok({
    message,
    length: keptLength,
    kind: walk.kind(rcode),
    rcode,
    isTruncated: (flags & Flag.TC) !== 0,
    isAuthenticData: (flags & Flag.AD) !== 0,
    hasOpt: walk.optOffset !== 0,
    extendedError: walk.extendedError,
    cookieOffset: walk.cookieOffset,
    cookieOctets: walk.cookieOctets,
    smallestTtlSeconds: walk.smallestTtlSeconds,
    negativeTtlSeconds: walk.negativeTtlSeconds,
  })
}

function isSameQuestion(message: Uint8Array, length: number, question: AskedQuestion): boolean {
  if (readUint16(message, HeaderOffset.qdcount) !== 1) return false
  const { name, qtype, qclass } = question
  if (!isNameAt(message, length, HEADER_OCTETS, name)) return false
  const tail = HEADER_OCTETS + name.length
  return tail + 4 <= length && readUint16(message, tail) === qtype && readUint16(message, tail + 2) === qclass
}

/** One pass over the records of a response. */
class Walk {
  extendedRcode = 0
  extendedError = -1
  cookieOffset = 0
  cookieOctets = -1
  smallestTtlSeconds = 0
  negativeTtlSeconds = -1
  /** Offset of the OPT record; 0: none. */
  optOffset = 0
  /** Additional records in front of it. */
  additionalBeforeOpt = 0

  readonly #qtype: number
  #recordCount = 0
  #hasAnswer = false
  #hasCname = false
  #hasNs = false

  constructor(qtype: number) {
    this.#qtype = qtype
  }

  /** @returns offset behind the last record; -1: the message is malformed */
  run(message: Uint8Array, length: number): number {
    record.start(message, length)
    while (record.next()) {
      if (readName(message, length, record.ownerOffset, scratch) < 0) return -1
      if (record.rrType === RrType.OPT) {
        if (!this.#seeOpt(message)) return -1
        continue
      }
      if (!isRdataSound(message, length, record, scratch)) return -1
      this.#see(message, length)
    }
    return record.isMalformed ? -1 : record.end
  }

  kind(rcode: number): ResponseKind {
    if (rcode === Rcode.NXDOMAIN) return 'nxdomain'
    if (rcode !== Rcode.NOERROR) return 'failure'
    if (this.#hasAnswer) return 'answer'
    return this.#hasNs && !this.#hasCname && this.negativeTtlSeconds < 0 ? 'referral' : 'nodata'
  }

  #see(message: Uint8Array, length: number): void {
    const { section, rrType, ttlSeconds } = record
    this.smallestTtlSeconds = this.#recordCount === 0 ? ttlSeconds : Math.min(this.smallestTtlSeconds, ttlSeconds)
    this.#recordCount++
    if (section === Section.Answer) {
      if (rrType === this.#qtype || this.#qtype === RrType.ANY) this.#hasAnswer = true
      if (rrType === RrType.CNAME) this.#hasCname = true
    } else if (section === Section.Authority) {
      if (rrType === RrType.NS) this.#hasNs = true
      if (rrType === RrType.SOA) {
        const rname = skipName(message, length, record.rdataOffset)
        const minimum = readUint32(message, skipName(message, length, rname) + 16)
        this.negativeTtlSeconds = Math.min(ttlSeconds, minimum)
      }
    } else if (this.optOffset === 0) this.additionalBeforeOpt++
  }

  #seeOpt(message: Uint8Array): boolean {
    const isPlaced = record.section === Section.Additional && message[record.ownerOffset] === 0
    if (!isPlaced || this.optOffset !== 0) return false
    this.optOffset = record.ownerOffset
    this.extendedRcode = message[record.fixedOffset + 4]!
    let position = record.rdataOffset
    while (position + 4 <= record.end) {
      const optionLength = readUint16(message, position + 2)
      const option = readUint16(message, position)
      if (option === EXTENDED_ERROR_OPTION && optionLength >= 2 && this.extendedError < 0)
        this.extendedError = readUint16(message, position + 4)
      else if (option === COOKIE_OPTION && this.cookieOctets < 0) {
        this.cookieOffset = position + 4
        this.cookieOctets = optionLength
      }
      position += 4 + optionLength
    }
    return position === record.end
  }
}

/**
 * Cuts the OPT record off. With it goes what stands behind it: moving records that may hold compression
 * pointers is not worth it for the additional section, which nobody relies on (TSIG and SIG(0) are for one hop anyway).
 * @returns octets that are left
 */
function withoutOpt(message: Uint8Array, length: number, walk: Walk): number {
  if (walk.optOffset === 0) return length
  writeUint16(message, HeaderOffset.arcount, walk.additionalBeforeOpt)
  return walk.optOffset
}
