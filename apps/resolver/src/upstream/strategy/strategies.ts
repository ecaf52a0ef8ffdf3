/** The strategies by the names that settings give them. */
import type { UpstreamGroup } from '../../query/policy-parts.ts'
import { failover } from './failover.ts'
import { fastest } from './fastest.ts'
import { roundRobin } from './round-robin.ts'
import type { Strategy } from './strategy.ts'

/** `parallel` asks as `fastest`, two at a time. */
export const STRATEGIES: Readonly<Record<UpstreamGroup['strategy'], Strategy>> = {
  failover,
  'round-robin': roundRobin,
  fastest,
  parallel: fastest,
}

/** Servers that are asked at the same time. */
export const fanOut = (strategy: UpstreamGroup['strategy']): number => (strategy === 'parallel' ? 2 : 1)
