/** What a console without lists and rules suggests next, and which of it is done. */
import type { ResolverState } from '../../lib/api/resolver.ts'

type Started = Pick<ResolverState, 'listeners' | 'log' | 'ownRules' | 'index'>

/** Nothing filters yet: no list and no rule of one's own. */
export const isFreshStart = ({ ownRules, index }: Started, listCount: number): boolean =>
  ownRules === 0 && index.names === 0 && listCount === 0

/** True once a query came in and was logged since the resolver started. */
export const hasBeenAsked = ({ log }: Started): boolean => log.written > 0

/** A `dig` that asks this resolver, or null while no UDP listener is known. An address for all interfaces asks loopback. */
export function digCommand({ listeners }: Started): string | null {
  const address = listeners.find((listener) => listener.transport === 'udp')?.address
  const colon = address?.lastIndexOf(':') ?? -1
  if (!address || colon < 0) return null
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  const port = address.slice(colon + 1)
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `dig @${reachable}${port === '53' ? '' : ` -p ${port}`} example.org`
}

/** Whether only this machine itself can ask: every listener is on a loopback address (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
export const isLoopbackOnly = ({ listeners }: Started): boolean =>
  listeners.every(({ address }) => /^(127\.|\[?::1\]?:\d+$)/.test(address))
