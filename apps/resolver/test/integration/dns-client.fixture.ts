/** A client of raw octets: what a network's devices send and see. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { framed } from './raw-upstream.fixture.ts'

/** Of whoever expects a reply: it comes within milliseconds but on a machine that others keep busy too. */
const PATIENCE_MS = 60_000

export interface AskOptions {
  readonly id?: number
  readonly flags?: number
  readonly class?: string
  /** Without one: no OPT record. */
  readonly payloadSize?: number
  readonly dnssecOk?: boolean
}

export function queryMessage(name: string, type: string, options: AskOptions = {}): Buffer {
  const { id = 4660, flags = 0x0100, payloadSize, dnssecOk = false } = options
  const question = { name, type: type as 'A', class: (options.class ?? 'IN') as 'IN' }
  const opt = { type: 'OPT', name: '.', udpPayloadSize: payloadSize, flags: dnssecOk ? 0x8000 : 0, options: [] }
  const additionals = payloadSize === undefined ? [] : [opt as unknown as Answer]
  return encode({ type: 'query', id, flags, questions: [question], additionals })
}

/** Sends one datagram. @returns the first reply, or null after `patienceMs` */
export function sendUdp(port: number, message: Uint8Array, patienceMs = PATIENCE_MS): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const end = (reply: Buffer | null): void => {
      clearTimeout(timer)
      socket.close()
      resolve(reply)
    }
    const timer = setTimeout(() => end(null), patienceMs)
    socket.on('message', end)
    socket.on('error', reject)
    socket.send(message, port, '127.0.0.1')
  })
}

/** Sends messages on one connection, then half-closes it. @returns what came until the server closed it too */
export function sendTcp(port: number, messages: readonly Uint8Array[], patienceMs = PATIENCE_MS): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const chunks: Buffer[] = []
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(unframed(Buffer.concat(chunks)))
    }
    const timer = setTimeout(end, patienceMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', end)
    socket.on('error', end)
    socket.end(Buffer.concat(messages.map(framed)))
  })
}

export async function ask(port: number, name: string, type: string, options: AskOptions = {}): Promise<Packet | null> {
  const reply = await sendUdp(port, queryMessage(name, type, options))
  return reply && decode(reply)
}

export const dataOf = (packet: Packet | null): string[] =>
  (packet?.answers ?? []).map((record) => `${record.type} ${'data' in record ? String(record.data) : ''}`)

function unframed(octets: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 2 <= octets.length; at += 2 + octets.readUInt16BE(at))
    messages.push(octets.subarray(at + 2, at + 2 + octets.readUInt16BE(at)))
  return messages
}
