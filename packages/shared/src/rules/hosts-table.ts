/** What hosts files hold by custom: addresses that say "nowhere", and the machine's own names. */
import { parseAddress } from '../dns/ip-address.ts'
import { addressKind } from '../dns/special-address.ts'

/** 0.0.0.0, 127.0.0.0/8, ::, ::1 and their IPv4-mapped forms. */
export function isNullAddress(text: string): boolean {
  const octets = parseAddress(text)
  if (!octets) return false
  const kind = addressKind(octets)
  return kind === 'unspecified' || kind === 'loopback'
}

/** Names that operating systems' own hosts files hold; blocking them would break the machine, and nobody means it. */
const OWN_NAMES = new Set([
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost4.localdomain4',
  'localhost6',
  'localhost6.localdomain6',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-allhosts',
  '0.0.0.0',
])

export const isHostsBoilerplate = (name: string): boolean => OWN_NAMES.has(name)
