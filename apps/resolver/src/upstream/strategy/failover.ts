import type { Strategy } from './strategy.ts'

/** The first server that is up; the next ones only when it fails. */
export const failover: Strategy = (servers) => servers
