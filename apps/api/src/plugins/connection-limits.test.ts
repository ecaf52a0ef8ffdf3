import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi } from '../testing/test-api.ts'
import { ConnectionLimits } from './connection-limits.ts'

const GET = 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'

/** As a socket has it. */
const PROXY = '127.0.0.9'

let server: Server
let limits: ConnectionLimits
const sockets: Socket[] = []
beforeEach(async () => {
  server = createServer((_, response) => response.end('served'))
  limits = new ConnectionLimits((address) => address === PROXY, { perAddress: 2, inAll: 3 })
  limits.guard(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.close()
  await once(server, 'close')
})

async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', localAddress })
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket): Promise<string> {
  socket.write(GET)
  const [chunk] = await once(socket, 'data')
  return String(chunk)
}

async function lastWords(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  socket.write(GET)
  await once(socket, 'close')
  return text
}

describe('connections', () => {
  it('over the bound of an address are told so and closed, and the others served', async () => {
    const first = await open()
    const second = await open()
    expect(await ask(first)).toContain('served')
    const refused = await lastWords(await open())
    expect(refused).toMatch(/^HTTP\/1.1 429 /)
    expect(JSON.parse(refused.slice(refused.indexOf('{')))).toMatchObject({
      code: 'too-many-requests',
      detail: '2 connections of one address, and 3 in all, may be open',
    })
    expect(await ask(second)).toContain('served')
    expect(await ask(await open('127.0.0.2'))).toContain('served')
    expect(limits.counters).toEqual({ open: 3, refusedFull: 0, refusedAddressFull: 1 })
  })

  it('over the bound of all are refused, until one ends', async () => {
    const first = await open()
    await open()
    await open('127.0.0.2')
    expect(await lastWords(await open('127.0.0.3'))).toContain('429')
    expect(limits.counters).toMatchObject({ open: 3, refusedFull: 1 })
    first.destroy()
    await expect.poll(() => limits.counters.open).toBe(2)
    expect(await ask(await open('127.0.0.3'))).toContain('served')
  })

  it('of a trusted proxy are bounded by the bound of all alone', async () => {
    for (let i = 0; i < 3; i++) expect(await ask(await open(PROXY))).toContain('served')
    expect(await lastWords(await open(PROXY))).toContain('429')
    expect(limits.counters).toMatchObject({ open: 3, refusedFull: 1, refusedAddressFull: 0 })
  })

  it('that are refused and stay cost nothing for long', async () => {
    await open()
    await open()
    const silent = await open()
    await once(silent.resume(), 'close')
    expect(limits.counters.open).toBe(2)
  })

  it('are counted in the metrics', async () => {
    const api = await startTestApi()
    const { text } = await api.call('GET', '/metrics', { as: 'viewer' })
    await api.close()
    expect(text).toContain('weir_api_connections 0')
    expect(text).toContain('weir_api_refused_connections_total 0')
  })
})
