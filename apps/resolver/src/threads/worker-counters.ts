/** What the parts of a query worker have counted, under the names of `weir_worker_events_total`. */
import type { InFlightForwarder } from '../cache/in-flight.ts'
import type { RateLimiter } from '../limits/token-bucket.ts'
import type { WaitingLimit } from '../limits/waiting-limit.ts'
import type { Prefetcher } from '../pipeline/stages/prefetcher.ts'
import type { UpstreamPool } from '../upstream/upstream-pool.ts'
import type { Listeners } from './open-listeners.ts'
import type { WorkerCounters } from './worker-messages.ts'

export interface CountingParts {
  readonly listeners: Listeners
  readonly limiter: RateLimiter
  readonly waiting: WaitingLimit
  readonly forwarder: InFlightForwarder
  readonly prefetcher: Prefetcher
  readonly upstreams: UpstreamPool
  /** Names that were not tried against all expressions. */
  readonly cutSearches: number
}

/** Those of all listeners of a kind added up. */
export function countersOf(parts: CountingParts): WorkerCounters {
  const { limiter, waiting, forwarder, prefetcher, upstreams, cutSearches } = parts
  const { udp, tcp, secure } = parts.listeners
  const sums: Record<string, number> = {
    rate_limited: limiter.refused,
    waiting_limited: waiting.refused,
    patterns_cut: cutSearches,
  }
  const add = (prefix: string, counters: object): void => {
    for (const [name, value] of Object.entries(counters)) {
      const key = `${prefix}_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
      sums[key] = (sums[key] ?? 0) + (value as number)
    }
  }
  for (const { listener } of udp) {
    listener.readSocket()
    add('udp', listener.counters)
  }
  for (const { counters } of tcp) add('tcp', counters)
  for (const { counters } of secure?.dot ?? []) add('dot', counters)
  for (const { counters } of secure?.doh ?? []) add('doh', counters)
  add('questions', forwarder.counters)
  add('prefetches', prefetcher.counters)
  add('upstreams', upstreams.counters)
  return sums
}
