/**
 * Finds the addresses of a list's host. Weir is often the resolver of its own machine, so that the system's look-up
 * comes back to Weir: it fails or hangs while Weir starts or is broken, and gives a block answer where one of Weir's own
 * rules blocks the host. In all these cases the configured upstreams are asked directly, past all rules.
 */
import { lookup, Resolver } from 'node:dns/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Settings } from '@weir/shared/contract/settings'
import { RrType } from '@weir/shared/dns/rr-type'
import { parseUpstreamAddress, type UpstreamAddress } from '@weir/shared/dns/upstream-address'
import { askEncrypted } from './ask-encrypted.ts'

export interface HostAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Finds a host's addresses; rejects with an error that has a `code` as node:dns gives it. */
export type ResolveHost = (hostname: string) => Promise<HostAddress[]>

/** What Weir itself is set to. */
export interface ResolveSettings {
  /** Upstreams as configured. */
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
/** A connection, its handshake and the question. */
const ENCRYPTED_TIMEOUT_MS = 2500
/** Upstreams by TLS or HTTPS that are asked, one after the other. */
const MAX_ENCRYPTED = 2
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
  const upstreams = servers.map((text) => parseUpstreamAddress(text)).flatMap((one) => (one.ok ? [one.value] : []))
  const plain = upstreams.filter(isPlain)
  const found = plain.length > 0 ? await askPlain(hostname, plain) : []
  if (found.length > 0) return found.slice(0, MAX_ADDRESSES)
  // Behind the plain ones, since it takes a handshake for each.
  for (const upstream of upstreams.filter((one) => !isPlain(one)).slice(0, MAX_ENCRYPTED)) {
    const addresses = await bothFamilies(
      askEncrypted(upstream, hostname, RrType.A, ENCRYPTED_TIMEOUT_MS),
      askEncrypted(upstream, hostname, RrType.AAAA, ENCRYPTED_TIMEOUT_MS),
    )
    if (addresses.length > 0) return addresses.slice(0, MAX_ADDRESSES)
  }
  return undefined
}

const isPlain = ({ transport }: UpstreamAddress): boolean => transport === 'udp' || transport === 'tcp'

function askPlain(hostname: string, upstreams: readonly UpstreamAddress[]): Promise<HostAddress[]> {
  const resolver = new Resolver({ timeout: DIRECT_TIMEOUT_MS, tries: DIRECT_TRIES })
  resolver.setServers(upstreams.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)))
  return bothFamilies(resolver.resolve4(hostname), resolver.resolve6(hostname))
}

/** What fails has none. */
async function bothFamilies(asking4: Promise<string[]>, asking6: Promise<string[]>): Promise<HostAddress[]> {
  const [ipv4, ipv6] = await Promise.allSettled([asking4, asking6])
  return [
    ...(ipv4.status === 'fulfilled' ? ipv4.value : []).map((address) => ({ address, family: 4 as const })),
    ...(ipv6.status === 'fulfilled' ? ipv6.value : []).map((address) => ({ address, family: 6 as const })),
  ]
}
