/** An upstream on loopback that answers octets with octets, over UDP and TCP, as a test tells it to. */
import { createSocket, type Socket } from 'node:dgram'
import { createServer, type Server, type Socket as TcpSocket } from 'node:net'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { freePort } from './free-ports.fixture.ts'

export interface Asked {
  readonly name: string
  readonly type: string
  readonly transport: 'udp' | 'tcp'
  readonly octets: Buffer
}

/** Octets to send, in order; none: silence. */
export type Script = (asked: Asked, query: Packet) => readonly Uint8Array[]

/** The plain answer to `query`, with what `more` says instead. */
export function answerTo(query: Packet, more: Partial<Packet> = {}): Buffer {
  const { id = 0, questions = [] } = query
  return encode({ type: 'response', id, flags: 0x0180, questions, ...more })
}

/** An A record that tells the names apart that were asked for. */
export const addressRecord = (name: string, data: string, ttl = 300): Answer => ({ type: 'A', name, ttl, data })

export class RawUpstream {
  readonly asked: Asked[] = []
  script: Script
  readonly port: number
  readonly #udp: Socket
  readonly #tcp: Server
  readonly #connections = new Set<TcpSocket>()

  private constructor(port: number, script: Script, host: string) {
    this.port = port
    this.script = script
    this.#udp = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    this.#udp.on('message', (message, peer) => {
      for (const reply of this.#respond(message, 'udp')) this.#udp.send(reply, peer.port, peer.address)
    })
    this.#tcp = createServer((socket) => this.#serve(socket))
  }

  static async start(script: Script, host = '127.0.0.1'): Promise<RawUpstream> {
    const upstream = new RawUpstream(await freePort(), script, host)
    await new Promise<void>((resolve) => upstream.#udp.bind(upstream.port, host, () => resolve()))
    await new Promise<void>((resolve) => upstream.#tcp.listen(upstream.port, host, () => resolve()))
    return upstream
  }

  async stop(): Promise<void> {
    for (const socket of this.#connections) socket.destroy()
    await new Promise<void>((resolve) => this.#udp.close(() => resolve()))
    await new Promise<void>((resolve) => this.#tcp.close(() => resolve()))
  }

  #serve(socket: TcpSocket): void {
    this.#connections.add(socket)
    let received = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#connections.delete(socket))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) {
        const end = 2 + received.readUInt16BE()
        for (const reply of this.#respond(received.subarray(2, end), 'tcp')) socket.write(framed(reply))
        received = received.subarray(end)
      }
    })
  }

  #respond(octets: Buffer, transport: 'udp' | 'tcp'): readonly Uint8Array[] {
    const query = decode(octets)
    const { name = '', type = '' } = query.questions?.[0] ?? {}
    const asked: Asked = { name: name.toLowerCase(), type, transport, octets }
    this.asked.push(asked)
    return this.script(asked, query)
  }
}

/** A message behind its length (RFC 1035 §4.2.2). */
export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}
