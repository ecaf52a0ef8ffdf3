import type { Strategy } from './strategy.ts'

/** Share of queries that go to another server first: one that became faster would never be noticed otherwise. */
export const EXPLORATION_SHARE = 0.05

/** The lowest smoothed round-trip time first, unknown ones before all; now and then another, chosen by chance. */
export const fastest: Strategy = (servers, _turn, chance) => {
  const sorted = [...servers].sort((a, b) => a.smoothedRttMs - b.smoothedRttMs || a.place - b.place)
  if (chance >= EXPLORATION_SHARE || sorted.length < 2) return sorted
  const explored = 1 + Math.floor((chance / EXPLORATION_SHARE) * (sorted.length - 1))
  return [...sorted.splice(explored, 1), ...sorted]
}
