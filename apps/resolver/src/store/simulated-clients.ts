/** The clients of the log as both policies of a simulation see them. */
import type { Database } from '@weir/shared/db/open-database'
import { IPV4_OCTETS, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import { ClientTable } from '../clients/client-table.ts'
import type { QueryClient } from '../query/query-client.ts'
import type { Reach } from './reach.ts'
import type { SimulatedSide } from './simulated-side.ts'

export interface SimulatedClient {
  readonly now: QueryClient
  readonly drafted: QueryClient
  /** The same for clients that are in the same groups on both sides. */
  readonly groupsKey: number
  /** The draft moves it, or changes its group. */
  readonly isTouched: boolean
}

/** Ids are given one after the other. */
const MAX_DENSE = 65_536
const NO_ADDRESS = new Uint8Array(16)

export class SimulatedClients {
  readonly #logged: ReadonlyMap<number, readonly [address: string, clientId: string]>
  /** By id; the rest in a map, as an array of numbers that lie wide apart would be one. */
  readonly #known: (SimulatedClient | undefined)[] = []
  readonly #others = new Map<number, SimulatedClient>()
  readonly #tables: { now: ClientTable; drafted: ClientTable }
  readonly #keys = new Map<string, number>()
  readonly #reach: Reach
  #unnamed = false
  #cut = false

  constructor(log: Database, now: SimulatedSide, drafted: SimulatedSide, reach: Reach) {
    this.#reach = reach
    const rows = log.prepare('SELECT id, address, client_id FROM client').raw().all() as [number, string, string][]
    this.#logged = new Map(rows.map(([id, address, clientId]) => [id, [address, clientId]]))
    const tableOf = ({ config, policy }: SimulatedSide) => new ClientTable(config.clients, policy.defaultGroupId)
    this.#tables = { now: tableOf(now), drafted: tableOf(drafted) }
  }

  find(clientId: number): SimulatedClient {
    return (clientId < MAX_DENSE ? this.#known[clientId] : this.#others.get(clientId)) ?? this.#meet(clientId)
  }

  #meet(clientId: number): SimulatedClient {
    const clientAddress = this.#addressOf(clientId)
    const [, ownId = ''] = this.#logged.get(clientId) ?? []
    const now = this.#tables.now.groupOf(clientAddress, ownId)
    const drafted = this.#tables.drafted.groupOf(clientAddress, ownId)
    const groups = `${now} ${drafted}`
    const groupsKey = this.#keys.get(groups) ?? this.#keys.size
    this.#keys.set(groups, groupsKey)
    const client = {
      now: { clientAddress, groupId: now, clientId: ownId },
      drafted: { clientAddress, groupId: drafted, clientId: ownId },
      groupsKey,
      isTouched: this.#reach.touchesClient(now, drafted),
    }
    if (clientId < MAX_DENSE) this.#known[clientId] = client
    else this.#others.set(clientId, client)
    return client
  }

  textOf(clientId: number): string {
    const [address = '', ownId = ''] = this.#logged.get(clientId) ?? []
    return ownId === '' ? address : `id:${ownId}`
  }

  /** Who is not known well enough, in words. */
  get notes(): string[] {
    return [
      ...(this.#unnamed ? ['queries without a client in the log are judged as of everyone'] : []),
      ...(this.#cut ? ['clients that the log cuts to a prefix are judged by its first address'] : []),
    ]
  }

  #addressOf(clientId: number): Uint8Array {
    const [text = ''] = this.#logged.get(clientId) ?? []
    const prefix = text === '' ? undefined : parsePrefix(text)
    if (!prefix) {
      this.#unnamed = true
      return NO_ADDRESS
    }
    if (text.includes('/')) this.#cut = true
    return prefix.octets.length === IPV4_OCTETS ? toMapped(prefix.octets) : prefix.octets
  }
}
