/** How long an answer stays fresh in an HTTP cache: RFC 8484 §5.1. */
import { RrType } from '@weir/shared/dns/rr-type'
import { readUint32 } from './octets.ts'
import { RecordCursor, Section } from './walk-records.ts'

/** One cursor serves all calls: they run to their end before the next one starts, and each thread has its own module. */
const cursor = new RecordCursor()
const SOA_MINIMUM_OCTETS = 4

/** The shortest TTL of the answer section; without one, what the SOA says of negative answers (RFC 2308 §5); else 0. */
export function freshSeconds(message: Uint8Array, length: number): number {
  let shortest = Number.POSITIVE_INFINITY
  let negative = 0
  cursor.start(message, length)
  while (cursor.next()) {
    if (cursor.section === Section.Answer) shortest = Math.min(shortest, cursor.ttlSeconds)
    else if (cursor.section === Section.Authority && cursor.rrType === RrType.SOA)
      negative = Math.min(cursor.ttlSeconds, readUint32(message, cursor.end - SOA_MINIMUM_OCTETS))
  }
  return Number.isFinite(shortest) ? shortest : negative
}
