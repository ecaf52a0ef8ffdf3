/** A small DNS client: asks one question at a time and tells what came. For "from when on", not for load. */
import { createSocket, type Socket } from 'node:dgram'
import { setTimeout as pause } from 'node:timers/promises'
import { toWire } from '@weir/shared/dns/domain-name'

const HEADER_OCTETS = 12
const REPLY_PATIENCE_MS = 50
const RECURSION_DESIRED = 0x01
const TYPE_A = 1
const RCODE_MASK = 0x0f

export interface ProbeReply {
  readonly rcode: number
  /** Last four octets: the address, when the answer ends with an A record and no OPT. */
  readonly lastAddress: string
}

/** Blocked as any of the servers does it: NXDOMAIN, or the null address. */
export const isBlockAnswer = (reply: ProbeReply): boolean => reply.rcode === 3 || reply.lastAddress === '0.0.0.0'

export class DnsProbe {
  readonly #port: number
  readonly #socket: Socket
  #id = 0
  #onReply: ((message: Buffer) => void) | undefined

  constructor(port: number) {
    this.#port = port
    this.#socket = createSocket('udp4')
    this.#socket.on('message', (message) => this.#onReply?.(message))
    // A port that nobody listens on yet reports itself here.
    this.#socket.on('error', () => {})
  }

  /** @returns undefined when nothing came in time */
  ask(name: string, patienceMs = REPLY_PATIENCE_MS): Promise<ProbeReply | undefined> {
    this.#id = (this.#id + 1) & 0xffff
    const id = this.#id
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), patienceMs)
      const settle = (reply: ProbeReply | undefined): void => {
        clearTimeout(timer)
        this.#onReply = undefined
        resolve(reply)
      }
      this.#onReply = (message) => {
        if (message.length >= HEADER_OCTETS && message.readUInt16BE(0) === id) settle(readReply(message))
      }
      this.#socket.send(question(id, name), this.#port, '127.0.0.1')
    })
  }

  /**
   * Asks again and again, every `everyMs`, until the answer is as wanted.
   * @returns milliseconds it took; @throws Error after `patienceMs`
   */
  async until(
    name: string,
    isWanted: (reply: ProbeReply) => boolean,
    patienceMs: number,
    everyMs = 1,
  ): Promise<number> {
    const startedAt = performance.now()
    for (;;) {
      const reply = await this.ask(name)
      const elapsedMs = performance.now() - startedAt
      if (reply && isWanted(reply)) return elapsedMs
      if (elapsedMs > patienceMs) throw new Error(`${name} was not answered as wanted within ${patienceMs} ms`)
      await pause(everyMs)
    }
  }

  close(): void {
    this.#socket.close()
  }
}

export function question(id: number, name: string): Buffer {
  const wire = toWire(name)
  const message = Buffer.alloc(HEADER_OCTETS + wire.length + 4)
  message.writeUInt16BE(id, 0)
  message[2] = RECURSION_DESIRED
  message.writeUInt16BE(1, 4)
  message.set(wire, HEADER_OCTETS)
  message.writeUInt16BE(TYPE_A, HEADER_OCTETS + wire.length)
  message.writeUInt16BE(1, HEADER_OCTETS + wire.length + 2)
  return message
}

export const readReply = (message: Buffer): ProbeReply => ({
  rcode: message[3]! & RCODE_MASK,
  lastAddress: message.readUInt16BE(6) > 0 ? [...message.subarray(-4)].join('.') : '',
})
