/**
 * The constant parts of the SOA record in our negative answers (RFC 1035 §3.3.13). `invalid` is a name that nobody can
 * own (RFC 6761 §6.4), so that nobody gets mail or updates for it.
 *
 * ```
 *  | MNAME weir.invalid | RNAME hostmaster.weir.invalid | SERIAL | REFRESH | RETRY | EXPIRE | MINIMUM |
 *  `-------------- BLOCK_SOA_NAMES --------------------'`---------- SOA_TIMERS -----------'
 * ```
 */
import { toWire } from '@weir/shared/dns/domain-name'

/** MNAME and RNAME, written out. */
export const BLOCK_SOA_NAMES: Uint8Array = Uint8Array.from([
  ...toWire('weir.invalid'),
  ...toWire('hostmaster.weir.invalid'),
])

/** Serial 1, refresh 1 h, retry 10 min, expire 1 day: nobody transfers this zone; MINIMUM is set per answer. */
export const SOA_TIMERS: Uint8Array = Uint8Array.of(0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 2, 88, 0, 1, 81, 128)
