/**
 * The OPT record of our responses (RFC 6891 §6.1), with a cookie (RFC 7873 §4), the idle time of the connection (RFC 7828 §3.1)
 * and an Extended DNS Error (RFC 8914 §2), where there are any.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { copyOctets, writeUint16 } from './octets.ts'

/** What we take over UDP ourselves: passes common paths without fragments (RFC 9715, DNS Flag Day 2020). */
export const OWN_PAYLOAD_OCTETS = 1232
/** An OPT record without options. */
export const OPT_OCTETS = 11
/** Names a list or a rule; longer text is for the console, not for packets that must stay small. */
const MAX_EXTRA_TEXT_OCTETS = 200

/** Both cookies (RFC 9018 §4): 8 octets of the client, 16 of ours. */
export const RESPONSE_COOKIE_OCTETS = 24
/** What a cookie adds to the record. */
export const COOKIE_OPTION_OCTETS = 4 + RESPONSE_COOKIE_OCTETS

const COOKIE_OPTION = 10
const KEEPALIVE_OPTION = 11
const KEEPALIVE_OCTETS = 6
const EXTENDED_ERROR_OPTION = 15
const EXTENDED_ERROR_FIXED_OCTETS = 6
const DNSSEC_OK = 0x8000

const BEFORE_RULE_NAME = new TextEncoder().encode(', rule ')
const SPACE = 0x20
const DOT = 0x2e
const BACKSLASH = 0x5c
const DELETE = 0x7f

/** What goes into the record; written over for each response. */
export class OptFields {
  /** All twelve bits. */
  rcode = 0
  dnssecOk = false
  /** RESPONSE_COOKIE_OCTETS, or null. */
  cookie: Uint8Array | null = null
  /** TIMEOUT, tenths of a second; -1: not told. */
  keepaliveTenths = -1
  /** INFO-CODE; -1: no Extended DNS Error. */
  infoCode = -1
  /** UTF-8. */
  extraText: Uint8Array | null = null
  /** Wire labels, lower case, whose name from `extraNameOffset` on follows the text as the rule; null: none. */
  extraName: Uint8Array | null = null
  extraNameOffset = 0
}

/**
 * Writes the record at `offset`, where `room` octets are free, at least OPT_OCTETS and those of a cookie. The text, then
 * the whole Extended DNS Error, is left out where it does not fit: an explanation never pushes out an answer.
 * @returns octets written
 */
export function writeOpt(out: Uint8Array, offset: number, room: number, fields: OptFields): number {
  out[offset] = 0
  writeUint16(out, offset + 1, RrType.OPT)
  writeUint16(out, offset + 3, OWN_PAYLOAD_OCTETS)
  out[offset + 5] = fields.rcode >>> 4
  out[offset + 6] = 0
  writeUint16(out, offset + 7, fields.dnssecOk ? DNSSEC_OK : 0)
  const start = offset + OPT_OCTETS
  const limit = offset + room
  let end = start
  if (fields.cookie !== null) end = writeCookie(out, end, fields.cookie)
  if (fields.keepaliveTenths >= 0) end = writeKeepalive(out, end, limit - end, fields.keepaliveTenths)
  end += writeExtendedError(out, end, limit - end, fields)
  writeUint16(out, offset + 9, end - start)
  return end - offset
}

function writeCookie(out: Uint8Array, offset: number, cookie: Uint8Array): number {
  writeUint16(out, offset, COOKIE_OPTION)
  writeUint16(out, offset + 2, RESPONSE_COOKIE_OCTETS)
  copyOctets(cookie, 0, RESPONSE_COOKIE_OCTETS, out, offset + 4)
  return offset + COOKIE_OPTION_OCTETS
}

function writeKeepalive(out: Uint8Array, offset: number, room: number, tenths: number): number {
  if (room < KEEPALIVE_OCTETS) return offset
  writeUint16(out, offset, KEEPALIVE_OPTION)
  writeUint16(out, offset + 2, 2)
  writeUint16(out, offset + 4, tenths)
  return offset + KEEPALIVE_OCTETS
}

function writeExtendedError(out: Uint8Array, offset: number, room: number, fields: OptFields): number {
  if (fields.infoCode < 0 || room < EXTENDED_ERROR_FIXED_OCTETS) return 0
  const textRoom = Math.min(room - EXTENDED_ERROR_FIXED_OCTETS, MAX_EXTRA_TEXT_OCTETS)
  const start = offset + EXTENDED_ERROR_FIXED_OCTETS
  const text = fields.extraText
  let textOctets = text === null ? 0 : clippedLength(text, textRoom)
  if (text !== null) copyOctets(text, 0, textOctets, out, start)
  if (fields.extraName !== null) textOctets += writeRuleName(out, start + textOctets, textRoom - textOctets, fields)
  writeUint16(out, offset, EXTENDED_ERROR_OPTION)
  writeUint16(out, offset + 2, 2 + textOctets)
  writeUint16(out, offset + 4, fields.infoCode)
  return EXTENDED_ERROR_FIXED_OCTETS + textOctets
}

/** `, rule ads.example`: whole, or not at all where it does not fit or would need escapes. @returns octets written */
function writeRuleName(
  out: Uint8Array,
  offset: number,
  room: number,
  { extraName, extraNameOffset }: OptFields,
): number {
  const name = extraName!
  let end = offset + BEFORE_RULE_NAME.length
  for (let at = extraNameOffset, length = name[at]!; length > 0; at += 1 + length, length = name[at]!) {
    const isFirst = at === extraNameOffset
    if (end + length + (isFirst ? 0 : 1) > offset + room) return 0
    if (!isFirst) out[end++] = DOT
    for (let i = at + 1; i <= at + length; i++) {
      const octet = name[i]!
      if (octet <= SPACE || octet >= DELETE || octet === DOT || octet === BACKSLASH) return 0
      out[end++] = octet
    }
  }
  copyOctets(BEFORE_RULE_NAME, 0, BEFORE_RULE_NAME.length, out, offset)
  return end - offset
}

/** Octets of `text` that fit into `room` without cutting a character in two. */
function clippedLength(text: Uint8Array, room: number): number {
  if (text.length <= room) return text.length
  let length = room
  while (length > 0 && (text[length]! & 0xc0) === 0x80) length--
  return length
}
