/** What the shape of settings cannot say: addresses, prefixes, names and answers that must mean something. */
import type { Settings } from '@weir/shared/contract/settings'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { formatPrefix, parsePrefix } from '@weir/shared/dns/ip-address'
import { parseNat64Prefix } from '@weir/shared/dns/nat64'
import { parseUpstreamAddress } from '@weir/shared/dns/upstream-address'
import { fail, ok, type Result } from '@weir/shared/result'
import { checkRule } from '@weir/shared/rules/check-rule'
import { hostName } from '../../plugins/host-check.ts'
import type { FieldFault } from '../../problem-error.ts'

/** Each item's canonical form, or a fault with its index; items that mean the same are kept once. */
function checkItems(
  field: string,
  items: readonly string[],
  check: (item: string) => Result<string, string>,
  faults: FieldFault[],
): string[] {
  const checked = items.map((item, at) => {
    const result = check(item.trim())
    if (!result.ok) faults.push({ field: `${field}[${at}]`, message: `'${item}': ${result.error}` })
    return result.ok ? result.value : item
  })
  return [...new Set(checked)]
}

const upstream = (text: string): Result<string, string> => {
  const parsed = parseUpstreamAddress(text)
  return parsed.ok ? ok(text) : parsed
}
const prefix = (text: string): Result<string, string> => {
  const parsed = parsePrefix(text)
  return parsed ? ok(formatPrefix(parsed)) : fail('is not an address or a prefix such as 192.0.2.0/24')
}
const name = (text: string): Result<string, string> => parseDomainName(text)
const host = (text: string): Result<string, string> => {
  const parsed = hostName(text)
  return parsed === undefined || text.includes(':') ? fail('is not a host name, without port and scheme') : ok(parsed)
}

/** That a session is used is noted once a minute: below this, people who read would be signed out. */
const MIN_IDLE_MINUTES = 5

/** The whole document as it is stored; all faults are told at once, fields as in `upstreams.servers[0]`. */
export function checkSettings(settings: Settings): Result<Settings, FieldFault[]> {
  const faults: FieldFault[] = []
  const { upstreams, dns64, rebinding, access, http, lists, cache, blocking } = settings
  const checked: Settings = {
    ...settings,
    blocking: { ...blocking, answer: checkAnswer(blocking.answer, faults) },
    upstreams: { ...upstreams, servers: checkItems('upstreams.servers', upstreams.servers, upstream, faults) },
    dns64: {
      ...dns64,
      prefix: checkNat64(dns64.prefix, faults),
      excludedNames: checkItems('dns64.excludedNames', dns64.excludedNames, name, faults),
    },
    rebinding: {
      ...rebinding,
      allowedNames: checkItems('rebinding.allowedNames', rebinding.allowedNames, name, faults),
    },
    access: {
      ...access,
      allowedClients: checkItems('access.allowedClients', access.allowedClients, prefix, faults),
      deniedClients: checkItems('access.deniedClients', access.deniedClients, prefix, faults),
    },
    lists: { ...lists, protectedNames: checkItems('lists.protectedNames', lists.protectedNames, name, faults) },
    http: {
      ...http,
      allowedHosts: checkItems('http.allowedHosts', http.allowedHosts, host, faults),
      trustedProxies: checkItems('http.trustedProxies', http.trustedProxies, prefix, faults),
    },
  }
  if (cache.minTtlSeconds > cache.maxTtlSeconds)
    faults.push({ field: 'cache.minTtlSeconds', message: 'is larger than maxTtlSeconds' })
  if (http.sessionIdleMinutes > 0 && http.sessionIdleMinutes < MIN_IDLE_MINUTES)
    faults.push({ field: 'http.sessionIdleMinutes', message: `is 0 or at least ${MIN_IDLE_MINUTES}` })
  return faults.length > 0 ? fail(faults) : ok(checked)
}

function checkNat64(text: string, faults: FieldFault[]): string {
  const parsed = parseNat64Prefix(text.trim())
  if (parsed) return formatPrefix(parsed)
  const message = `'${text}' is not a NAT64 prefix: IPv6, /32, /40, /48, /56, /64 or /96, as 64:ff9b::/96`
  faults.push({ field: 'dns64.prefix', message })
  return text
}

/** A block answer is checked as a rule's is. */
function checkAnswer(answer: Settings['blocking']['answer'], faults: FieldFault[]): Settings['blocking']['answer'] {
  const { extendedError, ...ofRules } = answer
  const rule = checkRule({ action: 'block', match: 'exact', pattern: 'example.org', answer: ofRules })
  if (rule.ok) return { ...rule.value.answer, kind: answer.kind, ...(extendedError !== undefined && { extendedError }) }
  faults.push(...rule.error.map(({ field, message }) => ({ field: `blocking.${field}`, message })))
  return answer
}
