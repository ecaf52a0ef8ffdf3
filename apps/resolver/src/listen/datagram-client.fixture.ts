/** Asks a UDP listener in its tests, and keeps what comes back. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export class DatagramClient {
  readonly received: string[] = []
  /** Where the answers came from. */
  readonly peers = new Set<string>()
  readonly #address: string
  readonly #port: number
  readonly #socket: Socket
  #wake: () => void = () => {}

  constructor(address: string, port: number) {
    this.#address = address
    this.#port = port
    this.#socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
    this.#socket.on('message', (message, peer) => {
      this.received.push(message.toString())
      this.peers.add(`${peer.address}:${peer.port}`)
      this.#wake()
    })
  }
  async open(): Promise<void> {
    this.#socket.bind(0, this.#address.includes(':') ? '::1' : '127.0.0.1')
    await once(this.#socket, 'listening')
  }
  get port(): number {
    return this.#socket.address().port
  }
  send(text: string): void {
    this.#socket.send(text, this.#port, this.#address)
  }
  /** All that came, once it is `count` datagrams. */
  async receive(count: number): Promise<string[]> {
    while (this.received.length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    return this.received
  }
  close(): void {
    this.#socket.close()
  }
}
