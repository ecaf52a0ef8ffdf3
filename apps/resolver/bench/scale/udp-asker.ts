/** Asks over UDP with a window of questions on the way, and measures: rate, and time from question to answer. */
import { createSocket } from 'node:dgram'

const HEAD_OCTETS = 12
const LOST_AFTER_MS = 3000

export interface Asking {
  readonly answered: number
  readonly lost: number
  readonly perSecond: number
  /** Milliseconds, of every answer. */
  readonly p50: number
  readonly p99: number
  readonly most: number
  /** Of the answers, those that hold 0.0.0.0. */
  readonly blocked: number
}

/** @param nameOf the n-th question's name @param window questions on the way at once */
export async function ask(port: number, nameOf: (n: number) => string, count: number, window: number): Promise<Asking> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
  const sentAt = new Float64Array(65_536)
  const times: number[] = []
  let sent = 0
  let lost = 0
  let blocked = 0
  const startedAt = performance.now()
  await new Promise<void>((resolve) => {
    const sendNext = (): void => {
      if (sent >= count) return
      const id = sent & 0xffff
      if (sentAt[id]! > 0) lost++
      sentAt[id] = performance.now()
      socket.send(question(id, nameOf(sent++)))
    }
    const settle = (): void => {
      if (times.length + lost >= count) resolve()
    }
    socket.on('message', (message) => {
      const id = message.readUInt16BE(0)
      if (sentAt[id] === 0) return
      times.push(performance.now() - sentAt[id]!)
      sentAt[id] = 0
      if (message.readUInt16BE(6) > 0 && message.subarray(-4).readUInt32BE(0) === 0) blocked++
      sendNext()
      settle()
    })
    const timer = setInterval(() => {
      const now = performance.now()
      for (let id = 0; id < sentAt.length; id++) {
        if (sentAt[id] === 0 || now - sentAt[id]! < LOST_AFTER_MS) continue
        sentAt[id] = 0
        lost++
        sendNext()
      }
      if (times.length + lost < count) return
      clearInterval(timer)
      resolve()
    }, 500)
    for (let i = 0; i < window; i++) sendNext()
  })
  const elapsedMs = performance.now() - startedAt
  socket.close()
  times.sort((a, b) => a - b)
  const part = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    answered: times.length,
    lost,
    perSecond: (times.length / elapsedMs) * 1000,
    p50: part(0.5),
    p99: part(0.99),
    most: part(1),
    blocked,
  }
}

/** Type A, recursion desired, no OPT record: the answer ends with the address. */
function question(id: number, name: string): Buffer {
  const message = Buffer.alloc(HEAD_OCTETS + name.length + 6)
  message.writeUInt16BE(id, 0)
  message[2] = 1
  message[5] = 1
  let at = HEAD_OCTETS
  for (const label of name.split('.')) {
    message[at++] = label.length
    at += message.write(label, at, 'latin1')
  }
  message.writeUInt32BE(0x0001_0001, at + 1)
  return message
}
