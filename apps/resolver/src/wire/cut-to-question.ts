/** Makes a written response short enough for any network: its question and its OPT record stay, TC is set. */
import { RrType } from '@weir/shared/dns/rr-type'
import { Flag, HEADER_OCTETS, HeaderOffset, readFlags } from './header.ts'
import { writeUint16 } from './octets.ts'
import { RecordCursor } from './walk-records.ts'
import { OPT_OCTETS } from './write-opt.ts'

/** One cursor serves all calls: they run to their end before the next one starts, and each thread has its own module. */
const cursor = new RecordCursor()

/**
 * Removes all records but OPT, in place, so that the client asks again over TCP (RFC 2181 §9, RFC 6891 §6.1.1). OPT loses its
 * options: they may be what was too long.
 * @param message a whole response, with its question @returns its new length, in octets
 */
export function cutToQuestion(message: Uint8Array, length: number): number {
  cursor.start(message, length)
  if (cursor.isMalformed) return HEADER_OCTETS
  const end = cursor.end
  let hasOpt = false
  while (!hasOpt && cursor.next()) hasOpt = cursor.rrType === RrType.OPT
  if (hasOpt) {
    message.copyWithin(end, cursor.ownerOffset, cursor.ownerOffset + OPT_OCTETS)
    writeUint16(message, end + OPT_OCTETS - 2, 0)
  }
  writeUint16(message, HeaderOffset.flags, readFlags(message) | Flag.TC)
  writeUint16(message, HeaderOffset.ancount, 0)
  writeUint16(message, HeaderOffset.nscount, 0)
  writeUint16(message, HeaderOffset.arcount, hasOpt ? 1 : 0)
  return hasOpt ? end + OPT_OCTETS : end
}
