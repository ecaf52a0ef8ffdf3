/** IP rewrites (DNS doctoring): the longest prefix that holds an address and a rule that applies, of either family. */
import { IPV4_OCTETS, IPV6_OCTETS } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'
import type { AddressRewrite } from '../query/policy-parts.ts'
import { type CompiledRule, holds, prefixOf } from './compiled-rule.ts'

export class AddressRewrites {
  readonly #ipv4 = new PrefixTable<CompiledRule>(IPV4_OCTETS)
  readonly #ipv6 = new PrefixTable<CompiledRule>(IPV6_OCTETS)
  #qtype = 0
  #groupId = 0
  #nowMs = 0
  // One function for all look-ups: a closure per address would be garbage per answer.
  readonly #accepts = (rule: CompiledRule): boolean => holds(rule, this.#qtype, this.#groupId, this.#nowMs)

  get size(): number {
    return this.#ipv4.size + this.#ipv6.size
  }

  add(rule: CompiledRule): void {
    if (rule.rewrite) this.#tableOf(rule.rewrite.prefix.length).add(prefixOf(rule.rewrite), rule)
  }

  remove(rule: CompiledRule): void {
    if (rule.rewrite) this.#tableOf(rule.rewrite.prefix.length).remove(prefixOf(rule.rewrite), rule)
  }

  /** @param address 4 or 16 octets; an IPv4 prefix never holds an IPv6 address */
  find(address: Uint8Array, qtype: number, groupId: number, nowMs: number): AddressRewrite | undefined {
    this.#qtype = qtype
    this.#groupId = groupId
    this.#nowMs = nowMs
    return this.#tableOf(address.length).find(address, 0, this.#accepts)?.rewrite ?? undefined
  }

  #tableOf(octetCount: number): PrefixTable<CompiledRule> {
    return octetCount === IPV4_OCTETS ? this.#ipv4 : this.#ipv6
  }
}
