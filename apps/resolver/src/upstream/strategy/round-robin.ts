import type { Strategy } from './strategy.ts'

/** Each server in turn; the rest follow in the group's order. */
export const roundRobin: Strategy = (servers, turn) => {
  const first = servers.length === 0 ? 0 : turn % servers.length
  return [...servers.slice(first), ...servers.slice(0, first)]
}
