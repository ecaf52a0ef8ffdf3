/** Notes the first records of a response for the log, by walking its octets; a compressed name is followed. */
import { ANSWER_RECORD_HEADER_OCTETS, MAX_ANSWER_SUMMARY_OCTETS } from '@weir/shared/log/answer-summary'

/** More than these are not shown in any view; each costs time on the query's way. */
const MAX_RECORDS = 4
const HEADER_OCTETS = 12
/** TYPE, CLASS, TTL and RDLENGTH (RFC 1035 §4.1.3). */
const RECORD_FIXED_OCTETS = 10
const A = 1
const CNAME = 5
const AAAA = 28
/** A name has at most 127 labels, so that more jumps than this are a loop. */
const MAX_STEPS = 255

/**
 * Allocates nothing. The response is our own or was checked before it was cached: what makes no sense ends the summary.
 * @param out at least MAX_ANSWER_SUMMARY_OCTETS
 * @returns octets written
 */
export function summariseAnswer(
  response: Uint8Array,
  length: number,
  questionNameLength: number,
  out: Uint8Array,
): number {
  if (length < HEADER_OCTETS || response[5] !== 1) return 0
  const count = (response[6]! << 8) | response[7]!
  let at = HEADER_OCTETS + questionNameLength + 4
  let written = 0
  for (let i = 0; i < count && i < MAX_RECORDS; i++) {
    at = skipName(response, at, length)
    if (at + RECORD_FIXED_OCTETS > length) break
    const rrType = (response[at]! << 8) | response[at + 1]!
    const rdata = at + RECORD_FIXED_OCTETS
    const end = rdata + ((response[at + 8]! << 8) | response[at + 9]!)
    if (end > length) break
    const room = MAX_ANSWER_SUMMARY_OCTETS - written - ANSWER_RECORD_HEADER_OCTETS
    if (room < 0) break
    const kept = writeRdata(rrType, response, rdata, end, length, out, written + ANSWER_RECORD_HEADER_OCTETS, room)
    if (kept < 0) break
    out[written] = rrType >> 8
    out[written + 1] = rrType & 0xff
    out[written + 2] = kept
    written += ANSWER_RECORD_HEADER_OCTETS + kept
    at = end
  }
  return written
}

/** @returns the offset behind the name, or `length` where it makes no sense */
function skipName(message: Uint8Array, from: number, length: number): number {
  let at = from
  while (at < length) {
    const octet = message[at]!
    if (octet === 0) return at + 1
    if (octet >= 0xc0) return at + 2
    at += octet + 1
  }
  return length
}

/** @returns octets written to `out`, -1 when they do not fit */
function writeRdata(
  rrType: number,
  message: Uint8Array,
  rdata: number,
  end: number,
  length: number,
  out: Uint8Array,
  outAt: number,
  room: number,
): number {
  if (rrType === A || rrType === AAAA) {
    const octets = rrType === A ? 4 : 16
    if (end - rdata !== octets) return 0
    if (octets > room) return -1
    for (let i = 0; i < octets; i++) out[outAt + i] = message[rdata + i]!
    return octets
  }
  return rrType === CNAME ? writeName(message, rdata, length, out, outAt, room) : 0
}

/** Writes a name without its compression. @returns octets written; 0 when it does not fit or makes no sense */
function writeName(
  message: Uint8Array,
  from: number,
  length: number,
  out: Uint8Array,
  outAt: number,
  room: number,
): number {
  let at = from
  let written = 0
  for (let step = 0; step < MAX_STEPS && at < length; step++) {
    const octet = message[at]!
    if (octet >= 0xc0) {
      at = ((octet & 0x3f) << 8) | (message[at + 1] ?? 0)
      continue
    }
    if (octet > 63 || written + octet + 1 > room || at + octet + 1 > length) return 0
    for (let i = 0; i <= octet; i++) out[outAt + written + i] = message[at + i]!
    written += octet + 1
    if (octet === 0) return written
    at += octet + 1
  }
  return 0
}
