/** One upstream: its address as text, how to ask it, and how it has been doing. */
import type { Clock } from '@weir/shared/clock'
import { parseUpstreamAddress, type UpstreamAddress } from '@weir/shared/dns/upstream-address'
import { ServerAsker, type ServerExchanges } from './ask-server.ts'
import type { Bootstrap } from './bootstrap.ts'
import type { CookieCounters } from './cookie-jar.ts'
import type { OpenChannel } from './exchange/datagram-channel.ts'
import { failed } from './exchange/exchange.ts'
import { HttpsExchange } from './exchange/https.ts'
import type { RandomOctets } from './exchange/random-octets.ts'
import { tcpExchange } from './exchange/tcp.ts'
import { tlsExchange } from './exchange/tls.ts'
import { UdpExchange } from './exchange/udp.ts'
import { ServerHealth } from './health.ts'

export interface ServerSurroundings {
  readonly clock: Clock
  readonly random: RandomOctets
  readonly cookieCounters: CookieCounters
  readonly bootstrap: Bootstrap
  /** Ports that no outgoing socket may take. */
  readonly avoidPorts: ReadonlySet<number>
  readonly openChannel: OpenChannel
  /** In place of the system's certificate authorities, PEM. */
  readonly certificateAuthorities?: readonly string[]
}

export class UpstreamServer {
  readonly text: string
  readonly health = new ServerHealth()
  readonly asker: ServerAsker
  /** Given by address: fit to resolve the names of others. */
  readonly isBootstrap: boolean

  /** A text that cannot be read makes a server that cannot be reached: settings were checked when they were saved. */
  constructor(text: string, surroundings: ServerSurroundings) {
    const address = parseUpstreamAddress(text)
    this.text = address.ok ? address.value.text : text
    this.asker = new ServerAsker(
      address.ok ? exchangesFor(address.value, surroundings) : unusable(address.error),
      surroundings.clock,
      surroundings.random,
      surroundings.cookieCounters,
    )
    this.isBootstrap = address.ok && !address.value.isName
  }
}

function exchangesFor(address: UpstreamAddress, surroundings: ServerSurroundings): ServerExchanges {
  const { host, port, path, transport } = address
  const { random, avoidPorts, openChannel, bootstrap, certificateAuthorities } = surroundings
  const tls = {
    host,
    port,
    addresses: () => (address.isName ? bootstrap.resolve(host) : Promise.resolve([host])),
    ...(certificateAuthorities && { certificateAuthorities }),
  }
  switch (transport) {
    case 'udp':
      return {
        datagram: new UdpExchange({ host, port, avoidPorts }, random, openChannel),
        stream: tcpExchange({ host, port }, random),
      }
    case 'tcp':
      return { datagram: null, stream: tcpExchange({ host, port }, random) }
    case 'tls':
      return { datagram: null, stream: tlsExchange(tls, random) }
    case 'https':
      return { datagram: null, stream: new HttpsExchange({ ...tls, path }) }
  }
}

const unusable = (reason: string): ServerExchanges => ({
  datagram: null,
  stream: { exchange: (_question, _options, settle) => settle(failed('unreachable', reason)), close: () => undefined },
})
