/** Why a listener could not open its address: a closed set, worded for the administrator. */
import { type Endpoint, formatEndpoint } from '@weir/shared/environment'

export interface ListenFault {
  readonly kind: 'address-in-use' | 'permission-denied' | 'address-not-available' | 'cannot-listen'
  readonly transport: 'udp' | 'tcp'
  readonly endpoint: Endpoint
  /** One line that names address, port and the setting to change. */
  readonly detail: string
}

const KINDS: Readonly<Record<string, readonly [ListenFault['kind'], string]>> = {
  EADDRINUSE: ['address-in-use', 'is in use by another program'],
  EACCES: ['permission-denied', 'needs a permission that this process does not have (ports below 1024)'],
  EPERM: ['permission-denied', 'needs a permission that this process does not have'],
  EADDRNOTAVAIL: ['address-not-available', 'is not an address of this machine'],
}

/**
 * @param error what the system said: an Error with `code`, or anything else
 * @param setting the variable that says where to listen
 */
export function listenFault(
  error: unknown,
  endpoint: Endpoint,
  transport: 'udp' | 'tcp',
  setting = 'WEIR_DNS_LISTEN',
): ListenFault {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  const [kind, words] = KINDS[code] ?? ['cannot-listen', `cannot be opened (${String(error)})`]
  const where = `${transport.toUpperCase()} ${formatEndpoint(endpoint)}`
  return { kind, transport, endpoint, detail: `${where} ${words}; ${setting} sets where to listen` }
}
