/**
 * Addresses of resolvers that are asked, as text: in WEIR_UPSTREAMS, in settings and in forward rules.
 *
 * ```
 *  192.0.2.53   192.0.2.53:5300   2001:db8::53   [2001:db8::53]:5300     UDP, and TCP where an answer is truncated
 *  udp://…      the same          tcp://192.0.2.53:5300                  TCP only (RFC 7766)
 *  tls://dns.example.net[:853]    tls://192.0.2.53                       DNS over TLS (RFC 7858)
 *  https://dns.example.net/dns-query                                     DNS over HTTPS (RFC 8484)
 * ```
 * UDP and TCP servers are given by address, since a name would need a resolver to be resolved; `tls` and `https` also by
 * name, which is what their certificates hold.
 */
import { fail, ok, type Result } from '../result.ts'
import { parseDomainName } from './domain-name.ts'
import { formatAddress, parseAddress } from './ip-address.ts'

/** `udp` falls back to TCP on truncation; `tcp` never uses UDP. */
export type UpstreamTransport = 'udp' | 'tcp' | 'tls' | 'https'

export interface UpstreamAddress {
  readonly transport: UpstreamTransport
  /** Canonical: an address without brackets, or a name (`tls` and `https` only). */
  readonly host: string
  readonly isName: boolean
  readonly port: number
  /** `https` only: path and query of the URL, else empty. */
  readonly path: string
  /** Canonical text: parses back to the same; default ports are left out, plain addresses have no scheme. */
  readonly text: string
}

const DEFAULT_PORTS: Readonly<Record<UpstreamTransport, number>> = { udp: 53, tcp: 53, tls: 853, https: 443 }
const MAX_CHARACTERS = 300
const MAX_PATH = /^\/[A-Za-z0-9\-._~!&'()*+,;=:@%/?]*$/

/** Reads one upstream; the error is a reason in words that stands well behind `'text': `. */
export function parseUpstreamAddress(text: string): Result<UpstreamAddress, string> {
  const trimmed = text.trim()
  if (trimmed === '') return fail('is empty; give an address such as 192.0.2.53')
  if (trimmed.length > MAX_CHARACTERS) return fail(`is longer than ${MAX_CHARACTERS} characters`)
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(trimmed)
  const scheme = match?.[1]?.toLowerCase() ?? 'udp'
  if (!isTransport(scheme)) return fail(`scheme '${scheme}' is not known; use udp, tcp, tls or https`)
  const rest = match?.[2] ?? trimmed
  if (rest.includes('@')) return fail('credentials are not supported')
  const slash = rest.search(/[/?#]/)
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  if (scheme !== 'https' && path !== '' && path !== '/') return fail(`a path is not allowed with ${scheme}`)
  if (scheme === 'https' && path !== '' && !MAX_PATH.test(path)) return fail(`'${path}' is not a path of a URL`)
  const host = parseAuthority(authority, scheme)
  if (!host.ok) return host
  return ok(withText({ transport: scheme, ...host.value, path: scheme === 'https' ? path || '/dns-query' : '' }))
}

const isTransport = (scheme: string): scheme is UpstreamTransport => Object.hasOwn(DEFAULT_PORTS, scheme)

type Authority = Pick<UpstreamAddress, 'host' | 'isName' | 'port'>

function parseAuthority(authority: string, transport: UpstreamTransport): Result<Authority, string> {
  const bare = parseAddress(authority)
  if (bare) return ok({ host: formatAddress(bare), isName: false, port: DEFAULT_PORTS[transport] })
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(authority)
  if (!match) return fail(`'${authority}' is not an address, as in 192.0.2.53:5300 or [2001:db8::53]:5300`)
  const port = match[3] === undefined ? DEFAULT_PORTS[transport] : Number(match[3])
  if (port < 1 || port > 65_535) return fail(`port ${match[3]} is not between 1 and 65535`)
  const hostText = match[1] ?? match[2] ?? ''
  const octets = parseAddress(hostText)
  if (match[1] !== undefined && octets?.length !== 16) return fail(`'[${match[1]}]' is not an IPv6 address`)
  if (octets) return ok({ host: formatAddress(octets), isName: false, port })
  // A last label of digits only is a mistyped address, never a name (RFC 1123 §2.1).
  if (transport === 'udp' || transport === 'tcp' || /^[\d.]*$/.test(hostText))
    return fail(`'${hostText}' is not an IP address`)
  const name = parseDomainName(hostText)
  return name.ok ? ok({ host: name.value, isName: true, port }) : fail(`'${hostText}': ${name.error}`)
}

function withText(parts: Omit<UpstreamAddress, 'text'>): UpstreamAddress {
  const { transport, host, port, path } = parts
  const isIpv6 = host.includes(':')
  const hasPort = port !== DEFAULT_PORTS[transport]
  const bracketed = isIpv6 && (hasPort || transport !== 'udp') ? `[${host}]` : host
  const scheme = transport === 'udp' ? '' : `${transport}://`
  return { ...parts, text: `${scheme}${bracketed}${hasPort ? `:${port}` : ''}${path}` }
}
