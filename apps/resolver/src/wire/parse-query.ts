/**
 * Reads one query in place: header, exactly one question, at most one OPT record.
 *
 * Allocates nothing and reads each octet about once, so that what it refuses costs no more than what it accepts: counts
 * are compared with the octets that are there before anything is walked.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { Flag, HEADER_OCTETS, HeaderOffset } from './header.ts'
import { lowerCase, readUint16 } from './octets.ts'
import { MAX_NAME_OCTETS, type QueryView } from './query-view.ts'
import { skipName } from './read-name.ts'

/** What a message from a client is. */
export const ParseVerdict = {
  /** A query to answer; the view is complete. */
  Ok: 0,
  /** No header, or a response: answering it could start a loop between two servers. */
  Silent: 1,
  FormErr: 2,
  /** An OPCODE other than QUERY (RFC 1035 §4.1.1). Only the header was read, and the OPT record where it stands as in a query. */
  NotImp: 3,
  /** An EDNS version that is not 0 (RFC 6891 §6.1.3). The question was read. */
  BadVers: 4,
  /** No question, but a cookie: it asks for ours (RFC 7873 §5.4). */
  CookieOnly: 5,
} as const
export type ParseVerdict = (typeof ParseVerdict)[keyof typeof ParseVerdict]

/** Owner (at least the root), type, class, TTL, RDLENGTH. */
const MIN_RECORD_OCTETS = 11
/** Type and class. */
const QUESTION_TAIL_OCTETS = 4
/** Code and length of one EDNS option. */
const OPTION_HEADER_OCTETS = 4
/** DO, in the lower half of the OPT record's TTL (RFC 6891 §6.1.3). */
const DNSSEC_OK = 0x8000
const MALFORMED = -1

const COOKIE_OPTION = 10
const KEEPALIVE_OPTION = 11
/** A client's cookie, alone or with a server's of 8 to 32 octets (RFC 7873 §4). */
export const CLIENT_COOKIE_OCTETS = 8
const MIN_FULL_COOKIE_OCTETS = 16
const MAX_FULL_COOKIE_OCTETS = 40

/**
 * Fills `view` from the first `length` octets of `message`, as far as the verdict goes: what could not be read is zero,
 * so that `ResponseWriter` answers each verdict with what is known (without a question: `qnameLength` is 0).
 *
 * A query with records in its answer or authority section is malformed, as Unbound has it too; so is one with octets
 * behind its last record. Other records of the additional section (TSIG, SIG(0)) are stepped over.
 * @see RFC 1035 §4.1, RFC 6891 §6.1, RFC 9619 (one question)
 */
export function parseQuery(message: Uint8Array, length: number, view: QueryView): ParseVerdict {
  clear(view)
  if (length < HEADER_OCTETS) return ParseVerdict.Silent
  view.id = readUint16(message, HeaderOffset.id)
  view.flags = readUint16(message, HeaderOffset.flags)
  if ((view.flags & Flag.QR) !== 0) return ParseVerdict.Silent
  if ((view.flags & Flag.OPCODE) !== 0) return readOtherOpcode(message, length, view)
  const questionCount = readUint16(message, HeaderOffset.qdcount)
  if (questionCount === 0) return readCookieQuery(message, length, view)
  if (questionCount !== 1) return ParseVerdict.FormErr
  const end = readQuestion(message, length, view)
  if (end === MALFORMED) return ParseVerdict.FormErr
  if (hasOtherRecords(message)) return isZoneTransfer(message, view) ? ParseVerdict.Ok : ParseVerdict.FormErr
  const recordCount = readUint16(message, HeaderOffset.arcount)
  if (recordCount === 0) return end === length ? ParseVerdict.Ok : ParseVerdict.FormErr
  return readAdditional(message, length, end, recordCount, view)
}

/** Records in the answer or the authority section. */
const hasOtherRecords = (message: Uint8Array): boolean =>
  readUint16(message, HeaderOffset.ancount) !== 0 || readUint16(message, HeaderOffset.nscount) !== 0

/** IXFR brings the SOA record that its client has (RFC 1995 §3), which nobody here reads: it is refused as others are. */
const isZoneTransfer = (message: Uint8Array, { qtype }: QueryView): boolean =>
  qtype === RrType.IXFR && readUint16(message, HeaderOffset.ancount) === 0

/** What the sections hold is another protocol's, but who speaks EDNS is answered with EDNS (RFC 6891 §6.1.1). */
function readOtherOpcode(message: Uint8Array, length: number, view: QueryView): ParseVerdict {
  const recordCount = readUint16(message, HeaderOffset.arcount)
  if (recordCount === 0 || readUint16(message, HeaderOffset.qdcount) !== 1 || hasOtherRecords(message))
    return ParseVerdict.NotImp
  const end = readQuestion(message, length, view)
  if (end !== MALFORMED) readAdditional(message, length, end, recordCount, view)
  view.qnameLength = 0
  view.labelCount = 0
  view.qtype = 0
  view.qclass = 0
  return ParseVerdict.NotImp
}

function readCookieQuery(message: Uint8Array, length: number, view: QueryView): ParseVerdict {
  if (hasOtherRecords(message)) return ParseVerdict.FormErr
  const recordCount = readUint16(message, HeaderOffset.arcount)
  if (recordCount === 0) return ParseVerdict.FormErr
  const verdict = readAdditional(message, length, HEADER_OCTETS, recordCount, view)
  if (verdict !== ParseVerdict.Ok) return verdict
  return view.cookieLength > 0 ? ParseVerdict.CookieOnly : ParseVerdict.FormErr
}

function clear(view: QueryView): void {
  view.id = 0
  view.flags = 0
  view.qnameLength = 0
  view.labelCount = 0
  view.qtype = 0
  view.qclass = 0
  view.hasOpt = false
  view.payloadSize = 0
  view.dnssecOk = false
  view.ednsVersion = 0
  view.optionsOffset = 0
  view.optionsLength = 0
  view.cookieOffset = 0
  view.cookieLength = 0
  view.asksKeepalive = false
}

/**
 * @returns the offset behind the question, or MALFORMED; then the view has no name. A compression pointer is malformed:
 *   the first name of a message has nothing to point back to.
 */
function readQuestion(message: Uint8Array, length: number, view: QueryView): number {
  const { qname, labelOffsets } = view
  let position = HEADER_OCTETS
  let written = 0
  let labelCount = 0
  for (;;) {
    if (position >= length) return MALFORMED
    const octet = message[position]!
    qname[written] = octet
    if (octet === 0) break
    if (octet >= 0x40 || position + octet >= length || written + octet + 2 > MAX_NAME_OCTETS) return MALFORMED
    labelOffsets[labelCount++] = written
    for (let i = 1; i <= octet; i++) qname[written + i] = lowerCase(message[position + i]!)
    position += octet + 1
    written += octet + 1
  }
  if (position + 1 + QUESTION_TAIL_OCTETS > length) return MALFORMED
  view.qnameLength = written + 1
  view.labelCount = labelCount
  view.qtype = readUint16(message, position + 1)
  view.qclass = readUint16(message, position + 3)
  return position + 1 + QUESTION_TAIL_OCTETS
}

function readAdditional(
  message: Uint8Array,
  length: number,
  start: number,
  recordCount: number,
  view: QueryView,
): ParseVerdict {
  if (recordCount * MIN_RECORD_OCTETS > length - start) return ParseVerdict.FormErr
  let position = start
  for (let i = 0; i < recordCount; i++) {
    const fixed = skipName(message, length, position)
    if (fixed < 0 || fixed + 10 > length) return ParseVerdict.FormErr
    const rdataOffset = fixed + 10
    const rdataLength = readUint16(message, fixed + 8)
    if (rdataOffset + rdataLength > length) return ParseVerdict.FormErr
    if (readUint16(message, fixed) === RrType.OPT) {
      // RFC 6891 §6.1.1: one OPT at most, and its owner is the root.
      if (view.hasOpt || message[position] !== 0) return ParseVerdict.FormErr
      readOpt(message, fixed, view)
      if (view.ednsVersion === 0 && !readOptions(message, rdataOffset, rdataLength, view)) return ParseVerdict.FormErr
    }
    position = rdataOffset + rdataLength
  }
  if (position !== length) return ParseVerdict.FormErr
  return view.ednsVersion === 0 ? ParseVerdict.Ok : ParseVerdict.BadVers
}

/**
 * ```
 *   fixed: TYPE=41 | CLASS=payload size | TTL: extended RCODE, version, DO+Z | RDLENGTH | options
 * ```
 */
function readOpt(message: Uint8Array, fixed: number, view: QueryView): void {
  view.hasOpt = true
  view.payloadSize = readUint16(message, fixed + 2)
  view.ednsVersion = message[fixed + 5]!
  view.dnssecOk = (readUint16(message, fixed + 6) & DNSSEC_OK) !== 0
  view.optionsOffset = fixed + 10
  view.optionsLength = readUint16(message, fixed + 8)
}

/**
 * Notes the options that somebody here reads; all others are stepped over (RFC 6891 §6.1.2). Of several cookies the first
 * one counts (RFC 7873 §4).
 * @returns false when the lengths do not add up to exactly the RDATA, or a cookie has a length that none has
 */
function readOptions(message: Uint8Array, offset: number, length: number, view: QueryView): boolean {
  const end = offset + length
  let position = offset
  while (position + OPTION_HEADER_OCTETS <= end) {
    const code = readUint16(message, position)
    const octets = readUint16(message, position + 2)
    position += OPTION_HEADER_OCTETS
    if (code === COOKIE_OPTION && view.cookieLength === 0) {
      if (!isCookieLength(octets) || position + octets > end) return false
      view.cookieOffset = position
      view.cookieLength = octets
    } else if (code === KEEPALIVE_OPTION) view.asksKeepalive = true
    position += octets
  }
  return position === end
}

const isCookieLength = (octets: number): boolean =>
  octets === CLIENT_COOKIE_OCTETS || (octets >= MIN_FULL_COOKIE_OCTETS && octets <= MAX_FULL_COOKIE_OCTETS)
