/**
 * TTLs of a whole message, changed in place. The OPT record's TTL holds flags (RFC 6891 §6.1.3) and is left alone.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import { writeUint32 } from './octets.ts'
import { RecordCursor } from './walk-records.ts'

/** One cursor serves all calls: they run to their end before the next one starts, and each thread has its own module. */
const cursor = new RecordCursor()

/** Takes `ageSeconds` off every TTL, down to 0: what a cache does before it serves (RFC 1034 §4.1). */
export function ageTtls(message: Uint8Array, length: number, ageSeconds: number): void {
  cursor.start(message, length)
  while (cursor.next())
    if (cursor.rrType !== RrType.OPT)
      writeUint32(message, cursor.ttlOffset, Math.max(0, cursor.ttlSeconds - ageSeconds))
}

/** Brings every TTL into `minSeconds`…`maxSeconds`. */
export function clampTtls(message: Uint8Array, length: number, minSeconds: number, maxSeconds: number): void {
  cursor.start(message, length)
  while (cursor.next())
    if (cursor.rrType !== RrType.OPT)
      writeUint32(message, cursor.ttlOffset, Math.min(Math.max(cursor.ttlSeconds, minSeconds), maxSeconds))
}
