/** How many connections there may be, in all and for one client: neither can be used up by a single one. */

export interface ConnectionLimitOptions {
  readonly maxConnections: number
  readonly maxConnectionsPerClient: number
}

export type Admission = 'admitted' | 'full' | 'client-full'

/** Counts open connections. Its table has no more rows than there are connections. */
export class ConnectionLimits {
  readonly #options: ConnectionLimitOptions
  readonly #countOfClient = new Map<string, number>()
  #count = 0

  constructor(options: ConnectionLimitOptions) {
    this.#options = options
  }

  /** Says whether one more connection of `client` may be; does not count it. */
  check(client: string): Admission {
    if ((this.#countOfClient.get(client) ?? 0) >= this.#options.maxConnectionsPerClient) return 'client-full'
    return this.#count >= this.#options.maxConnections ? 'full' : 'admitted'
  }

  open(client: string): void {
    this.#count++
    this.#countOfClient.set(client, (this.#countOfClient.get(client) ?? 0) + 1)
  }

  close(client: string): void {
    this.#count--
    const left = (this.#countOfClient.get(client) ?? 1) - 1
    if (left === 0) this.#countOfClient.delete(client)
    else this.#countOfClient.set(client, left)
  }

  get count(): number {
    return this.#count
  }

  /** More than half of the places are taken: idle connections should make room (RFC 7766 §6.2.3). */
  get isCrowded(): boolean {
    return this.#count * 2 > this.#options.maxConnections
  }
}
