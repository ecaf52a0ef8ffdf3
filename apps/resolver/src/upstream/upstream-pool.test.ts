import { ManualClock } from '@weir/shared/clock'
import { Rcode } from '@weir/shared/dns/rcode'
import { TEST_AUTHORITY } from '@weir/shared/testing/certificates'
import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamGroup } from '../query/policy-parts.ts'
import type { ForwardReply, ForwardRequest } from '../query/ports.ts'
import { question } from './exchange/exchange.contract.ts'
import {
  aRecord,
  respond,
  type Script,
  type ScriptedUpstream,
  startHttpsUpstream,
  startPlainUpstream,
  startTlsUpstream,
} from './exchange/scripted-upstream.fixture.ts'
import { UpstreamPool, type UpstreamPoolOptions } from './upstream-pool.ts'

const running: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close()
})

async function start(script?: Script, starter = startPlainUpstream): Promise<ScriptedUpstream> {
  const upstream = await starter()
  running.push(upstream)
  if (script) upstream.script = script
  return upstream
}

function makePool(options: UpstreamPoolOptions = {}): UpstreamPool {
  const pool = new UpstreamPool({ certificateAuthorities: [TEST_AUTHORITY], ...options })
  running.push(pool)
  return pool
}

const forwarded = (pool: UpstreamPool, asked: ForwardRequest): Promise<ForwardReply> =>
  new Promise((resolve) => pool.forward(asked, { land: resolve }))

const text = (upstream: ScriptedUpstream) => `127.0.0.1:${upstream.port}`
const request = (servers: readonly string[], changes: Partial<UpstreamGroup> = {}): ForwardRequest => ({
  ...question('www.example.org'),
  upstreams: { id: 1, servers, strategy: 'failover', timeoutMs: 5000, attempts: 3, ...changes },
})
const silent: Script = () => undefined
/** For a server that is silent beside one that answers: far longer than an answer takes, on a busy machine too. */
const BRIEFLY_MS = 500
const failing =
  (rcode: number): Script =>
  (query) =>
    query.reply(respond(query.message, { rcode, records: [] }))

describe('UpstreamPool', () => {
  it('brings the answer of the first server, and says whose it was', async () => {
    const [first, second] = [await start(), await start()]
    const pool = makePool()
    pool.configure(['192.0.2.9', text(second), text(first)])
    expect(await forwarded(pool, request([text(first), text(second)]))).toMatchObject({
      ok: true,
      upstreamIndex: 2,
      facts: { kind: 'answer', rcode: 0, smallestTtlSeconds: 60 },
    })
    expect(second.queries).toHaveLength(0)
  })

  it.each([
    ['says SERVFAIL', failing(Rcode.SERVFAIL)],
    ['says REFUSED', failing(Rcode.REFUSED)],
    ['is silent', silent],
  ])('asks the next server when one %s', async (_, script) => {
    const [first, second] = [await start(script), await start()]
    const pool = makePool()
    const reply = await forwarded(pool, request([text(first), text(second)], { timeoutMs: BRIEFLY_MS }))
    expect(reply).toMatchObject({ ok: true, facts: { rcode: 0 }, upstreamIndex: 1 })
  })

  it('passes on a refusal when nobody has anything better', async () => {
    const [first, second] = [await start(failing(Rcode.REFUSED)), await start(silent)]
    const reply = await forwarded(
      makePool(),
      request([text(first), text(second)], { timeoutMs: BRIEFLY_MS, attempts: 2 }),
    )
    expect(reply).toMatchObject({ ok: true, facts: { rcode: Rcode.REFUSED }, upstreamIndex: 0 })
  })

  it('takes NXDOMAIN for an answer', async () => {
    const [first, second] = [await start(failing(Rcode.NXDOMAIN)), await start()]
    await forwarded(makePool(), request([text(first), text(second)]))
    expect(second.queries).toHaveLength(0)
  })

  it('asks a single silent server again, as often as it is told', async () => {
    const only = await start(silent)
    const reply = await forwarded(makePool(), request([text(only)], { timeoutMs: 30, attempts: 3 }))
    expect(reply).toEqual({ ok: false, fault: 'upstream-timeout', upstreamIndex: 0 })
    // What was sent last may still lie in the socket.
    await expect.poll(() => only.queries.length).toBe(3)
  })

  it.each([
    ['failover', 1],
    ['parallel', 1],
    ['parallel', 3],
  ] as const)('asks none more than three times (%s, %i servers; RFC 9520 §3.1)', async (strategy, count) => {
    const servers = await Promise.all(Array.from({ length: count }, () => start(silent)))
    await forwarded(makePool(), request(servers.map(text), { strategy, timeoutMs: 30, attempts: 5 }))
    for (const server of servers) expect(server.queries.length).toBeLessThanOrEqual(3)
  })

  it('asks two at once with parallel, and takes the first good answer', async () => {
    const [slow, quick] = [await start(silent), await start()]
    const reply = await forwarded(makePool(), request([text(slow), text(quick)], { strategy: 'parallel' }))
    expect(reply).toMatchObject({ ok: true, upstreamIndex: 1 })
  })

  it('bounds how many queries one query can cause (fan-out of parallel × attempts)', async () => {
    const servers = [await start(silent), await start(silent), await start(silent)]
    await forwarded(makePool(), request(servers.map(text), { strategy: 'parallel', timeoutMs: 30, attempts: 2 }))
    await expect.poll(() => servers.flatMap((server) => server.queries).length).toBe(4)
  })

  it('asks servers that are down once when there is no other, so that it says soon that nobody can be reached', async () => {
    const gone = await start()
    const server = text(gone)
    await gone.close()
    running.pop()
    const pool = makePool({ clock: new ManualClock() })
    for (let i = 0; i < 3; i++) await forwarded(pool, request([server]))
    expect(pool.status()).toMatchObject([
      { address: server, state: 'down', queries: 3, failures: 3, lastError: 'ECONNREFUSED' },
    ])
    expect(await forwarded(pool, request([server]))).toEqual({
      ok: false,
      fault: 'upstream-unreachable',
      upstreamIndex: 0,
    })
    expect(pool.status()).toMatchObject([{ queries: 4 }])
  })

  it('still answers other names when the only server is silent on one', async () => {
    const isDead = (message: Uint8Array) => Buffer.from(message).toString('latin1').toLowerCase().includes('dead')
    const only = await start((query) => {
      if (!isDead(query.message)) query.reply(respond(query.message))
    })
    const pool = makePool({ clock: new ManualClock() })
    const dead = { ...request([text(only)], { timeoutMs: 30 }), ...question('dead.example.org') }
    expect(await forwarded(pool, dead)).toMatchObject({ ok: false, fault: 'upstream-timeout' })
    expect(pool.status()).toMatchObject([{ state: 'down' }])
    expect(await forwarded(pool, request([text(only)]))).toMatchObject({ ok: true, facts: { rcode: 0 } })
    expect(pool.status()).toMatchObject([{ state: 'up' }])
  })

  it('finds out by traffic that a server is back, without a query waiting for it', async () => {
    const clock = new ManualClock()
    const [first, second] = [await start(silent), await start()]
    const pool = makePool({ clock })
    const both = request([text(first), text(second)], { timeoutMs: BRIEFLY_MS })
    for (let i = 0; i < 3; i++) await forwarded(pool, both)
    expect(pool.status()).toMatchObject([{ state: 'down' }, { state: 'up' }])
    clock.advance(500)
    const heard = new Promise<void>((resolve) => {
      first.script = (query) => {
        query.reply(respond(query.message))
        resolve()
      }
    })
    expect(await forwarded(pool, both)).toMatchObject({ upstreamIndex: 1 })
    await heard
    await expect.poll(() => pool.status()[0]?.state).toBe('up')
    expect(await forwarded(pool, both)).toMatchObject({ upstreamIndex: 0 })
  })

  it('keeps what it knows of servers that stay when the table changes, and closes the others', async () => {
    const [first, second] = [await start(), await start()]
    const pool = makePool()
    pool.configure([text(first), text(second)])
    await forwarded(pool, request([text(second)]))
    pool.configure([text(second)])
    expect(pool.status()).toMatchObject([{ address: text(second), queries: 1 }])
    expect(await forwarded(pool, request([text(second)]))).toMatchObject({ ok: true, upstreamIndex: 0 })
  })

  it('takes no server for one whose text cannot be read', async () => {
    const reply = await forwarded(makePool(), request(['not an address']))
    expect(reply).toMatchObject({ ok: false, fault: 'upstream-unreachable' })
  })

  it.each([
    ['tls', startTlsUpstream],
    ['https', startHttpsUpstream],
  ])(
    'finds the address of a %s upstream through one that is given by address, and keeps it',
    async (scheme, starter) => {
      const plain = await start((query) =>
        query.reply(respond(query.message, { records: isAddress(query.message) ? [aRecord(60, [127, 0, 0, 1])] : [] })),
      )
      const secure = await start(undefined, starter)
      const pool = makePool({ bootstrapServers: [text(plain)] })
      const server = `${scheme}://dns.example.org:${secure.port}`
      expect(await forwarded(pool, request([server]))).toMatchObject({ ok: true })
      expect(await forwarded(pool, request([server]))).toMatchObject({ ok: true })
      expect(plain.queries).toHaveLength(2)
      expect(secure.queries).toHaveLength(2)
    },
  )

  it('says that an upstream by name is unreachable when its name leads nowhere', async () => {
    const plain = await start(failing(Rcode.NXDOMAIN))
    const pool = makePool({ bootstrapServers: [text(plain)] })
    expect(await forwarded(pool, request(['tls://dns.example.org']))).toMatchObject({
      ok: false,
      fault: 'upstream-unreachable',
    })
  })
})

/** Asks for an A record. */
const isAddress = (query: Buffer): boolean => query.includes(Buffer.from([0, 0, 1, 0, 1]))
