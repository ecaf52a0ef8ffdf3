import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decode, encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { closeSocket, type LinuxCalls, loadLinuxCalls, openSocket } from '../linux/datagram-socket.ts'
import { MessageVector } from '../linux/message-vector.ts'
import type { QueryHandler } from '../query/ports.ts'
import { echo } from './query-handlers.fixture.ts'
import { BatchListener } from './udp-batch.ts'
import { describeUdpListener } from './udp-listener.contract.ts'
import { chooseUdpListener } from './udp-listener.ts'

const calls = await loadLinuxCalls()
if (calls.ok) describeUdpListener('BatchListener', (options) => new BatchListener(options, calls.value))

describe.runIf(calls.ok)('BatchListener on a wildcard address', () => {
  it.each([
    ['0.0.0.0', '127.0.0.1', '127.0.0.2', 'udp4'],
    ['0.0.0.0', '127.0.0.1', '127.0.0.1', 'udp4'],
    ['::', '::1', '::1', 'udp6'],
  ] as const)('on %s answers %s from %s, the address that was asked', async (address, own, asked, type) => {
    const { listener } = await chooseUdpListener({ endpoint: { address, port: 0 }, handler: echo })
    expect(listener.implementation).toBe('batch')
    expect((await listener.start()).ok).toBe(true)
    const client = createSocket(type)
    client.bind(0, own)
    await once(client, 'listening')
    client.send('x', listener.endpoint.port, asked)
    const [, peer] = await once(client, 'message')
    expect(peer).toMatchObject({ address: asked, port: listener.endpoint.port })
    client.close()
    await listener.stop()
  })
})

describe.runIf(calls.ok)('BatchListener that has no time', () => {
  it('counts the queries that found no room, and answers the others', async () => {
    if (!calls.ok) throw new Error(calls.error)
    let handled = 0
    const listener = new BatchListener(
      {
        endpoint: { address: '127.0.0.1', port: 0 },
        handler: {
          handle(query, done) {
            handled++
            done(query, false)
          },
        },
      },
      calls.value,
    )
    await listener.start()
    const client = openSocket(calls.value, { address: '127.0.0.1', port: 0 }, { peer: listener.endpoint })
    if (!client.ok) throw client.error
    const datagram = new ArrayBuffer(4000)
    // More than fits, in one turn of the event loop: nothing is received meanwhile.
    const sent = 2 + Math.ceil((2 * listener.readSocket()) / datagram.byteLength)
    const vector = new MessageVector(1, datagram, calls.value.addressOf)
    vector.point(0, 0)
    vector.setDataLength(0, datagram.byteLength)
    const address = calls.value.addressOf(vector.memory)
    for (let i = 0; i < sent; i++) calls.value.sendmmsg(client.value.fd, address, 1, 0)
    listener.readSocket()
    const { droppedNoRoom } = listener.counters
    expect(droppedNoRoom).toBeGreaterThan(0)
    await expect.poll(() => handled + droppedNoRoom).toBe(sent)
    closeSocket(client.value.fd)
    await listener.stop()
  })
})

describe.runIf(calls.ok)('BatchListener whose queries are read from disk', () => {
  it('lets go of what is answered, and of what has to be asked, in the middle of a batch', async () => {
    if (!calls.ok) throw new Error(calls.error)
    const events: string[] = []
    let pages = 0
    const handler: QueryHandler = {
      handle(query, done) {
        pages += 8
        events.push('query')
        echo.handle(query, done)
      },
      pagesRead: () => pages,
      batches: { begin: () => void events.push('begin'), end: () => void events.push('end') },
    }
    const listener = new BatchListener({ endpoint: { address: '127.0.0.1', port: 0 }, handler }, calls.value)
    await listener.start()
    const client = openSocket(calls.value, { address: '127.0.0.1', port: 0 }, { peer: listener.endpoint })
    if (!client.ok) throw client.error
    const datagram = new ArrayBuffer(12)
    const vector = new MessageVector(1, datagram, calls.value.addressOf)
    vector.point(0, 0)
    vector.setDataLength(0, datagram.byteLength)
    // In one turn of the event loop: they are one batch.
    for (let i = 0; i < 3; i++) calls.value.sendmmsg(client.value.fd, calls.value.addressOf(vector.memory), 1, 0)
    await expect.poll(() => listener.counters.sent).toBe(3)
    expect(events.join(' ')).toBe('begin query end begin query end begin query end begin end')
    closeSocket(client.value.fd)
    await listener.stop()
  })
})

describe.runIf(calls.ok)('BatchListener on an interface that takes no long datagrams', () => {
  it('tells the client to come by TCP, and answers the others of the batch', async () => {
    if (!calls.ok) throw new Error(calls.error)
    const { sendmmsg, errorCode } = calls.value
    // As the kernel does behind a small MTU; that of loopback is larger than any answer.
    let refused = 0
    let isRefusal = false
    const narrow: LinuxCalls = {
      ...calls.value,
      sendmmsg: (fd, vector, count, flags) => {
        isRefusal = listener.counters.sent === 1 && refused++ === 0
        if (isRefusal) return -1
        return sendmmsg(fd, vector, Math.min(count, 1), flags)
      },
      errorCode: () => (isRefusal ? 'EMSGSIZE' : errorCode()),
    }
    const listener = new BatchListener(
      {
        endpoint: { address: '127.0.0.1', port: 0 },
        handler: {
          handle(query, done) {
            const asked = decode(Buffer.from(query.message.subarray(0, query.messageLength)))
            const answer = { type: 'TXT', name: 'example.org', data: 'x'.repeat(200) } as const
            const message = encode({ ...asked, type: 'response', answers: [answer] })
            query.out.set(message)
            query.outLength = message.length
            done(query, true)
          },
        },
      },
      narrow,
    )
    await listener.start()
    const client = createSocket('udp4')
    client.connect(listener.endpoint.port, '127.0.0.1')
    await once(client, 'connect')
    const seen = new Map<number, boolean>()
    client.on('message', (message) => {
      const { id, flag_tc } = decode(message) as { id: number; flag_tc: boolean }
      seen.set(id, flag_tc)
    })
    for (const id of [1, 2, 3])
      client.send(encode({ type: 'query', id, questions: [{ type: 'TXT', name: 'example.org' }] }))
    const all = [
      [1, false],
      [2, true],
      [3, false],
    ] as const
    await expect.poll(() => seen).toEqual(new Map(all))
    expect(listener.counters).toMatchObject({ sent: 3, sendErrors: 0 })
    client.close()
    await listener.stop()
  })
})

describe.runIf(calls.ok)('BatchListener in a worker thread', () => {
  it.each([
    ['fails', "setImmediate(() => { throw new Error('on purpose') })"],
    ['exits', 'setImmediate(() => process.exit(0))'],
    ['is terminated', "parentPort.postMessage('terminate me')"],
  ])(
    'leaves process and port alone when the thread %s',
    (_, ending) => {
      const module = new URL('udp-listener.ts', import.meta.url).href
      const inWorker = `import(${JSON.stringify(module)}).then(async ({ chooseUdpListener }) => {
      const { parentPort } = require('node:worker_threads')
      const { listener } = await chooseUdpListener({ endpoint: { address: '127.0.0.1', port: 0 }, handler: {} })
      await listener.start()
      parentPort.postMessage(listener.endpoint.port)
      ${ending}
    })`
      const inMain = `
      const { Worker } = require('node:worker_threads')
      const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true })
      let port
      worker.on('message', (message) => (port ? worker.terminate() : (port = message)))
      worker.on('error', () => {})
      worker.on('exit', () => {
        const other = require('node:dgram').createSocket('udp4')
        other.bind(port, '127.0.0.1', () => other.close(() => console.log('port is free')))
      })`
      const child = spawnSync(process.execPath, ['--conditions=source', '-e', inMain], {
        encoding: 'utf8',
        timeout: 30_000,
      })
      expect({ stdout: child.stdout.trim(), status: child.status, signal: child.signal }).toEqual({
        stdout: 'port is free',
        status: 0,
        signal: null,
      })
    },
    30_000,
  )
})
