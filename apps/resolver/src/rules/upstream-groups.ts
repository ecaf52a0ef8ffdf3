/** Upstream groups of settings and forward rules, each with a number that is the same in every worker. */
import { createHash } from 'node:crypto'
import type { Settings } from '@weir/shared/contract/settings'
import { USUAL_SERVERS } from '@weir/shared/rules/check-rule'
import type { UpstreamGroup } from '../query/policy-parts.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { GroupRow } from './policy-data.ts'

/**
 * The number of a server set: drawn from its text, not counted up, so that workers, which share the cache, agree on it
 * without talking, and a cache that outlives a restart keeps its meaning. 30 bits: two of a thousand sets share a number
 * once in 2,000 installations, and then share cached answers, nothing else.
 */
export function upstreamGroupId(servers: readonly string[]): number {
  const digest = createHash('sha256')
    .update([...servers].sort().join('\n'))
    .digest()
  return digest.readUInt32LE(0) >>> 2
}

/** Groups by their servers, made once. */
export class UpstreamGroups {
  readonly #byServers = new Map<string, UpstreamGroup>()
  readonly #byClientGroup = new Map<number, UpstreamGroup>()
  readonly #settings: Settings['upstreams']
  /** The group of queries that no forward rule takes. */
  readonly defaultGroup: UpstreamGroup

  constructor(settings: Settings['upstreams'], groups: readonly GroupRow[]) {
    this.#settings = settings
    this.defaultGroup = this.#make(settings.servers, settings.strategy)
    for (const { id, upstreams } of groups)
      if (upstreams) this.#byClientGroup.set(id, this.#make(upstreams.servers, upstreams.strategy))
  }

  /** Of the clients of a group, where no forward rule says otherwise. */
  ofClients(groupId: number): UpstreamGroup {
    if (this.#byClientGroup.size === 0) return this.defaultGroup
    return this.#byClientGroup.get(groupId) ?? this.defaultGroup
  }

  /** Of a forward rule: its servers stand in the order of preference, or it leaves the choice to the group of the client. */
  ofRule(rule: CompiledRule, groupId: number): UpstreamGroup {
    const servers = rule.servers ?? []
    return servers[0] === USUAL_SERVERS ? this.ofClients(groupId) : this.#of(servers)
  }

  /** Every server that some query may be sent to, by these rules or by none, each once. */
  allServers(rules: Iterable<CompiledRule>): string[] {
    const all = new Set(this.defaultGroup.servers)
    for (const { servers } of this.#byClientGroup.values()) for (const server of servers) all.add(server)
    for (const { servers } of rules) for (const server of servers ?? []) if (server !== USUAL_SERVERS) all.add(server)
    return [...all]
  }

  #of(servers: readonly string[]): UpstreamGroup {
    const text = servers.join('\n')
    const known = this.#byServers.get(text)
    if (known) return known
    const group = this.#make(servers, 'failover')
    this.#byServers.set(text, group)
    return group
  }

  #make(servers: readonly string[], strategy: UpstreamGroup['strategy']): UpstreamGroup {
    const { timeoutMs, attempts } = this.#settings
    return { id: upstreamGroupId(servers), servers, strategy, timeoutMs, attempts }
  }
}
