/** Numbers for upstream servers, the same in every worker, the cache and the log. Grows, never shrinks. */

/** What a log record and a cache entry hold in 16 bits; beyond it, servers are asked but not named. */
const MAX_SERVERS = 4096

export class UpstreamTable {
  readonly #servers: string[] = []

  get servers(): readonly string[] {
    return this.#servers
  }

  /** @returns whether there was a new one */
  add(servers: Iterable<string>): boolean {
    const before = this.#servers.length
    for (const server of servers)
      if (!this.#servers.includes(server) && this.#servers.length < MAX_SERVERS) this.#servers.push(server)
    return this.#servers.length > before
  }
}
