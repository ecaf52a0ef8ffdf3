/** DNS over TCP (RFC 7766). */
import { createConnection, type Socket } from 'node:net'
import { RandomOctets } from './random-octets.ts'
import { type Connect, StreamExchange } from './stream.ts'

export interface TcpTarget {
  readonly host: string
  readonly port: number
}

export const tcpExchange = (target: TcpTarget, random = new RandomOctets()): StreamExchange =>
  new StreamExchange(connectTcp(target), random)

const connectTcp =
  ({ host, port }: TcpTarget): Connect =>
  (signal) =>
    whenConnected(createConnection({ host, port }), 'connect', signal)

/** Settles at `event`, at an error, or when `signal` aborts; the socket is destroyed unless it connected. */
export function whenConnected<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.destroy(new Error('connection took too long'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', reject)
    socket.once(event, () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort)
      reject(new Error('connection closed'))
    })
  })
}
