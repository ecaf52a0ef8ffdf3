/**
 * A datagram socket that is connected to one server: what `UdpSocket` sends and hears by. Two ways to one:
 * system calls of our own on Linux (linux-channel.ts), `dgram` elsewhere.
 */
import { createSocket, type Socket } from 'node:dgram'

export interface ChannelEvents {
  /** @param message `length` octets of it, only valid until this returns, and the receiver's to change until then */
  onMessage(message: Uint8Array, length: number): void
  /** The socket is of no more use, or the server is not there (ICMP). */
  onError(error: Error): void
}

export interface Sender {
  /** The datagram could not leave. Told at once or later. */
  onSendFailed(error: Error): void
}

export interface DatagramChannel {
  readonly localPort: number
  /** Takes a copy of the first `length` octets, which may leave a little later, together with others. */
  send(message: Uint8Array, length: number, sender: Sender): void
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
  socket.on('message', (message) => events.onMessage(message, message.length))
  socket.on('error', (error) => events.onError(error))
  return {
    localPort: socket.address().port,
    send(message, length, sender) {
      socket.send(message.slice(0, length), (error) => {
        if (error) sender.onSendFailed(error)
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
