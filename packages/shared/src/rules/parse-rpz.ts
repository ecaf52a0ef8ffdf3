/**
 * Lines of response policy zones (draft-vixie-dnsop-dns-rpz-00): the owner name is the trigger, the record the action.
 *
 * Owner names are read as written, relative to the zone. Triggers by address, server or client (`rpz-ip` and its like) are
 * rejected by name.
 */
import type { RuleInput } from '../contract/rules.ts'
import { formatAddress, parseAddress } from '../dns/ip-address.ts'
import { beforeSign, boilerplate, type Dialect, type LineOutcome, rejected, rules } from './line-outcome.ts'
import { localAnswer } from './parse-hosts.ts'

const RECORD = /^(\S+)\s+(?:\d+[smhdw]?\s+)?(?:IN\s+)?(?:\d+[smhdw]?\s+)?(CNAME|A|AAAA|TXT|MX|SOA|NS|DNAME)\s+(.+)$/i
const ZONE_FILE = /^\$(?:TTL|ORIGIN|INCLUDE|GENERATE)\b/i
/** The SOA record's numbers on lines of their own, with or without the closing bracket. */
const SOA_PART = /^(?:\d+[smhdw]?|[()])(?:\s*\))?\s*(?:;.*)?$/i

export const isRpz = (text: string, dialect: Dialect): boolean =>
  ZONE_FILE.test(text) || RECORD.test(text) || (dialect === 'rpz' && (SOA_PART.test(text) || APEX.test(text)))

/** A record without an owner name belongs to the one before it: SOA and NS of the zone itself. */
const APEX = /^(?:IN\s+)?(?:SOA|NS)\s+\S/i

export function parseRpz(text: string, dialect: Dialect): LineOutcome {
  const [, owner = '', type = '', rest = ''] = RECORD.exec(text) ?? []
  if (owner === '' || /^(?:SOA|NS)$/i.test(type)) return boilerplate
  if (/(?:^|\.)rpz-(?:ip|nsdname|nsip|client-ip)(?:\.|$)/i.test(owner))
    return rejected(`the RPZ trigger of '${owner}' is not supported`)
  const isWildcard = owner.startsWith('*.')
  const names = { match: isWildcard ? 'subdomains' : 'exact', pattern: isWildcard ? owner.slice(2) : owner } as const
  const value = beforeSign(rest, ';')
  if (/^CNAME$/i.test(type)) return policy(names, value.toLowerCase())
  return localData(names, type.toUpperCase(), value, dialect)
}

type Names = { readonly match: 'exact' | 'subdomains'; readonly pattern: string }

function policy(names: Names, target: string): LineOutcome {
  switch (target) {
    case '.':
    case '*.':
      return rules({ action: 'block', ...names })
    case 'rpz-passthru.':
    case 'rpz-passthru':
      return rules({ action: 'allow', ...names })
    case 'rpz-drop.':
    case 'rpz-drop':
      return rules({ action: 'block', ...names, answer: { kind: 'drop' } })
    case 'rpz-tcp-only.':
    case 'rpz-tcp-only':
      return rejected('the RPZ action rpz-tcp-only is not supported')
    default:
      return names.match === 'exact'
        ? rules({ action: 'alias', match: 'exact', pattern: names.pattern, target })
        : rejected('an RPZ rewrite of a wildcard to a name is not supported')
  }
}

function localData(names: Names, type: string, value: string, dialect: Dialect): LineOutcome {
  const octets = type === 'A' || type === 'AAAA' ? parseAddress(value) : undefined
  if (!octets) return rejected(`RPZ local data of type ${type} is not supported`)
  if (dialect !== 'own') return rules({ action: 'block', ...names })
  const answer = localAnswer('exact', names.pattern, formatAddress(octets))
  return rules({ ...answer, match: names.match } as RuleInput)
}
