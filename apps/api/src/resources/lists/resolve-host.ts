/**
 * Finds the addresses of a list's host. Weir is often the resolver of its own machine, so that the system's look-up
 * comes back to Weir: it fails while Weir starts or is broken, and answers 0.0.0.0 where one of Weir's own rules
 * blocks the host. In both cases the configured upstreams are asked directly, past all rules.
 */
import { lookup, Resolver } from 'node:dns/promises'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'

export interface HostAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Finds a host's addresses; rejects with an error that has a `code` as node:dns gives it. */
export type ResolveHost = (hostname: string) => Promise<HostAddress[]>

const DIRECT_TIMEOUT_MS = 2000
const DIRECT_TRIES = 2
/** A name with more addresses than this gains nothing by them. */
const MAX_ADDRESSES = 16

/** The system's look-up: hosts file, then the machine's resolver. */
export const systemResolveHost: ResolveHost = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'ipv4first' })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }))

/**
 * Asks `system` first, and `servers` where that fails or gives only null addresses.
 * @param servers upstreams as configured; only plain DNS servers are asked, those that speak TLS or HTTPS passed over:
 *   node:dns cannot, and they often are names themselves
 */
export function resolveHostWith(system: ResolveHost, servers: () => readonly string[]): ResolveHost {
  return async (hostname) => {
    try {
      const found = await system(hostname)
      if (found.some(({ address }) => !isNullAddress(address))) return found
      return (await askDirectly(hostname, servers())) ?? found
    } catch (cause) {
      const found = await askDirectly(hostname, servers()).catch(() => undefined)
      if (found === undefined) throw cause
      return found
    }
  }
}

const isNullAddress = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** Addresses from the upstreams themselves; undefined where there is none to ask or none knows the name. */
async function askDirectly(hostname: string, servers: readonly string[]): Promise<HostAddress[] | undefined> {
  const plain = servers.map(plainServer).filter((server) => server !== undefined)
  if (plain.length === 0) return undefined
  const resolver = new Resolver({ timeout: DIRECT_TIMEOUT_MS, tries: DIRECT_TRIES })
  resolver.setServers(plain)
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const addresses = [
    ...(ipv4.status === 'fulfilled' ? ipv4.value : []).map((address) => ({ address, family: 4 as const })),
    ...(ipv6.status === 'fulfilled' ? ipv6.value : []).map((address) => ({ address, family: 6 as const })),
  ]
  return addresses.length === 0 ? undefined : addresses.slice(0, MAX_ADDRESSES)
}

/** An upstream as setServers reads it; undefined for one that speaks TLS or HTTPS. */
function plainServer(text: string): string | undefined {
  const upstream = parseUpstreamAddress(text)
  if (!upstream.ok || (upstream.value.transport !== 'udp' && upstream.value.transport !== 'tcp')) return undefined
  const { host, port } = upstream.value
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
