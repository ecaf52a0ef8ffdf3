/**
 * DNS over TLS (RFC 7858), strict: the certificate is verified against the name or address of the upstream's URL
 * (RFC 8310 §5), always. An upstream that cannot show one is unreachable.
 */
import { isIP } from 'node:net'
import { getBuiltinModule } from 'node:process'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { RandomOctets } from './random-octets.ts'
import { StreamExchange } from './stream.ts'
import { whenConnected } from './tcp.ts'

export interface TlsTarget {
  /** What the certificate must hold: a name or an address. */
  readonly host: string
  readonly port: number
  /** Addresses of `host`, the best first; rejects when there are none. */
  readonly addresses: () => Promise<readonly string[]>
  /** Certificate authorities in place of the system's, PEM. */
  readonly certificateAuthorities?: readonly string[]
}

export function tlsExchange(target: TlsTarget, random = new RandomOctets()): StreamExchange {
  const connector = new TlsConnector(target, 'dot')
  return new StreamExchange((signal) => connector.connect(signal), random)
}

/** Opens verified TLS connections to one server, resuming its session, going from address to address when one fails. */
export class TlsConnector {
  readonly #target: TlsTarget
  readonly #protocol: string
  #session: Buffer | undefined
  #failureCount = 0

  /** @param protocol for ALPN: `dot` or `h2` */
  constructor(target: TlsTarget, protocol: string) {
    this.#target = target
    this.#protocol = protocol
  }

  async connect(signal: AbortSignal): Promise<TLSSocket> {
    const addresses = await this.#target.addresses()
    const address = addresses[this.#failureCount % addresses.length]
    if (address === undefined) throw new Error('no address')
    // Loaded by the first connection: see https.ts.
    const socket = getBuiltinModule('node:tls').connect(this.#options(address))
    socket.on('session', (session) => {
      this.#session = session
    })
    try {
      return await whenConnected(socket, 'secureConnect', signal)
    } catch (error) {
      this.#failureCount++
      this.#session = undefined
      throw error
    }
  }

  #options(address: string): ConnectionOptions {
    const { host, port, certificateAuthorities } = this.#target
    return {
      host: address,
      port,
      // Names only (RFC 6066 §3); for addresses `host` is what the certificate is compared with.
      ...(isIP(host) === 0 && { servername: host }),
      ...(certificateAuthorities && { ca: [...certificateAuthorities] }),
      ...(this.#session && { session: this.#session }),
      ALPNProtocols: [this.#protocol],
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    }
  }
}
