/** What an administrator should know about the sockets once they are open. */
import type { Logger } from 'pino'
import { SOCKET_BUFFER_OCTETS } from '../listen/udp-socket.ts'
import type { ListenerInfo } from '../threads/worker-messages.ts'

export function warnOfListeners(listeners: readonly ListenerInfo[], logger: Logger): void {
  const slow = listeners.find(({ implementation }) => implementation === 'dgram')
  if (slow) logger.warn({ reason: slow.reason }, 'UDP packets move one at a time, not in batches')
  const small = listeners.find(({ receiveBufferOctets: octets }) => octets !== null && octets < SOCKET_BUFFER_OCTETS)
  if (small)
    logger.warn(
      { address: small.address, octets: small.receiveBufferOctets, wanted: SOCKET_BUFFER_OCTETS },
      'the system gives queries that wait little room, a burst may lose some: raise net.core.rmem_max',
    )
}
