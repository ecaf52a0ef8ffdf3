import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { ManualClock } from '@weir/shared/clock'
import type { SecureListen } from '@weir/shared/environment'
import { TEST_AUTHORITY, TEST_CERTIFICATE, TEST_KEY } from '@weir/shared/testing/certificates'
import { encode, type Packet } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Certificate } from '../listen/certificate.ts'
import { DohListener, type DohListenerOptions } from '../listen/doh.ts'
import { FrameReader, frame } from '../listen/stream-framing.ts'
import { TcpListener, type TcpListenerOptions } from '../listen/tcp.ts'
import type { Designation } from '../query/policy-parts.ts'
import type { QueryHandler } from '../query/ports.ts'
import { Transport } from '../query/query-context.ts'
import { freshSeconds } from '../wire/fresh-seconds.ts'
import { openSecureListeners } from './secure-listeners.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
let files: { certificate: string; key: string }
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-tls-'))
  files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(files.certificate, TEST_CERTIFICATE)
  writeFileSync(files.key, TEST_KEY)
  cleanUps.push(() => rmSync(folder, { recursive: true }))
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const QUESTION = { name: 'www.example.org', type: 'A' } as const
const query = (id = 7): Buffer => encode({ type: 'query', id, questions: [QUESTION] })
const answer: Packet = {
  type: 'response',
  id: 7,
  questions: [QUESTION],
  answers: [
    { name: QUESTION.name, type: 'A', ttl: 300, data: '192.0.2.1' },
    { name: QUESTION.name, type: 'A', ttl: 120, data: '192.0.2.2' },
  ],
}

interface Asked {
  readonly clientId: string
  readonly transport: number
  readonly clientAddress: string
}

/** Answers everything alike, and says by whom it was asked. @param answers false: every query is dropped */
function answering(asked: Asked[] = [], answers = true): QueryHandler {
  return {
    handle(context, done) {
      const { clientId, transport, clientAddress } = context
      asked.push({ clientId, transport, clientAddress: Buffer.from(clientAddress).toString('hex') })
      const message = encode(answer)
      context.out.set(message)
      context.outLength = message.length
      done(context, answers)
    },
  }
}

const certificateOf = (): Certificate => {
  const opened = Certificate.open(files)
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

async function listenDot(handler: QueryHandler, more: Partial<TcpListenerOptions> = {}): Promise<TcpListener> {
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = new TcpListener({ endpoint, handler, certificate: certificateOf(), ...more })
  expect((await listener.start()).ok).toBe(true)
  cleanUps.push(() => listener.stop())
  return listener
}

async function listenDoh(handler: QueryHandler, more: Partial<DohListenerOptions> = {}): Promise<DohListener> {
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = new DohListener({ endpoint, handler, certificate: certificateOf(), ...more })
  expect((await listener.start()).ok).toBe(true)
  cleanUps.push(() => listener.stop())
  return listener
}

async function dial(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const base = { port, host: '127.0.0.1', ca: TEST_AUTHORITY, servername: 'dns.example.org' }
  const socket = connectTls({ ...base, ...options })
  cleanUps.push(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

async function askOver(socket: TLSSocket): Promise<Uint8Array> {
  const reader = new FrameReader()
  socket.write(frame(query(), query().length))
  for await (const chunk of socket) {
    reader.append(chunk as Buffer)
    const message = reader.next()
    if (message) return message
  }
  throw new Error('closed without an answer')
}

describe('DNS over TLS', () => {
  it('answers, and knows the client by the label before the name of the certificate', async () => {
    const asked: Asked[] = []
    const { endpoint } = await listenDot(answering(asked))
    expect(Buffer.from(await askOver(await dial(endpoint.port)))).toEqual(encode(answer))
    const options = {
      servername: 'Tablet.dns.example.org',
      checkServerIdentity: () => undefined,
      ALPNProtocols: ['dot'],
    }
    await askOver(await dial(endpoint.port, options))
    await askOver(await dial(endpoint.port, { ...options, servername: 'tablet.elsewhere.example' }))
    expect(asked.map(({ clientId }) => clientId)).toEqual(['', 'tablet', ''])
    expect(asked[0]).toMatchObject({ transport: Transport.Tls, clientAddress: `${'00'.repeat(10)}ffff7f000001` })
  })

  it('talks no other protocol and no old TLS', async () => {
    const { endpoint } = await listenDot(answering())
    await expect(dial(endpoint.port, { ALPNProtocols: ['h2'] })).rejects.toThrow()
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(dial(endpoint.port, old)).rejects.toThrow()
  })

  it('closes whoever connects and never shakes hands, and counts it while it is there', async () => {
    const clock = new ManualClock()
    const listener = await listenDot(answering(), { clock, maxConnectionsPerClient: 1 })
    const silent = connectTcp(listener.endpoint.port, '127.0.0.1')
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    await expect(dial(listener.endpoint.port)).rejects.toThrow()
    expect(listener.counters).toMatchObject({ openConnections: 1, refusedClientFull: 1 })
    clock.advance(10_000)
    listener.sweep()
    await once(silent, 'close')
    await expect.poll(() => listener.counters.openConnections).toBe(0)
    await askOver(await dial(listener.endpoint.port))
  })

  it('outlives garbage in place of a handshake', async () => {
    const { endpoint } = await listenDot(answering())
    const socket = connectTcp(endpoint.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end('GET / HTTP/1.1\r\n\r\n')
    socket.resume()
    await once(socket, 'close')
    await askOver(await dial(endpoint.port))
  })
})

interface HttpReply {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: Buffer
}

function session(port: number): ClientHttp2Session {
  const client = connectHttp2(`https://127.0.0.1:${port}`, { ca: TEST_AUTHORITY, servername: 'dns.example.org' })
  client.on('error', () => undefined)
  cleanUps.push(() => client.destroy())
  return client
}

async function fetchOver(client: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: Buffer): Promise<HttpReply> {
  const stream = client.request(headers, { endStream: body === undefined })
  if (body) stream.end(body)
  const [got] = (await once(stream, 'response')) as [Record<string, unknown>]
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return { status: Number(got[':status']), headers: got, body: Buffer.concat(chunks) }
}

const POST = { ':method': 'POST', ':path': '/dns-query', 'content-type': 'application/dns-message' }
const get = (path: string) => ({ ':method': 'GET', ':path': path })
const encoded = query().toString('base64url')

describe('DNS over HTTPS', () => {
  it('answers GET and POST over HTTP/2, fresh as long as its shortest TTL, for the client in the path', async () => {
    const asked: Asked[] = []
    const { endpoint } = await listenDoh(answering(asked))
    const client = session(endpoint.port)
    const posted = await fetchOver(client, { ...POST, ':path': '/dns-query/Tablet' }, query())
    expect(posted).toMatchObject({ status: 200, body: encode(answer) })
    expect(posted.headers).toMatchObject({ 'content-type': 'application/dns-message', 'cache-control': 'max-age=120' })
    expect((await fetchOver(client, get(`/dns-query?dns=${encoded}`))).body).toEqual(encode(answer))
    expect(asked).toMatchObject([{ clientId: 'tablet', transport: Transport.Https }, { clientId: '' }])
  })

  it('answers over HTTP/1.1', async () => {
    const { endpoint } = await listenDoh(answering())
    const options = { port: endpoint.port, host: '127.0.0.1', ca: TEST_AUTHORITY, servername: 'dns.example.org' }
    const request = requestHttps({ ...options, path: `/dns-query?dns=${encoded}`, agent: false })
    request.end()
    const [response] = await once(request, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    expect(response.statusCode).toBe(200)
    expect(Buffer.concat(chunks)).toEqual(encode(answer))
  })

  it.each<[string, OutgoingHttpHeaders, Buffer | undefined, number]>([
    ['another path', get('/'), undefined, 404],
    ['no message', get('/dns-query'), undefined, 400],
    ['another method', { ':method': 'PUT', ':path': '/dns-query' }, Buffer.from('x'), 405],
    ['another content type', { ...POST, 'content-type': 'text/plain' }, query(), 415],
    ['a body that is too long', POST, Buffer.alloc(65_536), 413],
    ['a body that is no message', POST, Buffer.from('short'), 400],
  ])('refuses %s, and goes on', async (_, headers, body, status) => {
    const { endpoint, counters } = await listenDoh(answering())
    const client = session(endpoint.port)
    const refused = await fetchOver(client, headers, body)
    expect(refused.status).toBe(status)
    expect(refused.headers['allow']).toBe(status === 405 ? 'GET, POST' : undefined)
    expect((await fetchOver(client, get(`/dns-query?dns=${encoded}`))).status).toBe(200)
    expect(counters).toMatchObject({ refused: 1, received: 1, sent: 1 })
  })

  it('ends the stream of a query that gets no answer', async () => {
    const { endpoint } = await listenDoh(answering([], false))
    const stream = session(endpoint.port).request(get(`/dns-query?dns=${encoded}`))
    stream.on('error', () => undefined)
    stream.resume()
    await once(stream, 'close')
    expect(stream.sentHeaders).toBeDefined()
  })

  it('says that it is busy when all slots are taken', async () => {
    const held: (() => void)[] = []
    const handler: QueryHandler = { handle: (context, done) => void held.push(() => done(context, true)) }
    const { endpoint } = await listenDoh(handler, { waitingQueries: 1 })
    const client = session(endpoint.port)
    const first = fetchOver(client, get(`/dns-query?dns=${encoded}`))
    await expect.poll(() => held.length).toBe(1)
    expect((await fetchOver(client, get(`/dns-query?dns=${encoded}`))).status).toBe(503)
    held[0]!()
    expect((await first).status).toBe(200)
  })

  it('cuts off a body that does not come', async () => {
    const listener = await listenDoh(answering(), { requestTimeoutMs: 1000 })
    const stream = session(listener.endpoint.port).request(POST)
    stream.on('error', () => undefined)
    await once(stream, 'close')
    expect(listener.counters.cutOff).toBe(1)
  })

  it.each<[string, OutgoingHttpHeaders, number]>([
    ['longer than a message', { ...POST, 'content-length': '200000' }, 413],
    ['of another type', { ...POST, 'content-type': 'text/plain' }, 415],
  ])('lets a body in that is %s, for a client that looks at the answer only behind it', async (_, headers, status) => {
    const { endpoint } = await listenDoh(answering())
    const stream = session(endpoint.port).request(headers)
    stream.end(Buffer.alloc(200_000))
    const [[told]] = await Promise.all([once(stream, 'response'), once(stream, 'finish')])
    expect(told[':status']).toBe(status)
    stream.resume()
    await once(stream, 'close')
    expect(stream.rstCode).toBe(0)
  })

  it('cuts off a body that does not end, though it is refused', async () => {
    const listener = await listenDoh(answering(), { requestTimeoutMs: 1000 })
    const stream = session(listener.endpoint.port).request({ ...POST, 'content-type': 'text/plain' })
    stream.on('error', () => undefined)
    stream.resume()
    await once(stream, 'close')
    expect(listener.counters).toMatchObject({ refused: 1, cutOff: 1 })
  })

  it('lets no client have all connections', async () => {
    const listener = await listenDoh(answering(), { maxConnectionsPerClient: 1 })
    await once(session(listener.endpoint.port), 'connect')
    await expect(dial(listener.endpoint.port)).rejects.toThrow()
    expect(listener.counters).toMatchObject({ openConnections: 1, refusedClientFull: 1 })
  })
})

describe('the certificate', () => {
  it('is needed, and says which settings name it', async () => {
    const endpoint = { address: '127.0.0.1', port: 0 }
    const secure = { dot: [endpoint], doh: [], certificate: '/nowhere/cert.pem', key: files.key }
    const open = (listen: SecureListen) =>
      openSecureListeners({ listen, handler: answering(), onFault: () => undefined, onDesignation: () => undefined })
    expect(await open(secure)).toContain('WEIR_TLS_CERT')
    writeFileSync(files.key, TEST_CERTIFICATE)
    expect(await open({ ...secure, ...files })).toContain('WEIR_TLS_KEY')
  })

  it('is read again when its files change; what cannot be read leaves the one before', () => {
    const certificate = certificateOf()
    expect(certificate.refresh()).toBe(false)
    const before = certificate.context
    writeFileSync(files.certificate, 'half a certifi')
    expect(certificate.refresh()).toBe(false)
    expect(certificate.fault).toContain('cannot be used')
    expect(certificate.context).toBe(before)
    writeFileSync(files.certificate, `${TEST_CERTIFICATE}\n${TEST_AUTHORITY}`)
    expect(certificate.refresh()).toBe(true)
    expect(certificate.fault).toBeNull()
    expect(certificate.context).not.toBe(before)
  })

  it('opens both kinds of listeners, and tells where', async () => {
    const endpoint = { address: '127.0.0.1', port: 0 }
    const told: (Designation | null)[] = []
    const opened = await openSecureListeners({
      listen: { dot: [endpoint], doh: [endpoint], ...files },
      handler: answering(),
      onFault: () => undefined,
      onDesignation: (designation) => told.push(designation),
    })
    if (typeof opened === 'string') throw new Error(opened)
    cleanUps.push(() => opened.stop())
    const ports = [...opened.dot, ...opened.doh].map((listener) => `port=${listener.endpoint.port}`)
    expect(told[0]?.names).toEqual(['dns.example.org'])
    expect(told[0]?.answer.records.map(({ text }) => text.split(' ')[4])).toEqual(ports)
    expect(opened.infos.map(({ transport }) => transport)).toEqual(['tls', 'https'])
    await askOver(await dial(opened.dot[0]!.endpoint.port))
  })
})

describe('how long an answer is fresh', () => {
  const soa = { mname: 'ns.example.org', rname: 'admin.example.org', minimum: 60 }
  const authorities = [{ name: 'example.org', type: 'SOA' as const, ttl: 900, data: soa }]
  it.each<[string, Packet, number]>([
    ['its shortest TTL', answer, 120],
    ['what the SOA says of a negative one', { ...answer, answers: [], authorities }, 60],
    ['nothing of a failure', { ...answer, answers: [] }, 0],
    ['its TTL, whatever the SOA says', { ...answer, authorities }, 120],
  ])('%s', (_, packet, seconds) => {
    const message = encode(packet)
    expect(freshSeconds(message, message.length)).toBe(seconds)
  })
})
