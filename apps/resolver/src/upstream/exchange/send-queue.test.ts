import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeSocket, loadLinuxCalls, openSocket } from '../../linux/datagram-socket.ts'
import { SendQueue } from './send-queue.ts'

const loaded = await loadLinuxCalls()

describe.runIf(loaded.ok)('SendQueue', () => {
  if (!loaded.ok) return
  const calls = loaded.value
  let server: Socket
  let heard: string[]
  let fd: number
  /** A descriptor that is no socket. */
  let file: number

  beforeEach(async () => {
    heard = []
    server = createSocket('udp4').on('message', (message) => heard.push(message.toString()))
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const opened = openSocket(calls, { address: '127.0.0.1', port: 0 }, { peer: server.address() })
    if (!opened.ok) throw opened.error
    fd = opened.value.fd
    file = openSync('/dev/null', 'r')
  })
  afterEach(() => {
    closeSocket(fd)
    closeSync(file)
    server.close()
  })

  const fill = (queue: SendQueue, texts: readonly string[], onSendFailed: (error: Error) => void): void => {
    for (const text of texts) queue.add(Buffer.from(text), text.length, { onSendFailed })
  }
  const unexpected = (error: Error): void => {
    throw error
  }

  it('sends what was queued, in order, and is empty then', async () => {
    const queue = new SendQueue(calls)
    fill(queue, ['one', 'two', 'three'], unexpected)
    queue.send({ fd })
    queue.send({ fd })
    fill(queue, ['four'], unexpected)
    queue.send({ fd })
    await expect.poll(() => heard).toEqual(['one', 'two', 'three', 'four'])
  })

  it('tells each whose message could not leave', () => {
    const queue = new SendQueue(calls)
    const codes: unknown[] = []
    fill(queue, ['one', 'two'], (error) => codes.push('code' in error && error.code))
    queue.send({ fd: file })
    expect(codes).toEqual(['ENOTSOCK', 'ENOTSOCK'])
  })

  it('forgets the rest when a failure closes the socket, whose descriptor may be another’s at once', async () => {
    const queue = new SendQueue(calls)
    const socket = { fd: file }
    let failures = 0
    fill(queue, ['one', 'two', 'three'], () => {
      failures++
      socket.fd = -1
    })
    queue.send(socket)
    expect(failures).toBe(1)
    fill(queue, ['next'], unexpected)
    queue.send({ fd })
    await expect.poll(() => heard).toEqual(['next'])
  })
})
