/**
 * What an address is for: globally reachable or special-purpose. Guards fetches (SSRF) and answers (DNS rebinding).
 *
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, registries of 2025-10), RFC 5771 and RFC 4291
 * §2.7 for multicast. IPv6 forms that carry an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) are judged by the
 * address inside as well: they reach the same host.
 */
import { type AddressPrefix, IPV4_OCTETS, IPV6_OCTETS, parsePrefix, prefixContains } from './ip-address.ts'

export type AddressKind =
  | 'global'
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'multicast'
  | 'documentation'
  | 'reserved'

type Row = readonly [prefix: AddressPrefix, kind: AddressKind]
const row = (text: string, kind: AddressKind): Row => [parsePrefix(text)!, kind]

/** First match wins: narrow exceptions stand before the blocks that hold them. */
const IPV4_ROWS: readonly Row[] = [
  row('0.0.0.0/32', 'unspecified'),
  row('0.0.0.0/8', 'reserved'), // RFC 791 "this network"; Linux connects 0.x to itself
  row('10.0.0.0/8', 'private'), // RFC 1918
  row('100.64.0.0/10', 'shared'), // RFC 6598, carrier NAT
  row('127.0.0.0/8', 'loopback'),
  row('169.254.0.0/16', 'link-local'), // RFC 3927; cloud metadata services
  row('172.16.0.0/12', 'private'),
  row('192.0.0.9/32', 'global'), // RFC 7723 PCP anycast
  row('192.0.0.10/32', 'global'), // RFC 8155 TURN anycast
  row('192.0.0.0/24', 'reserved'), // RFC 6890
  row('192.0.2.0/24', 'documentation'), // RFC 5737
  row('192.168.0.0/16', 'private'),
  row('198.18.0.0/15', 'private'), // RFC 2544 benchmarking: never routed
  row('198.51.100.0/24', 'documentation'),
  row('203.0.113.0/24', 'documentation'),
  row('224.0.0.0/4', 'multicast'),
  row('240.0.0.0/4', 'reserved'), // RFC 1112 §4, and the limited broadcast address
]

const IPV6_ROWS: readonly Row[] = [
  row('::/128', 'unspecified'),
  row('::1/128', 'loopback'),
  row('64:ff9b:1::/48', 'private'), // RFC 8215 local-use NAT64
  row('100::/64', 'reserved'), // RFC 6666 discard-only
  row('100:0:0:1::/64', 'reserved'), // RFC 9780
  row('2001:1::1/128', 'global'), // RFC 7723
  row('2001:1::2/128', 'global'), // RFC 8155
  row('2001:1::3/128', 'global'), // RFC 9665
  row('2001:3::/32', 'global'), // RFC 7450 AMT
  row('2001:4:112::/48', 'global'), // RFC 7535 AS112
  row('2001:20::/28', 'global'), // RFC 7343 ORCHIDv2
  row('2001:30::/28', 'global'), // RFC 9374 drone tags
  row('2001:db8::/32', 'documentation'), // RFC 3849
  row('2001::/23', 'reserved'), // RFC 2928; Teredo is unpacked before
  row('3fff::/20', 'documentation'), // RFC 9637
  row('5f00::/16', 'reserved'), // RFC 9602 SRv6 SIDs
  row('fc00::/7', 'private'), // RFC 4193
  row('fe80::/10', 'link-local'), // RFC 4291 §2.5.6
  row('fec0::/10', 'private'), // RFC 3879, deprecated site-local
  row('ff00::/8', 'multicast'),
]

/** IPv6 prefixes that carry an IPv4 address, and where in it. */
const CARRIERS: readonly (readonly [prefix: AddressPrefix, offset: number, isInverted: boolean])[] = [
  [parsePrefix('::ffff:0:0/96')!, 12, false], // RFC 4291 §2.5.5.2
  [parsePrefix('::ffff:0:0:0/96')!, 12, false], // RFC 2765, IPv4-translated
  [parsePrefix('64:ff9b::/96')!, 12, false], // RFC 6052
  [parsePrefix('2002::/16')!, 2, false], // RFC 3056, 6to4
  [parsePrefix('2001::/32')!, 12, true], // RFC 4380, Teredo: the client's address, inverted
  [parsePrefix('::/96')!, 12, false], // RFC 4291 §2.5.5.1, deprecated; `::` and `::1` have rows of their own
]

/** The IPv4 address inside an IPv6 one, or undefined. */
export function embeddedIpv4(address: Uint8Array): Uint8Array | undefined {
  if (address.length !== IPV6_OCTETS) return undefined
  for (const [prefix, offset, isInverted] of CARRIERS) {
    if (!prefixContains(prefix, address)) continue
    const inside = address.slice(offset, offset + IPV4_OCTETS)
    return isInverted ? inside.map((octet) => octet ^ 0xff) : inside
  }
  return undefined
}

const lookUp = (rows: readonly Row[], address: Uint8Array): AddressKind =>
  rows.find(([prefix]) => prefixContains(prefix, address))?.[1] ?? 'global'

/**
 * What an address of 4 or 16 octets is for.
 * @throws RangeError for any other length
 */
export function addressKind(address: Uint8Array): AddressKind {
  if (address.length === IPV4_OCTETS) return lookUp(IPV4_ROWS, address)
  if (address.length !== IPV6_OCTETS) throw new RangeError(`${address.length} octets are no IP address`)
  const inside = lookUp(IPV6_ROWS.slice(0, 2), address) === 'global' ? embeddedIpv4(address) : undefined
  if (inside) {
    const kind = lookUp(IPV4_ROWS, inside)
    // A Teredo or 6to4 address around a global one is reachable; ::/96 itself is not.
    return kind === 'global' && prefixContains(CARRIERS.at(-1)![0], address) ? 'reserved' : kind
  }
  return lookUp(IPV6_ROWS, address)
}

/**
 * Is this an address that no name of the outside world should lead to: anything but a globally reachable one?
 * Documentation prefixes count as private here: nothing legitimate answers from them.
 */
export const isPrivateAddress = (address: Uint8Array): boolean => addressKind(address) !== 'global'
