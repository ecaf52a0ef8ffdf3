/**
 * A datagram socket that is connected to one server: what `UdpSocket` sends and hears by. Two ways to one:
 * system calls of our own on Linux (linux-channel.ts), `dgram` elsewhere.
 */
import { createSocket, type Socket } from 'node:dgram'

export interface ChannelEvents {
  /** @param message only valid until this returns */
  onMessage(message: Uint8Array): void
  /** The socket is of no more use, or the server is not there (ICMP). */
  onError(error: Error): void
}

export interface DatagramChannel {
  readonly localPort: number
  /** @param onFailed called at once or later when the datagram could not leave */
  send(message: Uint8Array, onFailed: (error: Error) => void): void
  close(): void
}

export interface ChannelTarget {
  /** Address in text form, no name. */
  readonly host: string
  readonly port: number
}

/** Binds to `port` (0: as the system likes) and connects. Rejects with the system's `code`. */
export type OpenChannel = (target: ChannelTarget, port: number, events: ChannelEvents) => Promise<DatagramChannel>

export const openDgramChannel: OpenChannel = async (target, port, events) => {
  const socket = await connected(target, port)
  socket.on('message', (message) => events.onMessage(message))
  socket.on('error', (error) => events.onError(error))
  return {
    localPort: socket.address().port,
    send(message, onFailed) {
      socket.send(message, (error) => {
        if (error) onFailed(error)
      })
    },
    close: () => socket.close(),
  }
}

function connected(target: ChannelTarget, port: number): Promise<Socket> {
  const isIpv6 = target.host.includes(':')
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4' })
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', onError)
    socket.bind({ port, address: isIpv6 ? '::' : '0.0.0.0', exclusive: true }, () =>
      socket.connect(target.port, target.host, (error?: Error) => {
        if (error) return onError(error)
        socket.off('error', onError)
        resolve(socket)
      }),
    )
  })
}
