/** Who asked, as log.db and the known names tell, with the entry that decides the group of each. */
import { MAX_SEEN_CLIENTS, type SeenClient, type SeenClientCollection } from '@weir/shared/contract/clients'
import { IPV4_OCTETS, IPV6_OCTETS, parseAddress, parsePrefix } from '@weir/shared/dns/ip-address'
import { PrefixTable } from '@weir/shared/dns/prefix-table'
import type { LogReader } from '../../log-reader.ts'
import type { ClientRepository, ClientRow } from './repository.ts'

type Seen = Pick<SeenClient, 'address' | 'firstSeen' | 'lastSeen' | 'queries' | 'blocked'>

const acceptAny = (): boolean => true

/** Finds the entry that counts for an address: the longest prefix, else the reverse name. */
export class EntryFinder {
  readonly #ipv4 = new PrefixTable<ClientRow>(IPV4_OCTETS)
  readonly #ipv6 = new PrefixTable<ClientRow>(IPV6_OCTETS)
  readonly #byName = new Map<string, ClientRow>()

  constructor(entries: readonly ClientRow[]) {
    for (const entry of entries) {
      const prefix = parsePrefix(entry.identifier)
      if (prefix) this.#tableFor(prefix.octets).add(prefix, entry)
      else if (entry.identifier.startsWith('name:')) this.#byName.set(entry.identifier.slice('name:'.length), entry)
    }
  }

  find(addressText: string, reverseName: string | null): ClientRow | undefined {
    const address = parseAddress(addressText)
    const found = address && this.#tableFor(address).find(address, 0, acceptAny)
    const isExact = found !== undefined && !found.identifier.includes('/')
    const named = reverseName === null ? undefined : this.#byName.get(reverseName)
    return isExact ? found : (named ?? found)
  }

  #tableFor(octets: Uint8Array): PrefixTable<ClientRow> {
    return octets.length === IPV4_OCTETS ? this.#ipv4 : this.#ipv6
  }
}

export function seenClients(repository: ClientRepository, log: LogReader): SeenClientCollection {
  const seen = log.read((database) =>
    database
      .prepare<[], Seen>(
        `SELECT address, first_at AS firstSeen, last_at AS lastSeen, queries, blocked FROM seen_client
         ORDER BY last_at DESC LIMIT ${MAX_SEEN_CLIENTS}`,
      )
      .all(),
  )
  const known = new Map(repository.known().map((client) => [client.address, client]))
  const finder = new EntryFinder(repository.all())
  const defaultGroup = repository.defaultGroupId
  const items = (seen ?? []).map((client): SeenClient => {
    const { reverseName = null, firstSeen = client.firstSeen } = known.get(client.address) ?? {}
    const entry = finder.find(client.address, reverseName)
    return {
      ...client,
      firstSeen: Math.min(firstSeen, client.firstSeen),
      name: entry?.name || reverseName || '',
      reverseName,
      groupId: entry?.groupId ?? defaultGroup,
      entryId: entry?.id ?? null,
    }
  })
  return { items, isLogReadable: seen !== undefined }
}
