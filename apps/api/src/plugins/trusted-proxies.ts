/** Who is a proxy that somebody put before the console, by the setting `http.trustedProxies`. */
import { parseAddress, parsePrefix, prefixContains, unmapped } from '@weir/shared/dns/ip-address'

/** @param prefixes as the settings have them; IPv4 connections of a socket for both families count as IPv4 */
export function isTrustedProxy(prefixes: readonly string[], address: string): boolean {
  const parsed = parseAddress(address)
  if (parsed === undefined) return false
  const octets = unmapped(parsed)
  return prefixes.some((text) => {
    const prefix = parsePrefix(text)
    return prefix !== undefined && prefix.octets.length === octets.length && prefixContains(prefix, octets)
  })
}
