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
  readonly clients: Set<number>
  readonly before: string
  readonly after: string
}
interface ClientEffect {
  queries: number
  names: number
}

export class SimulationTally {
  readonly #queries = new Map<SimulatedEffect, number>()
  readonly #names = new Map<SimulatedEffect, number>()
  readonly #clients = new Map<SimulatedEffect, Map<number, ClientEffect>>()
  readonly #ofName = new Map<SimulatedEffect, NameEffect>()
  #listed: ListedName[] = []

  /** One question of the present name. @param words what decides now and then, asked for only when it is new */
  add(effect: SimulatedEffect, clientId: number, queries: number, words: () => [before: string, after: string]): void {
    let ofName = this.#ofName.get(effect)
    if (!ofName) {
      const [before, after] = words()
      ofName = { queries: 0, clients: new Set(), before, after }
      this.#ofName.set(effect, ofName)
    }
    ofName.queries += queries
    const clients = this.#clients.get(effect) ?? new Map<number, ClientEffect>()
    this.#clients.set(effect, clients)
    const client = clients.get(clientId) ?? { queries: 0, names: 0 }
    clients.set(clientId, client)
    client.queries += queries
    if (ofName.clients.has(clientId)) return
    ofName.clients.add(clientId)
    client.names++
  }

  /** The next question is of another name. */
  closeName(name: string): void {
    if (this.#ofName.size === 0) return
    for (const [effect, { queries, clients, before, after }] of this.#ofName) {
      this.#queries.set(effect, (this.#queries.get(effect) ?? 0) + queries)
      this.#names.set(effect, (this.#names.get(effect) ?? 0) + 1)
      this.#listed.push({ name, effect, queries, clients: clients.size, before, after })
    }
    this.#ofName.clear()
    if (this.#listed.length >= CUT_AT) this.#cut()
  }

  #cut(): void {
    this.#listed.sort((a, b) => b.queries - a.queries || (a.name < b.name ? -1 : 1))
    this.#listed.length = Math.min(this.#listed.length, MAX_LISTED)
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
