import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../testing/test-api.ts'

let api: TestApi
let port: number
beforeAll(async () => {
  api = await startTestApi()
  await api.app.server.listen({ host: '127.0.0.1', port: 0 })
  port = (api.app.server.server.address() as AddressInfo).port
})
afterAll(() => api.close())

interface Said {
  readonly status: number
  readonly code: string | undefined
}

function saidBy(text: string): Said {
  const status = Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1])
  const problem = /application\/problem\+json/.test(text) ? JSON.parse(text.slice(text.indexOf('{'))) : undefined
  return { status, code: problem?.code }
}

/** Sends octets as they are, and reads until the server closes. Resets count as closed. */
async function send(...parts: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return read(socket, parts)
}

async function read(socket: Socket, parts: readonly string[]): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return text
}

const head = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`
const GET = ['GET /api/v1/health HTTP/1.1', 'host: 127.0.0.1']
const POST = [
  'POST /api/v1/rules HTTP/1.1',
  'host: 127.0.0.1',
  'content-type: application/json',
  `authorization: Bearer ${ADMIN_TOKEN}`,
]
const CHUNKED = [...POST, 'transfer-encoding: chunked']
const many = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at))

/** The same server goes on, and nothing of what was refused was stored. */
async function expectUnharmed(): Promise<void> {
  expect(saidBy(await send(head([...GET, 'connection: close']))).status).toBe(200)
  expect((await api.call('GET', '/api/v1/rules')).json.items).toEqual([])
}

describe('what is no request', () => {
  it.each([
    ['a header of 20 KiB', head([...GET, `x-long: ${'x'.repeat(20_000)}`]), 431, 'head-too-large'],
    ['a flood of headers', head([...GET, ...many(5000, (at) => `x-${at}: y`)]), 431, 'head-too-large'],
    ['an address of 20 KiB', head([`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'host: 127.0.0.1']), 431, 'head-too-large'],
    ['two lengths', head([...POST, 'content-length: 2', 'content-length: 3']), 400, 'malformed-request'],
    ['a length and chunks', head([...CHUNKED, 'content-length: 2']), 400, 'malformed-request'],
    ['a length that is none', head([...POST, 'content-length: -1']), 400, 'malformed-request'],
    ['a space before the colon', head([...GET, 'x-odd : y']), 400, 'malformed-request'],
    ['a folded line', head([...GET, 'x-odd: a', ' b']), 400, 'malformed-request'],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed-request'],
  ])('is told so, and its connection ends: %s', async (_what, octets, status, code) => {
    expect(saidBy(await send(octets))).toEqual({ status, code })
    await expectUnharmed()
  })

  it.each([
    ['a size that is none', 'zz\r\n{}\r\n0\r\n\r\n', 400],
    ['a size beyond all numbers', `${'f'.repeat(17)}\r\n{}`, 400],
    ['more than its size', '1\r\n{}\r\n0\r\n\r\n', 400],
    ['extensions without end', `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, 413],
  ])('of chunks, it stores nothing: %s', async (_what, chunks, status) => {
    expect(saidBy(await send(head(CHUNKED), chunks)).status).toBe(status)
    await expectUnharmed()
  })

  it('of a body in many small chunks is bounded as any other', async () => {
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
    const text = await send(head([...CHUNKED, 'connection: close']), chunk.repeat(1100))
    expect(saidBy(text)).toEqual({ status: 413, code: 'too-large' })
    await expectUnharmed()
  })
})

describe('who sends slowly', () => {
  it('is told so when the head or the body does not come in time, and does not hold up others', async () => {
    const { server } = api.app.server
    const patience = { headersTimeout: server.headersTimeout, requestTimeout: server.requestTimeout }
    Object.assign(server, { headersTimeout: 1, requestTimeout: 1 })
    const slow = [send('GET /api/v1/health HTTP/1.1\r\nhost: '), send(head([...POST, 'content-length: 100']), '{"a')]
    expect((await Promise.all(slow)).map(saidBy)).toEqual([
      { status: 408, code: 'request-too-slow' },
      { status: 408, code: 'request-too-slow' },
    ])
    Object.assign(server, patience)
    await expectUnharmed()
  })

  it('has fifteen seconds for a head, and five minutes for the whole', () => {
    expect(api.app.server.server).toMatchObject({ headersTimeout: 15_000, requestTimeout: 300_000 })
  })
})
