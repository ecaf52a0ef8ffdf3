/** The settings of DNS64, ready to be used. */
import type { Settings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { parseNat64Prefix } from '@weir/shared/dns/nat64'

export interface Dns64Terms {
  readonly prefix: AddressPrefix
  /** Wire labels, lower case. */
  readonly excludedNames: readonly Uint8Array[]
}

/** @returns null when it is switched off */
export function dns64Terms({ enabled, prefix, excludedNames }: Settings['dns64']): Dns64Terms | null {
  const parsed = parseNat64Prefix(prefix)
  return enabled && parsed ? { prefix: parsed, excludedNames: excludedNames.map((name) => toWire(name)) } : null
}
