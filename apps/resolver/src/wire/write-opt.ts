/**
 * The OPT record of our responses (RFC 6891 §6.1), with an Extended DNS Error where there is one (RFC 8914 §2).
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { copyOctets, writeUint16 } from './octets.ts'

/** What we take over UDP ourselves: passes common paths without fragments (RFC 9715, DNS Flag Day 2020). */
export const OWN_PAYLOAD_OCTETS = 1232
/** An OPT record without options. */
export const OPT_OCTETS = 11
/** Names a list or a rule; longer text is for the console, not for packets that must stay small. */
const MAX_EXTRA_TEXT_OCTETS = 200

const EXTENDED_ERROR_OPTION = 15
const EXTENDED_ERROR_FIXED_OCTETS = 6
const DNSSEC_OK = 0x8000

/** What goes into the record; written over for each response. */
export class OptFields {
  /** All twelve bits. */
  rcode = 0
  dnssecOk = false
  /** INFO-CODE; -1: no Extended DNS Error. */
  infoCode = -1
  /** UTF-8. */
  extraText: Uint8Array | null = null
}

/**
 * Writes the record at `offset`, where `room` octets are free, at least OPT_OCTETS. The text, then the whole Extended
 * DNS Error, is left out where it does not fit: an explanation never pushes out an answer.
 * @returns octets written
 */
export function writeOpt(out: Uint8Array, offset: number, room: number, fields: OptFields): number {
  out[offset] = 0
  writeUint16(out, offset + 1, RrType.OPT)
  writeUint16(out, offset + 3, OWN_PAYLOAD_OCTETS)
  out[offset + 5] = fields.rcode >>> 4
  out[offset + 6] = 0
  writeUint16(out, offset + 7, fields.dnssecOk ? DNSSEC_OK : 0)
  const optionOctets = writeExtendedError(out, offset + OPT_OCTETS, room - OPT_OCTETS, fields)
  writeUint16(out, offset + 9, optionOctets)
  return OPT_OCTETS + optionOctets
}

function writeExtendedError(out: Uint8Array, offset: number, room: number, fields: OptFields): number {
  if (fields.infoCode < 0 || room < EXTENDED_ERROR_FIXED_OCTETS) return 0
  const textRoom = Math.min(room - EXTENDED_ERROR_FIXED_OCTETS, MAX_EXTRA_TEXT_OCTETS)
  const text = fields.extraText
  const textOctets = text === null ? 0 : clippedLength(text, textRoom)
  writeUint16(out, offset, EXTENDED_ERROR_OPTION)
  writeUint16(out, offset + 2, 2 + textOctets)
  writeUint16(out, offset + 4, fields.infoCode)
  if (text !== null) copyOctets(text, 0, textOctets, out, offset + EXTENDED_ERROR_FIXED_OCTETS)
  return EXTENDED_ERROR_FIXED_OCTETS + textOctets
}

/** Octets of `text` that fit into `room` without cutting a character in two. */
function clippedLength(text: Uint8Array, room: number): number {
  if (text.length <= room) return text.length
  let length = room
  while (length > 0 && (text[length]! & 0xc0) === 0x80) length--
  return length
}
