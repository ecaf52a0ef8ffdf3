/** Lines of hosts files: `192.0.2.1 a.example b.example  # comment`. */
import type { RuleInput } from '../contract/rules.ts'
import { parseDomainName } from '../dns/domain-name.ts'
import { formatAddress, parseAddress } from '../dns/ip-address.ts'
import { isHostsBoilerplate, isNullAddress } from './hosts-table.ts'
import {
  answers,
  beforeSign,
  boilerplate,
  type Dialect,
  type LineContext,
  type LineOutcome,
  rejected,
  rules,
} from './line-outcome.ts'

/** Two words or more, the first of which looks like an address (and may turn out not to be one). */
export const isHosts = (text: string): boolean =>
  /^(?:[\d.]{1,45}|[0-9a-fA-F:.]{0,45}:[0-9a-fA-F:.]{0,45})(?:%\S*)?\s+[^\s#]/.test(text)

export function parseHosts(text: string, dialect: Dialect, context: LineContext): LineOutcome {
  const [first = '', ...words] = beforeSign(text, '#').split(/\s+/)
  const octets = parseAddress(first.replace(/%.*$/, ''))
  if (!octets) return rejected(`'${first}' is not an IP address`)
  const address = formatAddress(octets)
  const isBlock = isNullAddress(address) || !answers(dialect, context)
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

/** The rule that answers names with one record (canonical text); an alias where there is no more to it. */
export function answerWithRecord(
  names: Pick<RuleInput, 'pattern' | 'clients'> & { readonly match: 'exact' | 'subdomains' | 'suffix' },
  record: string,
  ttlSeconds: number,
): RuleInput {
  const [, type = '', data = ''] = /^(\S+) (.*)$/s.exec(record) ?? []
  const ttl = ttlSeconds > 0 ? { ttlSeconds } : {}
  const { match } = names
  if (type === 'CNAME' && match === 'exact') return { action: 'alias', ...names, match, target: data, ...ttl }
  if (type === 'A') return { action: 'rewrite', ...names, ipv4: [data], ...ttl }
  if (type === 'AAAA') return { action: 'rewrite', ...names, ipv6: [data], ...ttl }
  return { action: 'rewrite', ...names, records: [record], ...ttl }
}

/** The rule that answers a name with one address. */
export const localAnswer = (match: 'exact' | 'suffix' | 'regex', pattern: string, address: string): RuleInput =>
  address.includes(':')
    ? { action: 'rewrite', match, pattern, ipv6: [address] }
    : { action: 'rewrite', match, pattern, ipv4: [address] }
