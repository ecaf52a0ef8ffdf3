/** Upstreams on loopback that do what a test tells them, over every transport, and messages to do it with. */
import { createSocket, type RemoteInfo, type Socket as UdpServerSocket } from 'node:dgram'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { TEST_CERTIFICATE, TEST_KEY } from '@weir/shared/testing/certificates'
import { HEADER_OCTETS } from '../../wire/header.ts'

export interface ScriptedQuery {
  /** As received, without a stream's length. */
  readonly message: Buffer
  readonly transport: 'udp' | 'tcp' | 'tls' | 'https'
  /** Of the asking socket. */
  readonly clientPort: number
  reply(message: Uint8Array): void
  /** UDP: the same from another port. Streams: closes the connection. HTTPS: ends with status 500. */
  misbehave(message: Uint8Array): void
}
export type Script = (query: ScriptedQuery) => void

export interface ScriptedUpstream {
  readonly port: number
  readonly queries: ScriptedQuery[]
  /** Connections taken so far. */
  readonly connectionCount: () => number
  script: Script
  /** Closes open connections, but goes on listening. */
  dropConnections(): void
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const TLS = { key: TEST_KEY, cert: TEST_CERTIFICATE }

/** Header and question of `query`, as a reply with these records. */
export function respond(
  query: Buffer,
  options: { rcode?: number; flags?: number; records?: Buffer[]; opt?: boolean } = {},
): Buffer {
  const { rcode = 0, flags = 0, records = [aRecord(60)], opt = false } = options
  const reply = Buffer.from(query.subarray(0, questionEnd(query)))
  reply.writeUInt16BE(0x8180 | flags | rcode, 2)
  reply.writeUInt16BE(records.length, 6)
  reply.writeUInt16BE(0, 8)
  reply.writeUInt16BE(opt ? 1 : 0, 10)
  return Buffer.concat([
    reply,
    ...records,
    ...(opt ? [Buffer.from('000029100000000000000c000a0008', 'hex'), Buffer.alloc(8)] : []),
  ])
}

export function questionEnd(message: Uint8Array): number {
  let offset = HEADER_OCTETS
  while (message[offset] !== 0) offset += message[offset]! + 1
  return offset + 5
}

/** An address record for the question's name. */
export function aRecord(ttlSeconds: number, address: readonly number[] = [192, 0, 2, 1]): Buffer {
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(1, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(ttlSeconds, 6)
  record.writeUInt16BE(4, 10)
  return Buffer.concat([record, Buffer.from(address)])
}

/** `message` with one 16-bit word of its header changed. */
export function withWord(message: Buffer, offset: number, change: (word: number) => number): Buffer {
  const copy = Buffer.from(message)
  copy.writeUInt16BE(change(copy.readUInt16BE(offset)) & 0xffff, offset)
  return copy
}

/** `message` with the question's name in lower case. */
export function inLowerCase(message: Buffer): Buffer {
  const copy = Buffer.from(message)
  copy.write(copy.toString('latin1', HEADER_OCTETS, questionEnd(copy) - 4).toLowerCase(), HEADER_OCTETS, 'latin1')
  return copy
}

const answer: Script = (query) => query.reply(respond(query.message))

/** UDP and TCP on one port. */
export async function startPlainUpstream(): Promise<ScriptedUpstream> {
  const streams = new StreamSide('tcp')
  const server = createServer((socket) => streams.serve(socket))
  const port = await listen(server)
  const udp = createSocket('udp4')
  const stranger = createSocket('udp4')
  await new Promise<void>((resolve) => udp.bind(port, HOST, resolve))
  const upstream = streams.upstream(port, async () => {
    udp.close()
    stranger.close()
    await closeServer(server)
  })
  udp.on('message', (message, sender) => take(upstream, udpQuery(message, sender, udp, stranger)))
  return upstream
}

function udpQuery(message: Buffer, sender: RemoteInfo, udp: UdpServerSocket, stranger: UdpServerSocket): ScriptedQuery {
  return {
    message,
    transport: 'udp',
    clientPort: sender.port,
    reply: (reply) => udp.send(reply, sender.port, sender.address),
    misbehave: (reply) => stranger.send(reply, sender.port, sender.address),
  }
}

export async function startTlsUpstream(): Promise<ScriptedUpstream> {
  const streams = new StreamSide('tls')
  const server = createTlsServer({ ...TLS, ALPNProtocols: ['dot'] }, (socket) => streams.serve(socket))
  server.on('tlsClientError', () => undefined)
  const port = await listen(server)
  return streams.upstream(port, () => closeServer(server))
}

export async function startHttpsUpstream(): Promise<ScriptedUpstream> {
  const streams = new StreamSide('https')
  const server: Http2SecureServer = createSecureServer(TLS)
  server.on('secureConnection', (socket: Socket) => streams.count(socket))
  server.on('sessionError', () => undefined)
  server.on('tlsClientError', () => undefined)
  const port = await listen(server)
  const upstream = streams.upstream(port, () => closeServer(server))
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    const type = 'application/dns-message'
    const isProper = headers[':method'] === 'POST' && headers['content-type'] === type && headers.accept === type
    const end = (status: number, body: Uint8Array) => {
      if (stream.destroyed) return
      stream.respond({ ':status': isProper ? status : 415, 'content-type': type })
      stream.end(body)
    }
    stream.on('end', () =>
      take(upstream, {
        message: Buffer.concat(chunks),
        transport: 'https',
        clientPort: 0,
        reply: (message) => end(200, message),
        misbehave: (message) => end(500, message),
      }),
    )
  })
  return upstream
}

function take(upstream: ScriptedUpstream, query: ScriptedQuery): void {
  upstream.queries.push(query)
  upstream.script(query)
}

/** Connections of one server, and DNS messages on them. */
class StreamSide {
  readonly #transport: 'tcp' | 'tls' | 'https'
  readonly #sockets = new Set<Socket>()
  #upstream: ScriptedUpstream | undefined
  #connectionCount = 0

  constructor(transport: 'tcp' | 'tls' | 'https') {
    this.#transport = transport
  }

  upstream(port: number, close: () => Promise<void>): ScriptedUpstream {
    const dropConnections = () => {
      for (const socket of this.#sockets) socket.destroy()
    }
    this.#upstream = {
      port,
      queries: [],
      connectionCount: () => this.#connectionCount,
      script: answer,
      dropConnections,
      close: () => {
        dropConnections()
        return close()
      },
    }
    return this.#upstream
  }

  count(socket: Socket): void {
    this.#connectionCount++
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  serve(socket: Socket): void {
    this.count(socket)
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0)
        if (this.#upstream) take(this.#upstream, this.#query(socket, received.subarray(2, end)))
        received = received.subarray(end)
      }
    })
  }

  #query(socket: Socket, message: Buffer): ScriptedQuery {
    const transport = this.#transport
    const clientPort = socket.remotePort ?? 0
    const misbehave = () => socket.destroy()
    return { message, transport, clientPort, misbehave, reply: (reply) => void socket.write(frame(reply)) }
  }
}

/** A message with its length in front. */
export function frame(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

const listen = (server: Server | Http2SecureServer): Promise<number> =>
  new Promise((resolve) => server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port)))

const closeServer = (server: Server | Http2SecureServer): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()))
