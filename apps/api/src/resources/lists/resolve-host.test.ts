import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { TEST_AUTHORITY, TEST_CERTIFICATE, TEST_KEY } from '@weir/shared/testing/certificates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FETCH_TIME_LIMITS, fetchList } from './fetch-list.ts'
import { type HostAddress, type ResolveHost, resolveHostWith } from './resolve-host.ts'

/** Answers A questions for `lists.example.org` with 127.0.0.1, all others with NXDOMAIN, as an upstream would. */
let upstream: Socket
let server: string
let asked = 0

beforeAll(async () => {
  upstream = createSocket('udp4')
  upstream.on('message', (query, from) => {
    asked++
    upstream.send(responseTo(query), from.port, from.address)
  })
  upstream.bind(0, '127.0.0.1')
  await once(upstream, 'listening')
  server = `127.0.0.1:${upstream.address().port}`
})
afterAll(() => upstream.close())

/** RFC 1035 §4.1: the header and the question again, and an answer that points to the name at octet 12. */
function responseTo(query: Buffer): Buffer {
  let at = 12
  const labels: string[] = []
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
    at += 1 + query[at]!
  }
  const end = at + 5
  const isKnown = labels.join('.').toLowerCase() === 'lists.example.org'
  const hasAddress = isKnown && query.readUInt16BE(at + 1) === 1
  const response = Buffer.from(query.subarray(0, end))
  response.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2)
  response.writeUInt16BE(hasAddress ? 1 : 0, 6)
  response.writeUInt32BE(0, 8)
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
  return hasAddress ? Buffer.concat([response, answer]) : response
}

/** The same answers over TLS, and over HTTP/2 alone. */
async function encryptedServers(): Promise<{ tls: number; https: number } & AsyncDisposable> {
  const identity = { cert: TEST_CERTIFICATE, key: TEST_KEY }
  const overTls = createTlsServer({ ...identity, ALPNProtocols: ['dot'] }, (socket) => {
    socket.on('error', () => {})
    // In two parts, as a network may bring it.
    socket.once('data', (framed: Buffer) => {
      const response = responseTo(framed.subarray(2))
      socket.write(Buffer.from([response.length >> 8]))
      socket.end(Buffer.concat([Buffer.from([response.length & 0xff]), response]))
    })
  })
  const overHttps = createSecureServer(identity, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () =>
      response.writeHead(200, { 'content-type': 'application/dns-message' }).end(responseTo(Buffer.concat(parts))),
    )
  })
  overTls.on('tlsClientError', () => {})
  for (const listener of [overTls, overHttps]) await once(listener.listen(0, '127.0.0.1'), 'listening')
  return {
    tls: (overTls.address() as AddressInfo).port,
    https: (overHttps.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await Promise.all([overTls, overHttps].map((listener) => new Promise((resolve) => listener.close(resolve))))
    },
  }
}

const gives = (...addresses: string[]): HostAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
const fails = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }))
const silence = new Promise<never>(() => {})

const LOOPBACK = gives('127.0.0.1')
const BLOCK_PAGE = '192.0.2.80'
const host = (system: ResolveHost, servers: readonly string[], patienceMs?: number) =>
  resolveHostWith(system, () => ({ servers, blockAddresses: [BLOCK_PAGE] }), patienceMs)('lists.example.org')

describe('the address of a list’s host', () => {
  it('is what the system finds', async () => {
    const before = asked
    expect(await host(async () => gives('192.0.2.1'), [server])).toEqual(gives('192.0.2.1'))
    expect(asked).toBe(before)
  })

  it.each<[string, ResolveHost]>([
    ['is down: refused', () => fails('ECONNREFUSED')],
    ['is down: no answer', () => fails('EAI_AGAIN')],
    ['hangs', () => silence],
    ['blocks it by NXDOMAIN', () => fails('ENOTFOUND')],
    ['blocks it by NODATA', () => fails('ENODATA')],
    ['blocks it by null addresses', async () => gives('0.0.0.0', '::')],
    ['blocks it by an address of its own', async () => gives(BLOCK_PAGE)],
  ])('comes from the upstreams where Weir, the machine’s own resolver, %s', async (_case, system) => {
    expect(await host(system, ['tls://192.0.2.53', server], 50)).toEqual(LOOPBACK)
  })

  it.each<[string, (ports: { tls: number; https: number }) => string[]]>([
    ['TLS', ({ tls }) => [`tls://127.0.0.1:${tls}`]],
    ['HTTPS', ({ https }) => [`https://127.0.0.1:${https}/dns-query`]],
    [
      'HTTPS where the one by TLS is down',
      ({ https }) => ['tls://127.0.0.1:1', `https://127.0.0.1:${https}/dns-query`],
    ],
    ['TLS where a plain one is there and does not answer', ({ tls }) => ['127.0.0.1:1', `tls://127.0.0.1:${tls}`]],
  ])('comes from an upstream by %s', async (_case, serversOf) => {
    await using servers = await encryptedServers()
    const trusted = getCACertificates()
    setDefaultCACertificates([...trusted, TEST_AUTHORITY])
    expect(await host(() => fails('ECONNREFUSED'), serversOf(servers))).toEqual(LOOPBACK)
    setDefaultCACertificates(trusted)
    // Whose certificate nobody vouches for is not asked.
    await expect(host(() => fails('ECONNREFUSED'), serversOf(servers))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('is what the system says where no upstream can be asked, or none knows it', async () => {
    await expect(
      host(() => fails('EAI_AGAIN'), ['tls://127.0.0.1:1', 'https://127.0.0.1:1/dns-query']),
    ).rejects.toMatchObject({
      code: 'EAI_AGAIN',
    })
    const elsewhere = resolveHostWith(
      async () => gives('0.0.0.0'),
      () => ({ servers: [server], blockAddresses: [] }),
    )
    expect(await elsewhere('unknown.example.org')).toEqual(gives('0.0.0.0'))
  })

  it('is enough to fetch a list by while Weir itself answers nothing', async () => {
    const source: Server = createServer((_request, response) => response.writeHead(304).end()).listen(0, '127.0.0.1')
    await once(source, 'listening')
    const { port } = source.address() as AddressInfo
    const fetched = await fetchList(
      { url: `http://lists.example.org:${port}/`, etag: '"1"', lastModified: null, allowPrivateAddresses: true },
      {
        resolveHost: resolveHostWith(
          () => silence,
          () => ({ servers: [server], blockAddresses: [] }),
          50,
        ),
        timeLimits: FETCH_TIME_LIMITS,
        maxOctets: 1024,
        path: '/nonexistent',
        signal: new AbortController().signal,
      },
    )
    expect(fetched).toEqual({ ok: true, value: { kind: 'unchanged' } })
    source.close()
  })
})
