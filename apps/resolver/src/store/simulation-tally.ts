/** Adds up what a simulation finds: by effect, by name and by client. Names come one after the other, each once. */
import type { SimulatedEffect, SimulationResult } from '@weir/shared/contract/simulation'
import { SIMULATED_EFFECTS } from '@weir/shared/contract/simulation'

/** Names and clients that a result lists. */
const MAX_LISTED = 100
/** Sorted and cut when so many have come together. */
const CUT_AT = 20 * MAX_LISTED

type ListedName = SimulationResult['names'][number]
type ListedClient = SimulationResult['clients'][number]

interface NameEffect {
  queries: number
  clients: number
  readonly before: string
  readonly after: string
}
interface ClientEffect {
  queries: number
  names: number
  /** The last of its names, by number. */
  lastName: number
}

export class SimulationTally {
  readonly #queries = new Map<SimulatedEffect, number>()
  readonly #names = new Map<SimulatedEffect, number>()
  readonly #clients = new Map<SimulatedEffect, Map<number, ClientEffect>>()
  readonly #ofName = new Map<SimulatedEffect, NameEffect>()
  /** Number of the present name. */
  #name = 1
  #listed: ListedName[] = []
  /** Names of fewer queries are beyond the list already. */
  #least = 0

  /** One question of the present name. @param before,after what decides now and then, in words */
  add(effect: SimulatedEffect, clientId: number, queries: number, before: string, after: string): void {
    let ofName = this.#ofName.get(effect)
    if (!ofName) {
      ofName = { queries: 0, clients: 0, before, after }
      this.#ofName.set(effect, ofName)
    }
    ofName.queries += queries
    const clients = this.#clients.get(effect) ?? new Map<number, ClientEffect>()
    this.#clients.set(effect, clients)
    const client = clients.get(clientId) ?? { queries: 0, names: 0, lastName: 0 }
    clients.set(clientId, client)
    client.queries += queries
    if (client.lastName === this.#name) return
    client.lastName = this.#name
    client.names++
    ofName.clients++
  }

  /** The next question is of another name. */
  closeName(name: string): void {
    if (this.#ofName.size === 0) return
    for (const [effect, { queries, clients, before, after }] of this.#ofName) {
      this.#queries.set(effect, (this.#queries.get(effect) ?? 0) + queries)
      this.#names.set(effect, (this.#names.get(effect) ?? 0) + 1)
      if (queries >= this.#least) this.#listed.push({ name, effect, queries, clients, before, after })
    }
    this.#ofName.clear()
    this.#name++
    if (this.#listed.length >= CUT_AT) this.#cut()
  }

  #cut(): void {
    this.#listed.sort((a, b) => b.queries - a.queries || (a.name < b.name ? -1 : 1))
    if (this.#listed.length < MAX_LISTED) return
    this.#listed.length = MAX_LISTED
    this.#least = this.#listed.at(-1)!.queries
  }

  get names(): ListedName[] {
    this.#cut()
    return this.#listed
  }

  clients(textOf: (clientId: number) => string): ListedClient[] {
    return [...this.#clients]
      .flatMap(([effect, clients]) =>
        [...clients].map(([id, { queries, names }]) => ({ client: textOf(id), effect, queries, names })),
      )
      .sort((a, b) => b.queries - a.queries)
      .slice(0, MAX_LISTED)
  }

  get effects(): SimulationResult['effects'] {
    const counts = SIMULATED_EFFECTS.map((effect) => [
      effect,
      {
        queries: this.#queries.get(effect) ?? 0,
        names: this.#names.get(effect) ?? 0,
        clients: this.#clients.get(effect)?.size ?? 0,
      },
    ])
    return Object.fromEntries(counts) as SimulationResult['effects']
  }
}
