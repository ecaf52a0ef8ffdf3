import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FETCH_TIME_LIMITS, type FetchMeans, type FetchRequest, fetchList } from './fetch-list.ts'
import { isPublicAddress } from './guarded-connector.ts'

const LIST = '0.0.0.0 ads.example.org\n0.0.0.0 track.example.net\n'
const closers: (() => unknown)[] = []
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-fetch-'))
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  rmSync(folder, { recursive: true })
})

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const fetchFrom = (url: string, options: { request?: Partial<FetchRequest>; means?: Partial<FetchMeans> } = {}) =>
  fetchList(
    { url, etag: null, lastModified: null, allowPrivateAddresses: true, ...options.request },
    {
      resolveHost: async () => [{ address: '127.0.0.1', family: 4 }],
      timeLimits: FETCH_TIME_LIMITS,
      maxOctets: 1024 * 1024,
      path: join(folder, 'content'),
      signal: new AbortController().signal,
      ...options.means,
    },
  )

async function detailFrom(...[url, options]: Parameters<typeof fetchFrom>): Promise<string> {
  const fetched = await fetchFrom(url, options)
  expect(readdirSync(folder)).toEqual([])
  return fetched.ok ? `fetched ${fetched.value.kind}` : fetched.error.detail
}

describe('fetchList', () => {
  it('writes the content to the file it was given, with its validators and digest', async () => {
    const url = await serve((_request, response) =>
      response.setHeader('etag', '"1"').setHeader('last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT').end(LIST),
    )
    const fetched = await fetchFrom(url)
    expect(fetched).toMatchObject({
      ok: true,
      value: { etag: '"1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT', content: { sizeOctets: LIST.length } },
    })
    expect(readFileSync(join(folder, 'content'), 'utf8')).toBe(LIST)
  })

  it('sends the validators back and reports 304 as unchanged', async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.headers['if-none-match'] === '"1"' ? 304 : 200
      response.end()
    })
    expect(await fetchFrom(url, { request: { etag: '"1"' } })).toEqual({ ok: true, value: { kind: 'unchanged' } })
  })

  it.each([
    ['gzip', gzipSync(LIST), 'gzip'],
    ['deflate', deflateSync(LIST), 'deflate'],
    ['br', brotliCompressSync(LIST), 'br'],
    ['a .gz file without a header', gzipSync(LIST), undefined],
    ['a .gz file compressed once more on the way', gzipSync(gzipSync(LIST)), 'gzip'],
  ])('unpacks %s', async (_name, body, encoding) => {
    const url = await serve((_request, response) => {
      if (encoding) response.setHeader('content-encoding', encoding)
      response.end(body)
    })
    expect(await fetchFrom(url)).toMatchObject({ ok: true })
    expect(readFileSync(join(folder, 'content'), 'utf8')).toBe(LIST)
  })

  it.each<[string, RequestListener, string]>([
    ['a missing page', (_request, response) => response.writeHead(404).end('gone'), 'HTTP 404 Not Found'],
    ['an unasked 304', (_request, response) => response.writeHead(304).end(), 'HTTP 304 Not Modified'],
    [
      'an HTML page',
      (_request, response) => response.end('\n<!DOCTYPE html><p>hello'),
      'is not a list: it is an HTML or XML page',
    ],
    ['a zip archive', (_request, response) => response.end('PK\x03\x04….'), 'is not a list: it is a ZIP archive'],
    [
      'binary data',
      (_request, response) => response.end('0.0.0.0 a\0b example.org\n'),
      'is not a list: it is binary data',
    ],
    [
      'UTF-16',
      (_request, response) => response.end(Buffer.from('\ufeff0.0.0.0 a', 'utf16le')),
      'is not a list: it is encoded as UTF-16; a list must be UTF-8',
    ],
    [
      'an announced length above the bound',
      (_request, response) => response.setHeader('content-length', 2 ** 31).flushHeaders(),
      'is larger than 1 MB',
    ],
    [
      'a chunked body above the bound',
      (_request, response) => response.write(Buffer.alloc(2 ** 20, 'a\n'), () => response.end('more')),
      'is larger than 1 MB',
    ],
    [
      'a gzip bomb',
      (_request, response) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(8 * 2 ** 20, 'a\n'))),
      'is larger than 1 MB',
    ],
    [
      'a bomb inside a bomb',
      (_request, response) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync(gzipSync(Buffer.alloc(8 * 2 ** 20, 'a\n')))),
      'is larger than 1 MB',
    ],
    [
      'damaged gzip',
      (_request, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(LIST).subarray(0, 30)),
      'is compressed, and damaged',
    ],
    [
      'an encoding nobody knows',
      (_request, response) => response.setHeader('content-encoding', 'rot13').end(LIST),
      "is compressed as 'rot13'; known are gzip, deflate and br",
    ],
    [
      'many encodings',
      (_request, response) => response.setHeader('content-encoding', 'gzip, gzip, gzip').end(LIST),
      'is compressed several times over',
    ],
    [
      'a body cut short',
      (_request, response) => response.setHeader('content-length', 100).write('a', () => response.destroy()),
      'ended before it was whole',
    ],
    ['a connection closed at once', (request) => request.socket.destroy(), 'the host closed the connection'],
  ])('refuses %s', async (_name, listener, detail) => {
    expect(await detailFrom(await serve(listener))).toBe(detail)
  })

  it('refuses what expands beyond all measure, even within the bound', async () => {
    const url = await serve((_request, response) => response.end(gzipSync(Buffer.alloc(20 * 2 ** 20, 'a\n'))))
    const detail = await detailFrom(url, { means: { maxOctets: 2 ** 30 } })
    expect(detail).toBe('expands more than 200-fold when decompressed')
  })

  it('says that the host refused the connection', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await detailFrom(`http://127.0.0.1:${port}`)).toBe('the host refused the connection')
  })

  it.each<[string, Partial<typeof FETCH_TIME_LIMITS>, RequestListener, string]>([
    ['headers that never come', { headersMs: 40 }, () => {}, 'the host took the connection but did not answer in time'],
    ['a body that stops', { idleMs: 40 }, (_request, response) => response.write('a\n'), 'sent nothing for 0.04 s'],
    ['a body without end', { totalMs: 60 }, (_request, response) => response.write('a\n'), 'took too long in all'],
  ])('does not wait for %s', async (_name, limits, listener, detail) => {
    const url = await serve((request, response) => listener(request, response))
    expect(await detailFrom(url, { means: { timeLimits: { ...FETCH_TIME_LIMITS, ...limits } } })).toBe(detail)
  })

  it('can be cancelled', async () => {
    const cancel = new AbortController()
    const url = await serve((_request, response) => response.write('a\n', () => setImmediate(() => cancel.abort())))
    expect(await detailFrom(url, { means: { signal: cancel.signal } })).toBe('was cancelled')
  })
})

describe('redirects', () => {
  it('are followed, relative ones too', async () => {
    const url = await serve((request, response) =>
      request.url === '/list' ? response.end(LIST) : response.writeHead(302, { location: '/list' }).end(),
    )
    expect(await fetchFrom(url)).toMatchObject({ ok: true })
  })

  it.each([
    ['in a loop', '/', 'redirects more than 5 times'],
    ['to a file', 'file:///etc/passwd', "uses 'file:', not http or https"],
    ['to a URL with credentials', 'http://user:secret@lists.example.org/', 'has a user name or password in its URL'],
    ['to nonsense', 'http://[', 'redirects to something that is no URL'],
  ])('%s end', async (_name, location, detail) => {
    const url = await serve((_request, response) => response.writeHead(301, { location }).end())
    expect(await detailFrom(url)).toBe(detail)
  })
})

describe('private addresses', () => {
  const closed = { allowPrivateAddresses: false }

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '0x7f.1', '2130706433', '0'])(
    'are refused in the URL: %s',
    async (host) => {
      expect(await detailFrom(`http://${host}:1/`, { request: closed })).toMatch(/^the host's address \S+ is private/)
    },
  )

  it('are refused behind a name, by the very look-up that the connection uses', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests++
      response.end(LIST)
    })
    const named = url.replace('127.0.0.1', 'lists.example.org')
    expect(await detailFrom(named, { request: closed })).toMatch(/^the host's address 127.0.0.1 is private/)
    expect(await fetchFrom(named)).toMatchObject({ ok: true })
    expect(requests).toBe(1)
  })

  it.each([
    '0.0.0.0',
    '100.64.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'example.org',
    '',
  ])('include %s', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(['1.1.1.1', '2606:4700::1111', '64:ff9b::808:808'])('do not include %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )
})
