/** The sockets of one query worker: opened together, described for the log and the console, stopped together. */
import { type Endpoint, formatEndpoint } from '@weir/shared/environment'
import { TcpListener } from '../listen/tcp.ts'
import { type ChosenUdpListener, chooseUdpListener } from '../listen/udp-listener.ts'
import type { Designation } from '../query/policy-parts.ts'
import type { QueryHandler } from '../query/ports.ts'
import type { SecureListeners } from './secure-listeners.ts'
import type { ListenerInfo, WorkerStart } from './worker-messages.ts'

export interface Listeners {
  readonly udp: ChosenUdpListener[]
  readonly tcp: TcpListener[]
  secure: SecureListeners | null
}

/** Who is told of what the encrypted listeners find out while they listen. */
export interface ListenerEvents {
  /** A renewed certificate cannot be used. */
  onFault(detail: string): void
  onDesignation(designation: Designation | null): void
}

/**
 * TCP first: it finds a port that another program has, which SO_REUSEPORT would let us share in silence.
 * @returns why they cannot be opened, in one line; those that were stay open, for the thread is to end then
 */
export async function openListeners(
  { listen, servesStreams, secure }: WorkerStart,
  handler: QueryHandler,
  events: ListenerEvents,
): Promise<Listeners | string> {
  const listeners: Listeners = { udp: [], tcp: [], secure: null }
  for (const asked of listen) {
    let endpoint: Endpoint = asked
    if (servesStreams) {
      const tcp = new TcpListener({ endpoint, handler })
      const opened = await tcp.start()
      if (!opened.ok) return opened.error.detail
      endpoint = tcp.endpoint
      listeners.tcp.push(tcp)
    }
    const udp = await chooseUdpListener({ endpoint, handler })
    const opened = await udp.listener.start()
    if (!opened.ok) return opened.error.detail
    listeners.udp.push(udp)
  }
  if (secure === null) return listeners
  // Their code, and that of TLS, is loaded only where they are wanted.
  const { openSecureListeners } = await import('./secure-listeners.ts')
  const opened = await openSecureListeners({ listen: secure, handler, ...events })
  if (typeof opened === 'string') return opened
  listeners.secure = opened
  return listeners
}

export const describeListeners = ({ udp, tcp, secure }: Listeners): ListenerInfo[] => [
  ...udp.map(({ listener, fallbackReason }): ListenerInfo => {
    const { endpoint, implementation } = listener
    const reason = fallbackReason ?? 'recvmmsg and sendmmsg move packets in batches'
    const receiveBufferOctets = listener.readSocket()
    return { transport: 'udp', address: formatEndpoint(endpoint), implementation, reason, receiveBufferOctets }
  }),
  ...tcp.map((listener): ListenerInfo => {
    const address = formatEndpoint(listener.endpoint)
    const reason = 'streams are served by one worker'
    return { transport: 'tcp', address, implementation: 'net', reason, receiveBufferOctets: null }
  }),
  ...(secure?.infos ?? []),
]

/** Takes no more queries, and waits for the answers that are due, each for a bounded time. */
export async function stopListeners({ udp, tcp, secure }: Listeners): Promise<void> {
  const all = [...udp.map(({ listener }) => listener), ...tcp, ...(secure === null ? [] : [secure])]
  await Promise.all(all.map((listener) => listener.stop()))
}
