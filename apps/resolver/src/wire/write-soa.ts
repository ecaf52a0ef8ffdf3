/**
 * The RDATA of the SOA record in our negative answers (RFC 1035 §3.3.13). `invalid` is a name that nobody can own
 * (RFC 6761 §6.4), so that nobody gets mail or updates for it.
 *
 * ```
 *  | MNAME weir.invalid | RNAME hostmaster.weir.invalid | SERIAL | REFRESH | RETRY | EXPIRE | MINIMUM |
 *  `------------------ NAMES -------------------'`------------- TIMERS --------------'
 * ```
 */
import { toWire } from '@weir/shared/dns/domain-name'
import { copyOctets, writeUint32 } from './octets.ts'

/** MNAME and RNAME, written out. */
const NAMES: Uint8Array = Uint8Array.from([...toWire('weir.invalid'), ...toWire('hostmaster.weir.invalid')])

/** Serial 1, refresh 1 h, retry 10 min, expire 1 day: nobody transfers this zone. */
const TIMERS: Uint8Array = Uint8Array.of(0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 2, 88, 0, 1, 81, 128)

export const SOA_RDATA_OCTETS = NAMES.length + TIMERS.length + 4

/** Writes SOA_RDATA_OCTETS at `offset`. @param minimumSeconds MINIMUM: how long clients may keep the negative answer */
export function writeSoaRdata(out: Uint8Array, offset: number, minimumSeconds: number): void {
  copyOctets(NAMES, 0, NAMES.length, out, offset)
  copyOctets(TIMERS, 0, TIMERS.length, out, offset + NAMES.length)
  writeUint32(out, offset + SOA_RDATA_OCTETS - 4, minimumSeconds)
}
