/** In which order the servers of a group are asked. Pure: the same view, turn and chance give the same order. */
import type { UpstreamGroup } from '../../query/policy-parts.ts'
import { failover } from './failover.ts'
import { fastest } from './fastest.ts'
import { roundRobin } from './round-robin.ts'

/** What a strategy sees of a server. */
export interface ServerView {
  /** Place in the group. */
  readonly place: number
  /** Milliseconds, smoothed; -1: not known yet. */
  readonly smoothedRttMs: number
}

/**
 * @param servers those that are up, in the group's order
 * @param turn counts the group's queries
 * @param chance 0…1, drawn anew for each query
 * @returns the same servers, the first to be asked first
 */
export type Strategy = (servers: readonly ServerView[], turn: number, chance: number) => readonly ServerView[]

/** `parallel` asks as `fastest`, two at a time. */
export const STRATEGIES: Readonly<Record<UpstreamGroup['strategy'], Strategy>> = {
  failover,
  'round-robin': roundRobin,
  fastest,
  parallel: fastest,
}

/** Servers that are asked at the same time. */
export const fanOut = (strategy: UpstreamGroup['strategy']): number => (strategy === 'parallel' ? 2 : 1)
