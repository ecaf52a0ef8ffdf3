/** Rules for addresses in answers, of either family: the longest prefix that holds an address and a rule that applies. */
import { type AddressPrefix, IPV4_OCTETS, IPV6_OCTETS } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'
import { type CompiledRule, holds } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'

export class AddressRules {
  readonly #ipv4 = new PrefixTable<CompiledRule>(IPV4_OCTETS)
  readonly #ipv6 = new PrefixTable<CompiledRule>(IPV6_OCTETS)
  readonly #prefixOf: (rule: CompiledRule) => AddressPrefix | null
  #scratch: MatchScratch | null = null
  // One function for all look-ups: a closure per address would be garbage per answer.
  readonly #accepts = (rule: CompiledRule): boolean =>
    holds(rule, this.#scratch!) && (!rule.isShadow || this.#scratch!.meetsShadow(rule.row.id, 0))

  /** @param prefixOf what a rule stands under; null: it is not one of these */
  constructor(prefixOf: (rule: CompiledRule) => AddressPrefix | null) {
    this.#prefixOf = prefixOf
  }

  get size(): number {
    return this.#ipv4.size + this.#ipv6.size
  }

  add(rule: CompiledRule): void {
    const prefix = this.#prefixOf(rule)
    if (prefix) this.#tableOf(prefix.octets.length).add(prefix, rule)
  }

  remove(rule: CompiledRule): void {
    const prefix = this.#prefixOf(rule)
    if (prefix) this.#tableOf(prefix.octets.length).remove(prefix, rule)
  }

  /** @param address 4 or 16 octets; an IPv4 prefix never holds an IPv6 address */
  find(address: Uint8Array, scratch: MatchScratch): CompiledRule | undefined {
    this.#scratch = scratch
    return this.#tableOf(address.length).find(address, 0, this.#accepts)
  }

  /** Calls `visit` with every rule that applies, longest prefix first. */
  forEach(address: Uint8Array, scratch: MatchScratch, visit: (rule: CompiledRule) => void): void {
    this.#tableOf(address.length).find(address, 0, (rule) => {
      if (holds(rule, scratch)) visit(rule)
      return false
    })
  }

  #tableOf(octetCount: number): PrefixTable<CompiledRule> {
    return octetCount === IPV4_OCTETS ? this.#ipv4 : this.#ipv6
  }
}
