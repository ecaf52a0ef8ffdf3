import { once } from 'node:events'
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../testing/test-api.ts'

const MB = 2 ** 20

let api: TestApi
let options: RequestOptions
/** One connection: what is left of a request is in the way of the next. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
beforeAll(async () => {
  api = await startTestApi()
  await api.app.server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'text/plain' }
  options = { host: '127.0.0.1', port, agent, headers }
})
afterAll(async () => {
  agent.destroy()
  await api.close()
})

async function newListPath(name: string): Promise<string> {
  const { json } = await api.call('POST', '/api/v1/lists', { body: { name, kind: 'block', text: '' } })
  return `/api/v1/lists/${json.id}/content`
}

it('of a refused request are read to the end, and the connection serves the next', async () => {
  const path = await newListPath('No list')
  const upload = request({ ...options, method: 'PUT', path })
  upload.end(`<!doctype html>${'x'.repeat(24 * MB)}`)
  const [refused] = (await once(upload, 'response')) as [IncomingMessage]
  const { localPort } = refused.socket
  expect(refused.statusCode).toBe(422)
  expect(await text(refused)).toContain('is not a list')
  const next = request({ ...options, path: '/api/v1/health' })
  next.end()
  const [answer] = (await once(next, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(200)
  expect(answer.socket.localPort).toBe(localPort)
  answer.resume()
})

it('that do not end cost the connection', async () => {
  const path = await newListPath('Endless')
  const socket = connect(Number(options.port), '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  // It is reset while it is written to.
  socket.on('error', () => {})
  let answer = ''
  socket.on('data', (octets: Buffer) => {
    answer += octets.toString('latin1')
  })
  const lines = Object.entries({ host: '127.0.0.1', 'transfer-encoding': 'chunked', ...options.headers })
  socket.write(`PUT ${path} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`)
  const chunk = `${MB.toString(16)}\r\n<!doctype html>${'x'.repeat(MB - 15)}\r\n`
  let sent = 0
  const send = (): void => {
    while (socket.writable && sent++ < 1024) if (!socket.write(chunk)) return void socket.once('drain', send)
  }
  send()
  await closed
  expect(answer).toMatch(/^HTTP\/1\.1 422 /)
  expect(sent).toBeLessThan(256)
})
