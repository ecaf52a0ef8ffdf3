/** Which group a client belongs to: by its client id, else by the longest prefix that holds its address. Immutable; replaced on a change. */
import { IPV4_OCTETS, IPV6_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'

/** Bits in front of an IPv4 address in its mapped form, ::ffff:0:0/96. */
const MAPPED_BITS = 96

/** One row of the table `client`. */
export interface ClientPrefix {
  /** Address or prefix, canonical text, or `id:` and a client id. */
  readonly prefix: string
  readonly groupId: number
}

/** In front of client ids. */
const ID_MARK = 'id:'
const acceptAny = (): boolean => true

export class ClientTable {
  readonly #groups = new PrefixTable<number>(IPV6_OCTETS)
  readonly #byId = new Map<string, number>()
  readonly #defaultGroupId: number

  /** Rows whose prefix cannot be read are left out: loading has reported them. */
  constructor(clients: readonly ClientPrefix[], defaultGroupId: number) {
    this.#defaultGroupId = defaultGroupId
    for (const { prefix: text, groupId } of clients) {
      if (text.startsWith(ID_MARK)) this.#byId.set(text.slice(ID_MARK.length), groupId)
      const prefix = parsePrefix(text)
      if (!prefix) continue
      const { octets, bits } = prefix
      const isIpv4 = octets.length === IPV4_OCTETS
      this.#groups.add(isIpv4 ? { octets: toMapped(octets), bits: bits + MAPPED_BITS } : prefix, groupId)
    }
  }

  /**
   * @param address 16 octets in network order, IPv4 as ::ffff:a.b.c.d
   * @param clientId empty: none was given; one that nobody has entered says nothing
   */
  groupOf(address: Uint8Array, clientId = ''): number {
    const ofId = clientId === '' ? undefined : this.#byId.get(clientId)
    if (ofId !== undefined) return ofId
    return this.#groups.find(address, 0, acceptAny) ?? this.#defaultGroupId
  }
}
