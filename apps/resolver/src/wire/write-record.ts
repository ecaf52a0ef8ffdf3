/** What stands between a record's owner and its RDATA (RFC 1035 §4.1.3); `walk-records.ts` draws it. */
import { writeUint16, writeUint32 } from './octets.ts'
import { RECORD_FIXED_OCTETS } from './walk-records.ts'

/** Writes it at `offset`; there must be room. @returns the offset behind it, where RDATA goes */
export function writeRecordFixed(
  out: Uint8Array,
  offset: number,
  rrType: number,
  rrClass: number,
  ttlSeconds: number,
  rdataLength: number,
): number {
  writeUint16(out, offset, rrType)
  writeUint16(out, offset + 2, rrClass)
  writeUint32(out, offset + 4, ttlSeconds)
  writeUint16(out, offset + 8, rdataLength)
  return offset + RECORD_FIXED_OCTETS
}
