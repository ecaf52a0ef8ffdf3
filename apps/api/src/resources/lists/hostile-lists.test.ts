/** Lists that are made to do harm, or are broken, as files fetched over a socket: what is refused is told, what is good acts. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const PATIENT = { timeout: 120_000 }
const KB = 1024
const GOOD = 'good.example.org\n'

let api: TestApi
let source: Server
let content: Buffer
let headers: Record<string, string> = {}
let lists = 0

beforeAll(async () => {
  api = await startTestApi()
  source = createServer((_request, response) => response.writeHead(200, headers).end(content)).listen(0, '127.0.0.1')
  await once(source, 'listening')
  const allowedHosts = ['weir.home.example']
  await api.call('PATCH', '/api/v1/settings', { body: { http: { allowedHosts } } })
})
afterAll(async () => {
  await api.close()
  source.closeAllConnections()
  source.close()
})

interface Fetched {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: fields of every kind of reply
  readonly result: any
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly list: any
  readonly rejected: { total: number; items: { line: number; text: string; reason: string }[] }
}

async function fetchList(text: string | Buffer, sent: Record<string, string> = {}): Promise<Fetched> {
  content = Buffer.from(text)
  headers = sent
  const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/list.txt`
  const body = { name: `Hostile ${++lists}`, kind: 'block', url, allowPrivateAddresses: true }
  const { id } = (await api.call('POST', '/api/v1/lists', { body })).json
  const { status, json: result } = await api.call('POST', `/api/v1/lists/${id}/refresh`)
  const list = (await api.call('GET', `/api/v1/lists/${id}`)).json
  return { status, result, list, rejected: (await api.call('GET', `/api/v1/lists/${id}/rejected`)).json }
}

describe('a list with lines that are none', PATIENT, () => {
  it.each<[string, string | Buffer, number, RegExp, string]>([
    ['lines of 64 kB', `${GOOD}${'x'.repeat(64 * KB)}.example.org\n`, 2, /long/, 'x'],
    ['a line of 64 kB of labels', `${GOOD}${'a.'.repeat(32 * KB)}org\n`, 2, /long/, 'a.a.'],
    ['zeros behind its beginning', `${GOOD}${'n.example.org\n'.repeat(20_000)}a\0b.example.org\n`, 20_002, /./, 'a\0b'],
    ['control characters', `${GOOD}a\u001b[31m.example.org\n`, 2, /./, 'a\u001b'],
    [
      'octets that are no UTF-8',
      Buffer.concat([Buffer.from(GOOD), Buffer.from([0xe9, 0x74, 0xe9, 0x2e, 0x66, 0x72, 10])]),
      2,
      /./,
      '\ufffdt',
    ],
    [
      'another list to include',
      `${GOOD}!#include https://evil.example.net/more.txt\n@include more.txt\n`,
      2,
      /not read/,
      '!#include',
    ],
    [
      'a bracket that nothing closes',
      `${GOOD}x.example.org TXT (\n${'"y"\n'.repeat(70)}z.example.org\n`,
      66,
      /bracket/,
      '"y"',
    ],
    ['a zone file to include', `${GOOD}$INCLUDE /etc/passwd\n`, 2, /./, '$INCLUDE'],
    ['a path to read', `${GOOD}conf-file=/etc/passwd\n`, 2, /./, 'conf-file'],
    ['a name of 300 octets', `${GOOD}${'a.'.repeat(150)}org\n`, 2, /./, 'a.a.'],
    ['a label of 64 octets', `${GOOD}${'a'.repeat(64)}.org\n`, 2, /63/, 'aaaa'],
    ['a regular expression that explodes', `${GOOD}||b.example.org^\n/(a+)+(?=b)$/\n`, 3, /./, '/(a+)+'],
    [
      'an address of its own to send clients to',
      `${GOOD}address=/bank.example.net/203.0.113.66\n`,
      2,
      /only block or allow|not/,
      'address=',
    ],
    [
      'a modifier of 3,000 letters',
      `${GOOD}||a.example.org^$${'x'.repeat(3000)}\n`,
      2,
      /^modifier '.{1,240} is not supported$/,
      '||a',
    ],
    ['every name', `${GOOD}||.^\n*\n`, 2, /./, ''],
  ])('has %s: they are told by number and reason, the others act', async (_case, text, line, reason, start) => {
    const { status, list, rejected } = await fetchList(text)
    expect(status).toBe(200)
    expect(list).toMatchObject({ state: 'active', lastError: null })
    expect(list.entries).toBeGreaterThanOrEqual(1)
    const found = rejected.items.find((item) => item.line === line)
    expect(found).toBeDefined()
    expect(found!.reason).toMatch(reason)
    expect(found!.text.startsWith(start)).toBe(true)
    expect(found!.text.length).toBeLessThanOrEqual(200)
    expect(list.activeVersion.rejectedCount).toBe(rejected.total)
  })

  it('of which there are many counts them all, and lists the first thousand', async () => {
    const names = Array.from({ length: 6000 }, (_, i) => `n${i}.example.org\n`).join('')
    const { list, rejected } = await fetchList(`${names}${'not a name at all !\n'.repeat(5000)}`)
    expect(list).toMatchObject({ state: 'active', entries: 6000 })
    expect(rejected).toMatchObject({ total: 5000 })
    expect(rejected.items).toHaveLength(1000)
    expect(rejected.items[0]).toMatchObject({ line: 6001, text: 'not a name at all !' })
  })
})

describe('a list of very many regular expressions', PATIENT, () => {
  it('is taken as far as a bound goes, and says so of the first line beyond it', async () => {
    const { list, rejected } = await fetchList(
      `${GOOD}${Array.from({ length: 21_000 }, (_, i) => `/^track${i}x[0-9]+/\n`).join('')}`,
    )
    expect(list).toMatchObject({ state: 'active', entries: 20_001 })
    expect(rejected).toMatchObject({ total: 1000 })
    expect(rejected.items[0]).toMatchObject({
      line: 20_002,
      reason: expect.stringMatching(/20000 regular expressions/),
    })
  })
})

describe('content that is no list', PATIENT, () => {
  const bomb = gzipSync(Buffer.alloc(64 * KB * KB, 'a.example.org\n'), { level: 9 })
  const wide = (text: string, order: 'utf16le' | 'be'): Buffer => {
    const octets = Buffer.from(text, 'utf16le')
    return order === 'be' ? octets.swap16() : octets
  }

  it.each<[string, Buffer, Record<string, string>, RegExp]>([
    ['a gzip bomb', bomb, { 'content-encoding': 'gzip' }, /expands more than 200-fold/],
    ['a gzip bomb without a header', bomb, {}, /expands more than 200-fold/],
    ['a gzip bomb in gzip', gzipSync(bomb), { 'content-encoding': 'gzip' }, /expands more than 200-fold/],
    ['gzip that breaks off', gzipSync(Buffer.from(GOOD.repeat(1000))).subarray(0, 60), {}, /damaged|whole/],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 65, 66, 67, 10]), {}, /binary|UTF-16/],
    [
      'a picture',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82]),
      {},
      /binary|UTF-16/,
    ],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), wide(GOOD, 'utf16le')]), {}, /UTF-16/],
    ['UTF-16 without it', wide(GOOD.repeat(10), 'utf16le'), {}, /UTF-16/],
    ['UTF-16 the other way round', wide(GOOD.repeat(10), 'be'), {}, /UTF-16/],
    ['a page of a captive portal', Buffer.from('\n <!DOCTYPE html><title>Sign in</title>'), {}, /HTML/],
    [
      'a part of a page',
      Buffer.from('<div class="login">\n<p>Please sign in</p>\nads.example.org\n</div>\n'),
      {},
      /HTML/,
    ],
    ['JSON', Buffer.from('{"error": "rate limited"}'), {}, /JSON/],
    ['nothing', Buffer.alloc(0), {}, /empty/],
    [
      'lines for browsers alone',
      Buffer.from('example.org##.ad\n##.banner\nexample.net#@#.x\n'.repeat(50)),
      {},
      /browsers/,
    ],
  ])('is refused with the reason, and leaves nothing: %s', async (_case, octets, sent, reason) => {
    const { status, result, list } = await fetchList(octets, sent)
    expect(status).toBe(502)
    expect(result.detail).toMatch(reason)
    expect(list).toMatchObject({ state: 'failed', entries: 0, activeVersion: null, heldVersion: null })
    expect(list.lastError).toMatch(reason)
  })
})

describe('a list that blocks too much', PATIENT, () => {
  it.each<[string, string, string]>([
    ['a top-level domain', '||com^\n', 'public-suffix'],
    ['all of a country’s commerce', '||co.uk^\n', 'public-suffix'],
    ['the console', '||weir.home.example^\n', 'console'],
    ['what is above the console', '||home.example^\n', 'console'],
    ['everything, by a pattern', '/.*/\n', 'everything'],
    ['everything, by a prefix of addresses', '||0.0.0.0/0^\n', 'everything'],
  ])('waits for a review, and blocks nothing meanwhile: %s', async (_case, line, because) => {
    const { list } = await fetchList(`${GOOD}||fine.example.org^\n${line}`)
    expect(list).toMatchObject({ state: 'held', entries: 0, activeVersion: null })
    expect(list.heldVersion.findings[0].names[0]).toMatchObject({ because })
  })
})
