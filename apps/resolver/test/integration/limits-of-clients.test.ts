/** What holds for a client whichever way it asks, and whichever worker its queries reach, over real sockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { TEST_CERTIFICATE, TEST_KEY } from '@weir/shared/testing/certificates'
import { decode } from 'dns-packet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { queryMessage, sendTcp, sendUdp } from './dns-client.fixture.ts'
import { freePort } from './free-ports.fixture.ts'
import { addressRecord, answerTo, framed, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

const REFUSED = 5
const TRUNCATED = 0x0200

let folder: string
let upstream: RawUpstream
let weir: ResolverProcess
let dotPort: number
let dohPort: number
/** Names below `slow` get no answer. */
let isSilent = false

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-limits-'))
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certificate, TEST_CERTIFICATE)
  writeFileSync(key, TEST_KEY)
  upstream = await RawUpstream.start(({ name }, asked) => {
    const reply = [answerTo(asked, { answers: [addressRecord(name, '198.51.100.7')] })]
    return isSilent && name.endsWith('slow.example.org') ? [] : reply
  })
  ;[dotPort, dohPort] = [await freePort(), await freePort()]
  weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`, {
    WEIR_WORKERS: '3',
    WEIR_DOT_LISTEN: `127.0.0.1:${dotPort}`,
    WEIR_DOH_LISTEN: `127.0.0.1:${dohPort}`,
    WEIR_TLS_CERT: certificate,
    WEIR_TLS_KEY: key,
  })
  await weir.startApi()
}, 180_000)
afterAll(async () => {
  await weir.stop()
  await upstream.stop()
  rmSync(folder, { recursive: true })
})
afterEach(() => {
  isSilent = false
})

function sendTls(message: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port: dotPort, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['dot'] })
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return
      socket.destroy()
      resolve(received.subarray(2))
    })
    socket.on('error', reject)
    socket.write(framed(message))
  })
}

function sendHttps(message: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/dns-message', 'content-length': message.length }
    const options = { port: dohPort, host: '127.0.0.1', path: '/dns-query', method: 'POST', headers }
    request({ ...options, rejectUnauthorized: false }, (response) => buffer(response).then(resolve, reject))
      .on('error', reject)
      .end(message)
  })
}

const WAYS: readonly (readonly [string, (message: Uint8Array) => Promise<Buffer | null | undefined>])[] = [
  ['UDP', (message) => sendUdp(weir.port, message)],
  ['TCP', async (message) => (await sendTcp(weir.port, [message]))[0]],
  ['DNS over TLS', sendTls],
  ['DNS over HTTPS', sendHttps],
]

describe('the access list', () => {
  it.each(WAYS)('refuses over %s (dnsdist CVE-2026-24029)', async (_, send) => {
    const message = queryMessage('www.example.org', 'A')
    expect(decode((await send(message))!).answers).toHaveLength(1)
    await weir.request('PATCH', '/settings', { access: { deniedClients: ['127.0.0.1'] } })
    try {
      const reply = decode((await send(message))!)
      expect([reply.flags! & 15, reply.answers]).toEqual([REFUSED, []])
    } finally {
      await weir.request('PATCH', '/settings', { access: { deniedClients: [] } })
    }
  })
})

describe('queries that wait', () => {
  it('are bounded over all workers, and what has waited is free again (DNSBomb, CVE-2024-33655)', async () => {
    await weir.request('PATCH', '/settings', {
      access: { waitingQueries: 6 },
      upstreams: { timeoutMs: 10_000, attempts: 1 },
    })
    isSilent = true
    // A socket each: the kernel spreads them over the workers.
    const pulse = await Promise.all(
      Array.from({ length: 60 }, (_, i) => sendUdp(weir.port, queryMessage(`n${i}.slow.example.org`, 'A'))),
    )
    const replies = pulse.flatMap((octets) => (octets === null ? [] : [decode(octets)]))
    const cut = replies.filter(({ flags = 0 }) => (flags & TRUNCATED) !== 0)
    const failed = replies.filter(({ flags = 0 }) => (flags & 15) === 2)
    // Workers look at what the others have at the same moment: each may be one ahead.
    expect(failed.length).toBeGreaterThanOrEqual(6)
    expect(failed.length).toBeLessThanOrEqual(8)
    expect(cut.length).toBeGreaterThan(20)
    expect(cut.length + failed.length).toBe(replies.length)
    isSilent = false
    const after = await Promise.all(
      Array.from({ length: 4 }, (_, i) => sendUdp(weir.port, queryMessage(`later${i}.example.org`, 'A'))),
    )
    expect(after.map((octets) => decode(octets!).answers?.length)).toEqual([1, 1, 1, 1])
    // Health goes by what a busy resolver said last, some seconds ago.
    const reasons = async () => (await weir.request<{ reasons: string[] }>('GET', '/health')).reasons.join()
    await expect.poll(reasons).toMatch(/queries were turned away .* 6 others waiting/)
  })
})
