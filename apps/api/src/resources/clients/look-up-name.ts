/** The name of a client, by a PTR query to the resolver itself: local records and forward rules for reverse zones answer it. */
import { Resolver } from 'node:dns/promises'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { parseEndpoint } from '@weir/shared/environment'
import type { ResolverClient } from '../../resolver-client.ts'

const TIMEOUT_MS = 1500

/** @returns null for none, and while the resolver does not answer */
export async function lookUpName(client: ResolverClient, reverse: string): Promise<string | null> {
  const status = await client.status()
  if (!status.ok) return null
  const listener = status.value.listeners.find(({ transport }) => transport === 'udp')
  const endpoint = listener && parseEndpoint(listener.address)
  if (!endpoint) return null
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  resolver.setServers([reachable(endpoint)])
  try {
    const [first] = await resolver.resolvePtr(reverse)
    const name = first === undefined ? undefined : parseDomainName(first)
    return name?.ok && name.value !== '' ? name.value : null
  } catch {
    // No such name, or no answer in time: asked again hours later.
    return null
  }
}

/** Of what listens on every address, the one of this machine. */
function reachable({ address, port }: { address: string; port: number }): string {
  if (address === '0.0.0.0') return `127.0.0.1:${port}`
  if (address === '::') return `[::1]:${port}`
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
