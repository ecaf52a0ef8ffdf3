/**
 * IP addresses and prefixes: text ↔ octets in network order.
 *
 * IPv4 as four decimal numbers without leading zeros (RFC 6943 §3.1.1 tells what the laxer forms cost), IPv6 by RFC 4291
 * §2.2, printed by RFC 5952. No zone ids. Browser-safe; returns undefined for what is no address.
 */

export const IPV4_OCTETS = 4
export const IPV6_OCTETS = 16

/** An address with the number of its leading bits that count; host bits are zero. */
export interface AddressPrefix {
  /** 4 or 16 octets. */
  readonly octets: Uint8Array
  /** 0…32 or 0…128. */
  readonly bits: number
}

const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

export function parseIpv4(text: string): Uint8Array | undefined {
  const match = IPV4.exec(text)
  if (!match) return undefined
  const octets = Uint8Array.of(Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4]))
  return match.slice(1).every((part) => Number(part) <= 255) ? octets : undefined
}

/** Longest: eight groups of four with an embedded IPv4 address. */
const MAX_IPV6_CHARACTERS = 45

export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length > MAX_IPV6_CHARACTERS || !text.includes(':')) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = readGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? readGroups(halves[1]!, true) : []
  if (!head || !tail) return undefined
  const given = head.length + tail.length
  // `::` stands for at least one group of zeros, so that eight groups leave no room for it.
  if (halves.length === 1 ? given !== IPV6_OCTETS : given > IPV6_OCTETS - 2) return undefined
  const octets = new Uint8Array(IPV6_OCTETS)
  octets.set(head, 0)
  octets.set(tail, IPV6_OCTETS - tail.length)
  return octets
}

function readGroups(text: string, mayEndWithIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      octets.push(value >> 8, value & 0xff)
    } else {
      const embedded = mayEndWithIpv4 && i === groups.length - 1 ? parseIpv4(group) : undefined
      if (!embedded) return undefined
      octets.push(...embedded)
    }
  }
  return octets
}

/** 4 octets for IPv4, 16 for IPv6. */
export const parseAddress = (text: string): Uint8Array | undefined => parseIpv4(text) ?? parseIpv6(text)

/** RFC 5952 §4 for 16 octets (`::ffff:192.0.2.1` for mapped ones, §5), dotted decimal for 4. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === IPV4_OCTETS) return octets.join('.')
  if (octets.length !== IPV6_OCTETS) throw new RangeError(`${octets.length} octets are no IP address`)
  if (isMapped(octets)) return `::ffff:${octets.subarray(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i]! << 8) | octets[2 * i + 1]!)
  const { start, length } = longestZeros(groups)
  const print = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return print(groups)
  return `${print(groups.slice(0, start))}::${print(groups.slice(start + length))}`
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** Address with or without `/bits`; host bits are cleared. */
export function parsePrefix(text: string): AddressPrefix | undefined {
  const [address = '', bitsText, ...rest] = text.split('/')
  const octets = parseAddress(address)
  if (!octets || rest.length > 0) return undefined
  const most = octets.length * 8
  if (bitsText !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bitsText)) return undefined
  const bits = bitsText === undefined ? most : Number(bitsText)
  if (bits > most) return undefined
  for (let i = 0; i < octets.length; i++) octets[i]! &= maskOctet(bits - 8 * i)
  return { octets, bits }
}

/** The mask of one octet of which the first `bits` count; less than 0 and more than 8 are allowed. */
const maskOctet = (bits: number): number => (bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff00 >> bits) & 0xff)

/** The address alone when every bit counts, else `address/bits`. */
export const formatPrefix = ({ octets, bits }: AddressPrefix): string =>
  bits === octets.length * 8 ? formatAddress(octets) : `${formatAddress(octets)}/${bits}`

/** Does the prefix hold the address? An IPv4 prefix never holds an IPv6 address, mapped ones included. */
export function prefixContains(prefix: AddressPrefix, address: Uint8Array): boolean {
  if (address.length !== prefix.octets.length) return false
  for (let i = 0; 8 * i < prefix.bits; i++)
    if ((address[i]! & maskOctet(prefix.bits - 8 * i)) !== prefix.octets[i]) return false
  return true
}

/** Is this ::ffff:0:0/96 (RFC 4291 §2.5.5.2)? */
export function isMapped(octets: Uint8Array): boolean {
  if (octets.length !== IPV6_OCTETS || octets[10] !== 0xff || octets[11] !== 0xff) return false
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return false
  return true
}

/** Writes an address of 4 or 16 octets into `out` (16 octets), IPv4 as ::ffff:a.b.c.d. */
export function writeMapped(address: Uint8Array, out: Uint8Array): void {
  if (address.length === IPV6_OCTETS) {
    out.set(address)
    return
  }
  out.fill(0, 0, 10)
  out[10] = 0xff
  out[11] = 0xff
  out.set(address, 12)
}

/** The 16-octet form of an address of 4 or 16 octets. */
export function toMapped(address: Uint8Array): Uint8Array {
  const out = new Uint8Array(IPV6_OCTETS)
  writeMapped(address, out)
  return out
}

/** The shortest form of 16 octets: 4 (a view of them) when mapped, else the same. */
export const unmapped = (octets: Uint8Array): Uint8Array => (isMapped(octets) ? octets.subarray(12) : octets)
