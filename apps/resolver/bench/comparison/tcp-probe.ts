/** One question over a connection of its own, for the smoke run. */
import { connect } from 'node:net'
import { type ProbeReply, question, readReply } from './dns-probe.ts'

/** @returns undefined when nothing came in time, or the connection failed */
export function askOverTcp(port: number, name: string, patienceMs: number): Promise<ProbeReply | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let received = Buffer.alloc(0)
    const settle = (reply: ProbeReply | undefined): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply)
    }
    const timer = setTimeout(() => settle(undefined), patienceMs)
    socket.on('error', () => settle(undefined))
    socket.on('data', (part) => {
      received = Buffer.concat([received, part])
      if (received.length > 2 && received.length >= 2 + received.readUInt16BE(0))
        settle(readReply(received.subarray(2)))
    })
    const message = question(1, name)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    socket.write(Buffer.concat([length, message]))
  })
}
