/** The resolvers of this machine, for a first start without WEIR_UPSTREAMS and for upstreams that are given by name. */
import { readFileSync } from 'node:fs'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import type { Endpoint } from '@weir/shared/environment'

const RESOLV_CONF = '/etc/resolv.conf'
/** More than any libc reads (glibc: 3). */
const MAX_SERVERS = 8
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * The `nameserver` lines of a resolv.conf, in order, as upstream texts (resolv.conf(5)).
 *
 * Left out is what would be Weir itself, and so a loop: an address of `listen` with its port 53, and any loopback address
 * when it listens on port 53 of all addresses.
 */
export function parseResolvConf(text: string, listen: readonly Endpoint[]): string[] {
  const found = new Set<string>()
  for (const line of text.split('\n')) {
    const address = /^\s*nameserver\s+([0-9a-fA-F:.]+)\s*(?:[#;].*)?$/.exec(line)?.[1]
    const parsed = address === undefined ? undefined : parseUpstreamAddress(address)
    if (parsed?.ok && !isOurselves(parsed.value.host, listen)) found.add(parsed.value.text)
  }
  return [...found].slice(0, MAX_SERVERS)
}

function isOurselves(host: string, listen: readonly Endpoint[]): boolean {
  const isLoopback = host.startsWith('127.') || host === '::1'
  return listen.some(
    ({ address, port }) => port === 53 && (address === host || (ANY_ADDRESS.has(address) && isLoopback)),
  )
}

/** @returns empty when there is no such file, or nothing usable in it */
export function systemResolvers(listen: readonly Endpoint[], path = RESOLV_CONF): string[] {
  try {
    return parseResolvConf(readFileSync(path, 'utf8'), listen)
  } catch {
    return []
  }
}
