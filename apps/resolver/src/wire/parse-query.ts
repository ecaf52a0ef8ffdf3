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
  /** An OPCODE other than QUERY (RFC 1035 §4.1.1). Only the header was read. */
  NotImp: 3,
  /** An EDNS version that is not 0 (RFC 6891 §6.1.3). The question was read. */
  BadVers: 4,
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
  if ((view.flags & Flag.OPCODE) !== 0) return ParseVerdict.NotImp
  if (readUint16(message, HeaderOffset.qdcount) !== 1) return ParseVerdict.FormErr
  const end = readQuestion(message, length, view)
  if (end === MALFORMED) return ParseVerdict.FormErr
  if (readUint16(message, HeaderOffset.ancount) !== 0) return ParseVerdict.FormErr
  if (readUint16(message, HeaderOffset.nscount) !== 0) return ParseVerdict.FormErr
  const recordCount = readUint16(message, HeaderOffset.arcount)
  if (recordCount === 0) return end === length ? ParseVerdict.Ok : ParseVerdict.FormErr
  return readAdditional(message, length, end, recordCount, view)
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
      if (view.ednsVersion === 0 && !areOptionsWhole(message, rdataOffset, rdataLength)) return ParseVerdict.FormErr
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

/** Do the options' lengths add up to exactly the RDATA? What is in them is for whoever wants one. */
function areOptionsWhole(message: Uint8Array, offset: number, length: number): boolean {
  const end = offset + length
  let position = offset
  while (position + OPTION_HEADER_OCTETS <= end) position += OPTION_HEADER_OCTETS + readUint16(message, position + 2)
  return position === end
}
