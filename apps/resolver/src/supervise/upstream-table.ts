/** Numbers for upstream servers, the same in every worker, the cache and the log. Grows, never shrinks. */
import { eachRow } from '../rules/packed-rows.ts'
import type { ConfigData } from '../rules/policy-data.ts'

/** What a log record and a cache entry hold in 16 bits; beyond it, servers are asked but not named. */
const MAX_SERVERS = 4096

export class UpstreamTable {
  readonly #servers = new Set<string>()

  get servers(): readonly string[] {
    return [...this.#servers]
  }

  /** @returns whether there was a new one */
  add(servers: Iterable<string>): boolean {
    const before = this.#servers.size
    for (const server of servers) if (this.#servers.size < MAX_SERVERS) this.#servers.add(server)
    return this.#servers.size > before
  }
}

/** What a configuration, or a change of it, may send queries to. */
export function* serversOf({ settings, groups, rules }: ConfigData): Generator<string> {
  yield* settings.upstreams.servers
  for (const { upstreams } of groups) yield* upstreams?.servers ?? []
  for (const rule of eachRow(rules.kind === 'full' ? rules.rules : rules.changed)) yield* rule.servers ?? []
}
