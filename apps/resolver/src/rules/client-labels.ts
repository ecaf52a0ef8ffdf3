/** The names of clients and groups, for rules that ask for them. Replaced on a change. */
import { IPV4_OCTETS, IPV6_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'
import { type ClientLabels, tagOf } from './asked-question.ts'
import type { ClientRow, GroupRow } from './policy-data.ts'

/** Bits in front of an IPv4 address in its mapped form, ::ffff:0:0/96. */
const MAPPED_BITS = 96
const acceptAny = (): boolean => true
const NOBODY: ClientLabels = { name: '', groupName: '', tag: '' }

export class ClientLabelTable {
  readonly #names = new PrefixTable<string>(IPV6_OCTETS)
  readonly #groups = new Map<number, ClientLabels>()

  constructor(clients: readonly ClientRow[], groups: readonly GroupRow[]) {
    for (const { id, name } of groups)
      this.#groups.set(id, { name: '', groupName: name.toLowerCase(), tag: tagOf(name) })
    for (const { prefix: text, name } of clients) {
      const prefix = name ? parsePrefix(text) : undefined
      if (!prefix || !name) continue
      const { octets, bits } = prefix
      const isIpv4 = octets.length === IPV4_OCTETS
      this.#names.add(isIpv4 ? { octets: toMapped(octets), bits: bits + MAPPED_BITS } : prefix, name.toLowerCase())
    }
  }

  /** @param address 16 octets */
  find(address: Uint8Array, groupId: number): ClientLabels {
    const group = this.#groups.get(groupId) ?? NOBODY
    const name = this.#names.size === 0 ? undefined : this.#names.find(address, 0, acceptAny)
    return name === undefined ? group : { ...group, name }
  }
}
