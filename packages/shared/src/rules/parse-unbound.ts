/** `local-zone:` and `local-data:` lines of unbound.conf(5). */
import { formatAddress, parseAddress } from '../dns/ip-address.ts'
import { isNullAddress } from './hosts-table.ts'
import { blank, boilerplate, type Dialect, type LineOutcome, rejected, rules } from './line-outcome.ts'
import { localAnswer } from './parse-hosts.ts'

const LINE = /^(local-zone|local-data|local-data-ptr|server|include)\s*:\s*(.*)$/i

export const isUnbound = (text: string): boolean => LINE.test(text)

const BLOCKING = new Set([
  ...['always_null', 'always_nxdomain', 'always_nodata', 'always_refuse', 'always_deny', 'refuse', 'deny', 'static'],
  ...['redirect', 'inform_deny', 'inform_redirect'],
])
/** These answer from local-data or resolve as usual: by themselves they block nothing. */
const TRANSPARENT = new Set(['transparent', 'typetransparent', 'inform', 'nodefault'])

export function parseUnbound(text: string, dialect: Dialect): LineOutcome {
  const [, keyword = '', rest = ''] = LINE.exec(text) ?? []
  switch (keyword.toLowerCase()) {
    case 'server':
      return blank
    case 'local-zone':
      return parseZone(rest)
    case 'local-data':
      return parseData(rest, dialect)
    default:
      return rejected(`Unbound's '${keyword}' is not supported`)
  }
}

function parseZone(rest: string): LineOutcome {
  const match = /^(?:"([^"]*)"|'([^']*)'|(\S+))\s+([a-z_]+)\s*(?:#.*)?$/i.exec(rest)
  if (!match) return rejected('local-zone needs a name and a type, as in local-zone: "example.org." always_nxdomain')
  const pattern = match[1] ?? match[2] ?? match[3] ?? ''
  const type = match[4]!.toLowerCase()
  if (BLOCKING.has(type)) return rules({ action: 'block', match: 'suffix', pattern })
  if (type === 'always_transparent') return rules({ action: 'allow', match: 'suffix', pattern })
  return TRANSPARENT.has(type) ? boilerplate : rejected(`Unbound's zone type '${type}' is not supported`)
}

function parseData(rest: string, dialect: Dialect): LineOutcome {
  const match = /^(["'])(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(\S+)\s+(.*)\1\s*(?:#.*)?$/i.exec(rest)
  if (!match) return rejected('local-data needs a record in quotes, as in local-data: "example.org. A 192.0.2.1"')
  const [, , pattern = '', type = '', value = ''] = match
  const octets = /^(?:A|AAAA)$/i.test(type) ? parseAddress(value.trim()) : undefined
  if (!octets) return rejected(`local-data of type ${type} is not supported`)
  const address = formatAddress(octets)
  if (dialect === 'own' && !isNullAddress(address)) return rules(localAnswer('exact', pattern, address))
  return rules({ action: 'block', match: 'exact', pattern })
}
