/** Who may ask: addresses and prefixes, compared on 16 octets (IPv4 as ::ffff:a.b.c.d). */
import { type AddressPrefix, IPV4_OCTETS, prefixContains, toMapped } from '@weir/shared/dns/ip-address'

const MAPPED_BITS = 96

/** IPv4 prefixes become their mapped form, so that one comparison serves both families. */
const mapped = ({ octets, bits }: AddressPrefix): AddressPrefix =>
  octets.length === IPV4_OCTETS ? { octets: toMapped(octets), bits: bits + MAPPED_BITS } : { octets, bits }

/** Denied clients are refused; where there are allowed ones, everyone else is refused too. */
export class AccessList {
  readonly #allowed: readonly AddressPrefix[]
  readonly #denied: readonly AddressPrefix[]

  constructor(allowed: readonly AddressPrefix[], denied: readonly AddressPrefix[]) {
    this.#allowed = allowed.map(mapped)
    this.#denied = denied.map(mapped)
  }

  /** @param address 16 octets */
  mayAsk(address: Uint8Array): boolean {
    for (const prefix of this.#denied) if (prefixContains(prefix, address)) return false
    if (this.#allowed.length === 0) return true
    for (const prefix of this.#allowed) if (prefixContains(prefix, address)) return true
    return false
  }
}
