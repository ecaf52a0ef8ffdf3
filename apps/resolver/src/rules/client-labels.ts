/** The names and tags of clients and groups, for rules that ask for them. Replaced on a change. */
import { IPV4_OCTETS, IPV6_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'
import { type ClientLabels, tagOf } from './asked-question.ts'
import type { ClientRow, GroupRow } from './policy-data.ts'

/** Bits in front of an IPv4 address in its mapped form, ::ffff:0:0/96. */
const MAPPED_BITS = 96
/** In front of client ids. */
const ID_MARK = 'id:'
const acceptAny = (): boolean => true
const NOBODY: ClientLabels = { name: '', groupName: '', tags: [] }

/** What an entry says of its client. */
type Labels = Pick<ClientLabels, 'name' | 'tags'>

export class ClientLabelTable {
  readonly #byPrefix = new PrefixTable<Labels>(IPV6_OCTETS)
  readonly #byId = new Map<string, Labels>()
  readonly #groups = new Map<number, ClientLabels>()

  constructor(clients: readonly ClientRow[], groups: readonly GroupRow[]) {
    for (const { id, name } of groups)
      this.#groups.set(id, { name: '', groupName: name.toLowerCase(), tags: [tagOf(name)] })
    for (const { prefix: text, name = '', tags = [] } of clients) {
      if (name === '' && tags.length === 0) continue
      const labels = { name: name.toLowerCase(), tags }
      if (text.startsWith(ID_MARK)) this.#byId.set(text.slice(ID_MARK.length), labels)
      const prefix = parsePrefix(text)
      if (!prefix) continue
      const { octets, bits } = prefix
      const isIpv4 = octets.length === IPV4_OCTETS
      this.#byPrefix.add(isIpv4 ? { octets: toMapped(octets), bits: bits + MAPPED_BITS } : prefix, labels)
    }
  }

  /** @param address 16 octets @param clientId empty: none */
  find(address: Uint8Array, clientId: string, groupId: number): ClientLabels {
    const group = this.#groups.get(groupId) ?? NOBODY
    const found = this.#byId.get(clientId) ?? this.#ofAddress(address)
    if (found === undefined) return group
    return { ...group, name: found.name, tags: [...group.tags, ...found.tags] }
  }

  #ofAddress(address: Uint8Array): Labels | undefined {
    return this.#byPrefix.size === 0 ? undefined : this.#byPrefix.find(address, 0, acceptAny)
  }
}
