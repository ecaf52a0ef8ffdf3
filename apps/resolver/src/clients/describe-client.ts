/** How a client came to its group, in words: for explanations, which may look through all rows. */
import { IPV4_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'

interface ClientRow {
  readonly prefix: string
  readonly name?: string
}

/** Bits in front of an IPv4 address in its mapped form, ::ffff:0:0/96. */
const MAPPED_BITS = 96

/** @param address 16 octets in network order, IPv4 as ::ffff:a.b.c.d @param clientId empty: none */
export function describeClient(clients: readonly ClientRow[], address: Uint8Array, clientId: string): string {
  const named = clientId === '' ? undefined : clients.find(({ prefix }) => prefix === `id:${clientId}`)
  if (named) return wordsFor(named)
  let best: ClientRow | undefined
  let bestBits = -1
  for (const client of clients) {
    const bits = bitsHolding(client.prefix, address)
    if (bits <= bestBits) continue
    best = client
    bestBits = bits
  }
  return best ? wordsFor(best) : `no group names its address${clientId === '' ? '' : ` or its client id ${clientId}`}`
}

const wordsFor = ({ prefix, name }: ClientRow): string => (name ? `by ${prefix}, ${name}` : `by ${prefix}`)

/** Length of the prefix when it holds the address, else -1. */
function bitsHolding(text: string, address: Uint8Array): number {
  const prefix = parsePrefix(text)
  if (!prefix) return -1
  const isIpv4 = prefix.octets.length === IPV4_OCTETS
  const octets = isIpv4 ? toMapped(prefix.octets) : prefix.octets
  const bits = prefix.bits + (isIpv4 ? MAPPED_BITS : 0)
  for (let bit = 0; bit < bits; bit++) if (((octets[bit >> 3]! ^ address[bit >> 3]!) >> (7 - (bit & 7))) & 1) return -1
  return bits
}
