import { TEST_AUTHORITY } from '@weir/shared/testing/certificates'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeExchange, patiently, question, replyOf } from './exchange.contract.ts'
import type { Exchange } from './exchange.ts'
import { HttpsExchange } from './https.ts'
import {
  respond,
  type ScriptedUpstream,
  startHttpsUpstream,
  startPlainUpstream,
  startTlsUpstream,
} from './scripted-upstream.fixture.ts'
import { tcpExchange } from './tcp.ts'
import { tlsExchange } from './tls.ts'

const www = question('www.example.org')
const tlsTarget = ({ port }: ScriptedUpstream, host = 'dns.example.org') => ({
  host,
  port,
  addresses: () => Promise.resolve(['127.0.0.1']),
  certificateAuthorities: [TEST_AUTHORITY],
})
const transports = [
  {
    name: 'TCP',
    start: startPlainUpstream,
    make: ({ port }: ScriptedUpstream): Exchange => tcpExchange({ host: '127.0.0.1', port }),
    mayReplyAgain: true,
  },
  {
    name: 'TLS',
    start: startTlsUpstream,
    make: (upstream: ScriptedUpstream): Exchange => tlsExchange(tlsTarget(upstream)),
    mayReplyAgain: true,
    isPadded: true,
  },
  {
    name: 'HTTPS',
    start: startHttpsUpstream,
    make: (upstream: ScriptedUpstream): Exchange => new HttpsExchange({ ...tlsTarget(upstream), path: '/dns-query' }),
    mayReplyAgain: false,
    isPadded: true,
  },
]

for (const transport of transports) describeExchange(`exchange over ${transport.name}`, transport)

describe.each(transports)('connections of $name', ({ name, start, make }) => {
  let upstream: ScriptedUpstream
  let exchange: Exchange

  beforeEach(async () => {
    upstream = await start()
    exchange = make(upstream)
  })
  afterEach(async () => {
    exchange.close()
    await upstream.close()
  })

  it('carry queries whose lengths say nothing of the name, where they are encrypted', async () => {
    const lengths: number[] = []
    upstream.script = (query) => {
      lengths.push(query.message.length)
      query.reply(respond(query.message))
    }
    await replyOf(exchange, www, patiently)
    await replyOf(exchange, question('a.much.longer.name.of.a.shop.example.org'), patiently)
    expect(new Set(lengths).size).toBe(name === 'TCP' ? 2 : 1)
    expect(lengths.every((length) => length % 128 === 0)).toBe(name !== 'TCP')
  })

  it('serve many queries each', async () => {
    await Promise.all(Array.from({ length: 30 }, () => replyOf(exchange, www, patiently)))
    await replyOf(exchange, www, patiently)
    expect(upstream.connectionCount()).toBe(1)
  })

  it('are opened again once when a server has closed an old one', async () => {
    await replyOf(exchange, www, patiently)
    upstream.script = (query) => {
      if (upstream.connectionCount() === 1) upstream.dropConnections()
      else query.reply(respond(query.message))
    }
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: true })
    expect(upstream.connectionCount()).toBe(2)
  })

  it('that have fallen silent are left for a new one', async () => {
    await replyOf(exchange, www, patiently)
    upstream.script = (query) => {
      if (upstream.connectionCount() > 1) query.reply(respond(query.message))
    }
    const impatiently = { ...patiently, timeoutMs: 200 }
    expect(await replyOf(exchange, www, impatiently)).toMatchObject({ ok: false, fault: 'timeout' })
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: true })
    expect(upstream.connectionCount()).toBe(2)
  })

  it('stay where only one of several questions gets no reply', async () => {
    await replyOf(exchange, www, patiently)
    let unanswered = 0
    upstream.script = (query) => {
      if (unanswered++ > 0) query.reply(respond(query.message))
    }
    const silent = replyOf(exchange, www, { ...patiently, timeoutMs: 1000 })
    await replyOf(exchange, question('other.example.org'), patiently)
    expect(await silent).toMatchObject({ ok: false, fault: 'timeout' })
    await replyOf(exchange, www, patiently)
    expect(upstream.connectionCount()).toBe(1)
  })

  it('that are dropped at each query make the server unreachable', async () => {
    upstream.script = () => upstream.dropConnections()
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: false, fault: 'unreachable' })
    expect(upstream.connectionCount()).toBeLessThanOrEqual(2)
  })
})

describe('certificates', () => {
  it.each([
    ['TLS', startTlsUpstream, (upstream: ScriptedUpstream, host: string) => tlsExchange(tlsTarget(upstream, host))],
    [
      'HTTPS',
      startHttpsUpstream,
      (upstream: ScriptedUpstream, host: string) => new HttpsExchange({ ...tlsTarget(upstream, host), path: '/' }),
    ],
  ])('of %s must hold the name or address of the upstream', async (_, start, make) => {
    const upstream = await start()
    for (const [host, isTrusted] of [
      ['dns.example.org', true],
      ['127.0.0.1', true],
      ['other.example.org', false],
    ] as const) {
      const exchange = make(upstream, host)
      expect((await replyOf(exchange, www, patiently)).ok).toBe(isTrusted)
      exchange.close()
    }
    await upstream.close()
  })

  it('of an unknown authority are refused', async () => {
    const upstream = await startTlsUpstream()
    const { certificateAuthorities, ...target } = tlsTarget(upstream)
    expect(certificateAuthorities).toHaveLength(1)
    const exchange = tlsExchange(target)
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: false, fault: 'unreachable' })
    exchange.close()
    await upstream.close()
  })
})

describe('HttpsExchange', () => {
  it.each([
    ['a status other than 200', 500],
    ['more octets than a message has', 70_000],
  ])('refuses %s', async (_, what) => {
    const upstream = await startHttpsUpstream()
    const exchange = new HttpsExchange({ ...tlsTarget(upstream), path: '/dns-query' })
    upstream.script = (query) =>
      what === 500
        ? query.misbehave(respond(query.message))
        : query.reply(Buffer.concat([respond(query.message), Buffer.alloc(what)]))
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: false, fault: 'unreachable' })
    exchange.close()
    await upstream.close()
  })
})
