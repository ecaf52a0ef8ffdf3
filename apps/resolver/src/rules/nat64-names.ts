/** Names that have another meaning where DNS64 is on (RFC 6147 §5.3.1, RFC 8880 §7.2). */
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { type AddressPrefix, parseAddress } from '@weir/shared/dns/ip-address'
import { embeddedIpv4, embedIpv4 } from '@weir/shared/dns/nat64'
import { addressOfReverseName, reverseName } from '@weir/shared/dns/reverse-name'
import type { LocalAnswer, NameTarget } from '../query/policy-parts.ts'
import type { NameOctets } from './name-hash.ts'

/** Aliases hold as long as the prefix is configured; who changes that does not wait long. */
const TTL_SECONDS = 600
/** 32 nibbles and `ip6.arpa`. */
const LABELS = 34
const WIRE_OCTETS = 32 * 2 + 'ip6'.length + 1 + 'arpa'.length + 1 + 1

/** RFC 7050 §8.2: what `ipv4only.arpa` is known for. */
const TELLERS: readonly Uint8Array[] = [Uint8Array.of(192, 0, 0, 170), Uint8Array.of(192, 0, 0, 171)]
const PREFIX_TELLER = 'ipv4only.arpa'

const nothing: LocalAnswer = { ipv4: [], ipv6: [], pointers: [], records: [], rcode: 0, ttlSeconds: TTL_SECONDS }

/**
 * `170.0.0.192.in-addr.arpa` for the reverse name of `64:ff9b::c000:aa`, which holds that address; null for others.
 * Whoever asks for the name of an address that DNS64 made up gets the one of the real address.
 */
export function aliasOfReverse(prefix: AddressPrefix, { qname, labelCount }: NameOctets): NameTarget | null {
  if (labelCount !== LABELS) return null
  const address = parseAddress(addressOfReverseName(fromWire(qname.subarray(0, WIRE_OCTETS))) ?? '')
  const ipv4 = address && embeddedIpv4(prefix, address)
  if (!ipv4) return null
  const target = toWire(reverseName(ipv4))
  return { target, isSuffix: false, sourceLength: WIRE_OCTETS, ttlSeconds: TTL_SECONDS }
}

/** By these, clients find the prefix (RFC 7050). They come from nowhere but here: elsewhere another prefix may hold. */
export function prefixTellers(prefix: AddressPrefix): readonly { name: string; answer: LocalAnswer }[] {
  const ipv6 = TELLERS.map((address) => {
    const octets = new Uint8Array(16)
    embedIpv4(prefix, address, 0, octets, 0)
    return octets
  })
  return [
    { name: PREFIX_TELLER, answer: { ...nothing, ipv4: TELLERS, ipv6 } },
    ...TELLERS.map((address) => ({
      name: reverseName(address),
      answer: { ...nothing, pointers: [toWire(PREFIX_TELLER)] },
    })),
  ]
}
