/**
 * Opens the connections of a fetch. Every address is judged at the moment of connecting, in the same step that
 * resolves the name: a check of the URL beforehand would be undone by a name whose address changes in between
 * (DNS rebinding), or by a redirect.
 */
import { isIP, type LookupFunction } from 'node:net'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { isPrivateAddress } from '@weir/shared/dns/special-address'
import { buildConnector } from 'undici'
import type { ResolveHost } from './resolve-host.ts'

/** The connection would leave the public Internet. */
export class PrivateAddressError extends Error {
  readonly code = 'WEIR_PRIVATE_ADDRESS'
  readonly address: string
  constructor(address: string) {
    super(`${address} is not an address of the public Internet`)
    this.address = address
  }
}

export interface ConnectorOptions {
  readonly resolveHost: ResolveHost
  readonly allowPrivateAddresses: boolean
  readonly connectTimeoutMs: number
}

/** A connector for undici; TLS certificates are verified, HTTP/1.1 only (one request a connection, no need for more). */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const { resolveHost, allowPrivateAddresses, connectTimeoutMs } = options
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    rejectUnauthorized: true,
    lookup: guardedLookup(resolveHost, allowPrivateAddresses),
  } as buildConnector.BuildOptions)
  return (target, callback) => {
    // For an address in the URL nothing is looked up, so that the look-up cannot judge it.
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(host) !== 0 && !allowPrivateAddresses && !isPublicAddress(host))
      return callback(new PrivateAddressError(host), null)
    return connect(target, callback)
  }
}

/** Gives net.connect only addresses that may be reached. */
function guardedLookup(resolveHost: ResolveHost, allowPrivateAddresses: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveHost(hostname).then(
      (found) => {
        const allowed = allowPrivateAddresses ? found : found.filter(({ address }) => isPublicAddress(address))
        const first = allowed[0]
        if (first === undefined) callback(new PrivateAddressError(found[0]?.address ?? hostname), '')
        else if (options.all) callback(null, [...allowed])
        else callback(null, first.address, first.family)
      },
      (cause: NodeJS.ErrnoException) => callback(cause, ''),
    )
  }
}

/** False for everything special, and for text that is no plain address: one with a zone only makes sense on a link. */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text)
  return address !== undefined && !isPrivateAddress(address)
}
