/** Addresses that hosts files name to say "nowhere". */
import { parseAddress } from '../dns/ip-address.ts'
import { addressKind } from '../dns/special-address.ts'

/** 0.0.0.0, 127.0.0.0/8, ::, ::1 and their IPv4-mapped forms. */
export function isNullAddress(text: string): boolean {
  const octets = parseAddress(text)
  if (!octets) return false
  const kind = addressKind(octets)
  return kind === 'unspecified' || kind === 'loopback'
}
