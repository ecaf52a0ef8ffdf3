import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { loadLinuxCalls } from './linux-socket.ts'
import { BatchListener } from './udp-batch.ts'
import { describeUdpListener } from './udp-listener.contract.ts'
import { chooseUdpListener } from './udp-listener.ts'

const calls = await loadLinuxCalls()
if (calls.ok) describeUdpListener('BatchListener', (options) => new BatchListener(options, calls.value))

const echo: ConstructorParameters<typeof BatchListener>[0]['handler'] = {
  handle(query, done) {
    query.out.set(query.message.subarray(0, query.messageLength))
    query.outLength = query.messageLength
    done(query, true)
  },
}

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
