/**
 * Finds the addresses of a list's host. Weir is often the resolver of its own machine, so that the system's look-up
 * comes back to Weir: it fails or hangs while Weir starts or is broken, and gives a block answer where one of Weir's own
 * rules blocks the host. In all these cases the configured upstreams are asked directly, past all rules.
 */
import { lookup, Resolver } from 'node:dns/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Settings } from '@weir/shared/contract/settings'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'

export interface HostAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Finds a host's addresses; rejects with an error that has a `code` as node:dns gives it. */
export type ResolveHost = (hostname: string) => Promise<HostAddress[]>

/** What Weir itself is set to. */
export interface ResolveSettings {
  /** Upstreams as configured; only plain DNS servers are asked, those that speak TLS or HTTPS passed over: node:dns cannot. */
  readonly servers: readonly string[]
  /** What blocked names are answered with, besides null addresses. */
  readonly blockAddresses: readonly string[]
}

export function resolveSettingsOf({ upstreams, blocking }: Settings): ResolveSettings {
  const { ipv4 = [], ipv6 = [] } = blocking.answer
  return { servers: upstreams.servers, blockAddresses: [...ipv4, ...ipv6] }
}

/** Longer than a look-up takes that works, and far below the patience with a connection, which includes it. */
const SYSTEM_PATIENCE_MS = 3000
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
 * Asks `system` first, and the upstreams where that fails, is silent for long, or gives what a block answer gives.
 * @param patienceMs with the system's look-up
 */
export function resolveHostWith(
  system: ResolveHost,
  settings: () => ResolveSettings,
  patienceMs = SYSTEM_PATIENCE_MS,
): ResolveHost {
  return async (hostname) => {
    const { servers, blockAddresses } = settings()
    const asked = system(hostname)
    // A silent system may still answer, or fail: the last resort when no upstream knows more.
    const found = await Promise.race([asked, wait(patienceMs, undefined, { ref: false })]).catch(() => undefined)
    if (found?.some(({ address }) => !isBlockAnswer(address, blockAddresses))) return found
    return (await askDirectly(hostname, servers).catch(() => undefined)) ?? asked
  }
}

const isBlockAnswer = (address: string, blockAddresses: readonly string[]): boolean =>
  address === '0.0.0.0' || address === '::' || blockAddresses.includes(address)

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
