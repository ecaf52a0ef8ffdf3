/** IPv4 addresses inside IPv6 ones, as NAT64 translates them (RFC 6052). */
import { type AddressPrefix, IPV4_OCTETS, IPV6_OCTETS, parsePrefix, prefixContains } from './ip-address.ts'

/** RFC 6052 §2.2. */
const PREFIX_BITS: ReadonlySet<number> = new Set([32, 40, 48, 56, 64, 96])
/** Octet 8 (bits 64 to 71) is zero in every such address. */
const ZERO_OCTET = 8
/** RFC 6052 §2.1: for global addresses alone (§3.1). */
export const WELL_KNOWN_NAT64 = '64:ff9b::/96'

/** @returns undefined for anything but an IPv6 prefix of a length that RFC 6052 has, octet 8 zero */
export function parseNat64Prefix(text: string): AddressPrefix | undefined {
  const prefix = parsePrefix(text)
  if (prefix === undefined || prefix.octets.length !== IPV6_OCTETS || !PREFIX_BITS.has(prefix.bits)) return undefined
  return prefix.octets[ZERO_OCTET] === 0 ? prefix : undefined
}

/** Writes the 16 octets that stand for the IPv4 address at `from` of `source`. */
export function embedIpv4(prefix: AddressPrefix, source: Uint8Array, from: number, out: Uint8Array, at: number): void {
  for (let i = 0; i < IPV6_OCTETS; i++) out[at + i] = i < prefix.bits / 8 ? prefix.octets[i]! : 0
  let to = prefix.bits / 8
  for (let i = 0; i < 4; i++) {
    if (to === ZERO_OCTET) to++
    out[at + to++] = source[from + i]!
  }
}

/** The IPv4 address inside, whatever follows it (RFC 6052 §2.2); undefined for an address that is not under the prefix. */
export function embeddedIpv4(prefix: AddressPrefix, address: Uint8Array): Uint8Array | undefined {
  if (address.length !== IPV6_OCTETS || !prefixContains(prefix, address)) return undefined
  const ipv4 = new Uint8Array(IPV4_OCTETS)
  let from = prefix.bits / 8
  for (let i = 0; i < IPV4_OCTETS; i++) {
    if (from === ZERO_OCTET) from++
    ipv4[i] = address[from++]!
  }
  return ipv4
}
