/** Lines of hosts files: `192.0.2.1 a.example b.example  # comment`. */
import type { RuleInput } from '../contract/rules.ts'
import { parseDomainName } from '../dns/domain-name.ts'
import { formatAddress, parseAddress } from '../dns/ip-address.ts'
import { beforeSign, boilerplate, type Dialect, type LineOutcome, rejected, rules } from './line-outcome.ts'
import { isNullAddress } from './null-address.ts'

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

/** Two words or more, the first of which looks like an address (and may turn out not to be one). */
export const isHosts = (text: string): boolean =>
  /^(?:[\d.]{1,45}|[0-9a-fA-F:.]{0,45}:[0-9a-fA-F:.]{0,45})(?:%\S*)?\s+[^\s#]/.test(text)

export function parseHosts(text: string, dialect: Dialect): LineOutcome {
  const [first = '', ...words] = beforeSign(text, '#').split(/\s+/)
  const octets = parseAddress(first.replace(/%.*$/, ''))
  if (!octets) return rejected(`'${first}' is not an IP address`)
  const address = formatAddress(octets)
  const isBlock = isNullAddress(address) || dialect !== 'own'
  const found: RuleInput[] = []
  for (const word of words) {
    const name = parseDomainName(word)
    if (!name.ok)
      return rejected(`'${word}': ${name.error}${word.includes('$') ? '; hosts lines take no modifiers' : ''}`)
    if (isHostsBoilerplate(name.value)) continue
    found.push(
      isBlock ? { action: 'block', match: 'exact', pattern: name.value } : localAnswer('exact', name.value, address),
    )
  }
  return found.length > 0 ? rules(...found) : boilerplate
}

/** The rule that answers a name with one address. */
export const localAnswer = (match: 'exact' | 'suffix', pattern: string, address: string): RuleInput =>
  address.includes(':')
    ? { action: 'rewrite', match, pattern, ipv6: [address] }
    : { action: 'rewrite', match, pattern, ipv4: [address] }
