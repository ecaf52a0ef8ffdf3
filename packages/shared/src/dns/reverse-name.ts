/** Names of reverse mapping: address ↔ in-addr.arpa (RFC 1035 §3.5) and ip6.arpa (RFC 3596 §2.5). */
import { type AddressPrefix, formatAddress, IPV4_OCTETS, IPV6_OCTETS, parseIpv4 } from './ip-address.ts'

/** The canonical reverse name of an address of 4 or 16 octets. */
export function reverseName(address: Uint8Array): string {
  if (address.length === IPV4_OCTETS) return `${[...address].reverse().join('.')}.in-addr.arpa`
  if (address.length !== IPV6_OCTETS) throw new RangeError(`${address.length} octets are no IP address`)
  const nibbles: string[] = []
  for (const octet of address) nibbles.push((octet >> 4).toString(16), (octet & 15).toString(16))
  return `${nibbles.reverse().join('.')}.ip6.arpa`
}

/** The address (canonical text) whose reverse name this canonical name is; undefined for parts of addresses and other names. */
export function addressOfReverseName(name: string): string | undefined {
  if (name.endsWith('.in-addr.arpa')) {
    const octets = parseIpv4(name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.'))
    return octets && formatAddress(octets)
  }
  const match = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)
  if (!match) return undefined
  const nibbles = match[1]!.split('.').slice(0, -1).reverse()
  const octets = Uint8Array.from({ length: IPV6_OCTETS }, (_, i) =>
    Number.parseInt(`${nibbles[2 * i]}${nibbles[2 * i + 1]}`, 16),
  )
  return formatAddress(octets)
}

/** The zones that a prefix is made of: one where it ends between two labels, up to 128 (IPv4) or 8 (IPv6) otherwise. */
export function reverseZones({ octets, bits }: AddressPrefix): string[] {
  const perLabel = octets.length === IPV4_OCTETS ? 8 : 4
  const labels = Math.ceil(bits / perLabel)
  const leftOut = octets.length * (8 / perLabel) - labels
  return Array.from({ length: 2 ** (labels * perLabel - bits) }, (_, i) => {
    const address = Uint8Array.from(octets)
    if (labels > 0) {
      const bit = labels * perLabel - 1
      address[bit >> 3]! += i << (7 - (bit & 7))
    }
    return reverseName(address).split('.').slice(leftOut).join('.')
  })
}
