/** The addresses that a record leads a client to: of A and AAAA, and the hints of HTTPS and SVCB (RFC 9460 §7.3). */
import { RrType } from '@weir/shared/dns/rr-type'
import { readUint16 } from './octets.ts'
import type { RecordCursor } from './walk-records.ts'

const IPV4_OCTETS = 4
const IPV6_OCTETS = 16
/** SvcPriority, before the TargetName (RFC 9460 §2.2). */
const SVC_PRIORITY_OCTETS = 2
/** SvcParamKeys of the hints. */
const IPV4_HINT = 4
const IPV6_HINT = 6

/** Length octets from here on are compression pointers (RFC 1035 §4.1.4). */
const POINTER = 0xc0

/** @param offset of the address in the message @returns true to look no further */
type Visit = (offset: number, octets: number) => boolean

/** Shows each address of the record at `record` to `visit`. @returns true when `visit` said so */
export function forEachAddress(message: Uint8Array, record: RecordCursor, visit: Visit): boolean {
  switch (record.rrType) {
    case RrType.A:
      return record.rdataLength === IPV4_OCTETS && visit(record.rdataOffset, IPV4_OCTETS)
    case RrType.AAAA:
      return record.rdataLength === IPV6_OCTETS && visit(record.rdataOffset, IPV6_OCTETS)
    case RrType.HTTPS:
    case RrType.SVCB:
      return forEachHint(message, record, visit)
    default:
      return false
  }
}

/** SvcParams: key, length, value, behind a name (uncompressed, RFC 9460 §2.2, but a pointer is skipped too). What does not fit is not looked at. */
function forEachHint(message: Uint8Array, { rdataOffset, end }: RecordCursor, visit: Visit): boolean {
  let offset = rdataOffset + SVC_PRIORITY_OCTETS
  while (offset < end && message[offset] !== 0 && message[offset]! < POINTER) offset += message[offset]! + 1
  offset += message[offset]! < POINTER ? 1 : 2
  while (offset + 4 <= end) {
    const key = readUint16(message, offset)
    const valueEnd = Math.min(offset + 4 + readUint16(message, offset + 2), end)
    const step = key === IPV4_HINT ? IPV4_OCTETS : key === IPV6_HINT ? IPV6_OCTETS : 0
    if (step > 0) for (let i = offset + 4; i + step <= valueEnd; i += step) if (visit(i, step)) return true
    offset = valueEnd
  }
  return false
}
