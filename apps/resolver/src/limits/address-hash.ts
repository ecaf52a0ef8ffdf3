/** Keyed hash of a client's address, for tables of fixed size: strangers choose addresses, but not who shares a place with whom. */
import { isMapped } from '@weir/shared/dns/ip-address'

/** IPv6 clients count by their /64 (RFC 6177: one site holds at least that). */
const V6_NETWORK_OCTETS = 8
/** Begins the hash of proven addresses: 2^32 by the golden ratio, as odd as any. */
const PROVEN = 0x9e3779b9 | 0

/**
 * @param address 16 octets
 * @param isProven nobody else can send from there: counted apart, or whoever forges an address would use up its owner's share
 * @returns 32 bits, not negative
 */
export function hashAddress(address: Uint8Array, key: number, isProven: boolean): number {
  const end = isMapped(address) ? 16 : V6_NETWORK_OCTETS
  let hash = isProven ? key ^ PROVEN : key
  for (let i = 0; i < end; i++) {
    hash = Math.imul(hash ^ address[i]!, 0x5bd1e995)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}
