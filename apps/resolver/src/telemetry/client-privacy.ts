/** What of a client's address the log and the statistics may hold; applied before anything is written or shown. */
import type { Settings } from '@weir/shared/contract/settings'
import { formatAddress, isMapped } from '@weir/shared/dns/ip-address'

export type ClientPrivacy = Settings['log']['clientPrivacy']

/** @param address 16 octets, IPv4 mapped. @returns the address, its /24 or /56, or nothing */
export function clientText(address: Uint8Array, privacy: ClientPrivacy): string {
  if (privacy === 'none' || isNobody(address)) return ''
  const isIpv4 = isMapped(address)
  if (privacy === 'full') return formatAddress(isIpv4 ? address.subarray(12) : address)
  if (isIpv4) return `${address[12]}.${address[13]}.${address[14]}.0/24`
  const prefix = new Uint8Array(16)
  prefix.set(address.subarray(0, 7))
  return `${formatAddress(prefix)}/56`
}

/** The unspecified address, as it stands for a client of a group that hides who asks. */
function isNobody(address: Uint8Array): boolean {
  for (const octet of address) if (octet !== 0) return false
  return true
}
