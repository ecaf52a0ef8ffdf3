/**
 * What clients are told of the resolver's own encrypted listeners (DDR, RFC 9462; parameters RFC 9461):
 *
 * ```
 *  _dns.resolver.arpa. SVCB 1 dns.example.org. alpn=dot port=853 ipv4hint=192.0.2.53
 *                      SVCB 2 dns.example.org. alpn=h2,http/1.1 port=443 ipv4hint=192.0.2.53 dohpath=/dns-query{?dns}
 * ```
 *
 * One record for each transport and port. A certificate without a name leaves the target `.`: what clients verify is the
 * address in it (RFC 9462 §4.2).
 */
import { networkInterfaces } from 'node:os'
import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { parseRecordData } from '@weir/shared/dns/record-data'
import type { Endpoint } from '@weir/shared/environment'
import { DNS_PATH } from '../listen/doh-request.ts'
import type { Designation, LocalRecord } from '../query/policy-parts.ts'

/** As in the examples of RFC 9462, but for changes of addresses, which are told within minutes. */
const TTL_SECONDS = 300
/** Of each family: what clients try, and what fits beside the other records. */
const MAX_HINTS = 4

const PARAMETERS = {
  tls: () => 'alpn=dot',
  https: () => `alpn=h2,http/1.1 dohpath=${DNS_PATH}{?dns}`,
} as const

/**
 * @param addresses of this machine, for listeners that are bound to all
 * @returns null without listeners
 */
export function designate(
  listeners: Readonly<Record<keyof typeof PARAMETERS, readonly Endpoint[]>>,
  names: readonly string[],
  addresses: readonly string[],
): Designation | null {
  const [target = null] = names
  const records: LocalRecord[] = []
  const hinted = new Set<string>()
  for (const transport of ['tls', 'https'] as const)
    for (const [port, bound] of byPort(listeners[transport])) {
      const reached = bound.flatMap((address) => reachedAt(address, addresses))
      for (const address of reached) hinted.add(address)
      const text = `SVCB ${records.length + 1} ${target ?? ''}. ${PARAMETERS[transport]()} port=${port}${hints(reached)}`
      const record = parseRecordData(text)
      if (record.ok) records.push(record.value)
    }
  if (records.length === 0) return null
  const answer = { ipv4: [], ipv6: [], pointers: [], records, rcode: 0, ttlSeconds: TTL_SECONDS }
  if (target === null) return { names, answer }
  const octets = [...hinted].flatMap((address) => parseAddress(address) ?? [])
  return { names, answer: { ...answer, additional: { owner: toWire(target), addresses: octets } } }
}

function byPort(endpoints: readonly Endpoint[]): Map<number, string[]> {
  const ports = new Map<number, string[]>()
  for (const { address, port } of endpoints) ports.set(port, [...(ports.get(port) ?? []), address])
  return ports
}

const isIPv6 = (address: string): boolean => address.includes(':')

/** A listener that is bound to all addresses is reached at those that the machine has. */
function reachedAt(bound: string, addresses: readonly string[]): readonly string[] {
  if (bound !== '0.0.0.0' && bound !== '::') return [bound]
  return addresses.filter((address) => isIPv6(address) === isIPv6(bound)).slice(0, MAX_HINTS)
}

function hints(addresses: readonly string[]): string {
  const of = (key: string, family: readonly string[]): string =>
    family.length === 0 ? '' : ` ${key}=${family.slice(0, MAX_HINTS).join(',')}`
  const ipv4 = addresses.filter((address) => !isIPv6(address))
  return of('ipv4hint', ipv4) + of('ipv6hint', addresses.filter(isIPv6))
}

/** Addresses that others reach this machine at; neither loopback nor link-local ones. */
export function machineAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return found.flatMap(({ address, internal }) => (internal || /^fe[89ab]|^169\.254\./i.test(address) ? [] : [address]))
}
