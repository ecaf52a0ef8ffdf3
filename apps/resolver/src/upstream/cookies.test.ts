/** DNS Cookies towards upstreams (RFC 7873 §5.3), over real sockets. */
import { ManualClock } from '@weir/shared/clock'
import { Rcode } from '@weir/shared/dns/rcode'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { question } from './exchange/exchange.contract.ts'
import {
  aRecord,
  questionEnd,
  respond,
  type Script,
  type ScriptedQuery,
  type ScriptedUpstream,
  startPlainUpstream,
} from './exchange/scripted-upstream.fixture.ts'
import { UpstreamPool } from './upstream-pool.ts'

const SERVER_COOKIE = '0102030405060708090a0b0c0d0e0f10'
const FORMERR = 1
/** Behind the question: the OPT record without its options. */
const OPT_OCTETS = 11

let upstream: ScriptedUpstream
let pool: UpstreamPool
let clock: ManualClock
beforeEach(async () => {
  upstream = await startPlainUpstream()
  clock = new ManualClock()
  pool = new UpstreamPool({ clock })
})
afterEach(async () => {
  pool.close()
  await upstream.close()
})

/** The cookie of a query, hexadecimal; undefined: none. */
function cookieOf({ message }: ScriptedQuery): string | undefined {
  const options = message.subarray(questionEnd(message) + OPT_OCTETS)
  if (options.length === 0) return undefined
  expect([options.readUInt16BE(0), options.readUInt16BE(2)]).toEqual([10, options.length - 4])
  return options.toString('hex', 4)
}

/** @param cookie hexadecimal @param rcode all twelve bits */
function withCookie(query: Buffer, cookie: string, rcode = 0, address = [192, 0, 2, 1]): Buffer {
  const octets = Buffer.from(cookie, 'hex')
  const opt = Buffer.from('000029100000000000000000000a00'.padEnd(30, '0'), 'hex')
  opt[5] = rcode >> 4
  opt.writeUInt16BE(4 + octets.length, 9)
  opt.writeUInt16BE(10, 11)
  opt.writeUInt16BE(octets.length, 13)
  const records = rcode === 0 ? [aRecord(60, address)] : []
  const reply = respond(query, { records, rcode: rcode & 15 })
  reply.writeUInt16BE(1, 10)
  return Buffer.concat([reply, opt, octets])
}

/** A server that knows cookies. */
const knowing: Script = (query) => {
  const cookie = cookieOf(query)
  query.reply(
    cookie === undefined ? respond(query.message) : withCookie(query.message, cookie.slice(0, 16) + SERVER_COOKIE),
  )
}

const ask = (timeoutMs = 5000, attempts = 1): Promise<string> =>
  new Promise((resolve) => {
    const servers = [`127.0.0.1:${upstream.port}`]
    const upstreams = { id: 1, servers, strategy: 'failover', timeoutMs, attempts } as const
    pool.forward(
      { ...question('www.example.org'), upstreams },
      {
        land: (reply) =>
          resolve(reply.ok ? [...reply.message.subarray(reply.length - 4, reply.length)].join('.') : reply.fault),
      },
    )
  })

const seen = (): string[] => upstream.queries.map((query) => `${query.transport} ${cookieOf(query)?.length ?? 'none'}`)

describe('cookies towards an upstream', () => {
  it('are of ours at first, then with what the server has sent, the same each time', async () => {
    upstream.script = knowing
    for (let i = 0; i < 3; i++) expect(await ask()).toBe('192.0.2.1')
    const [first, ...next] = upstream.queries.map(cookieOf)
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(next).toEqual([first + SERVER_COOKIE, first + SERVER_COOKIE])
  })

  it('are others for each server, and others after an hour', async () => {
    upstream.script = knowing
    await ask()
    const other = new UpstreamPool({ clock })
    const mine = pool
    pool = other
    await ask()
    pool = mine
    other.close()
    clock.advance(61 * 60_000)
    await ask()
    const [one, two, three] = upstream.queries.map((query) => cookieOf(query)!)
    expect([one!.length, two!.length, three!.length]).toEqual([16, 16, 16])
    expect(new Set([one, two, three]).size).toBe(3)
  })

  it.each([
    ['another client cookie', (cookie: string) => `${'0'.repeat(16)}${cookie.slice(16)}`],
    ['a server cookie that is too short', (cookie: string) => cookie.slice(0, 30)],
    ['a server cookie that is too long', (cookie: string) => cookie + '0'.repeat(48)],
    ['half a client cookie', (cookie: string) => cookie.slice(0, 8)],
  ])('do not let a reply with %s in, and the wait goes on', async (_, forge) => {
    upstream.script = knowing
    await ask()
    upstream.script = (query) => {
      const good = cookieOf(query)!
      query.reply(withCookie(query.message, forge(good), 0, [203, 0, 113, 66]))
      query.reply(withCookie(query.message, good))
    }
    expect(await ask()).toBe('192.0.2.1')
    expect(seen().filter((each) => each.startsWith('tcp'))).toEqual([])
  })

  it('that are missing from a server that sends them send the question to TCP, and are left out for a while', async () => {
    upstream.script = knowing
    await ask()
    upstream.script = (query) =>
      query.reply(
        respond(query.message, {
          records: [aRecord(60, query.transport === 'tcp' ? [192, 0, 2, 2] : [203, 0, 113, 66])],
        }),
      )
    expect(await ask()).toBe('192.0.2.2')
    expect(await ask()).toBe('203.0.113.66')
    expect(seen()).toEqual(['udp 16', 'udp 48', 'tcp none', 'udp none'])
    expect(pool.counters).toEqual({ badCookies: 0, missingCookies: 1 })
    clock.advance(16 * 60_000)
    await ask()
    expect(seen().at(-1)).toBe('udp 16')
  })

  it('that a server without TCP no longer sends do not keep it from being asked', async () => {
    upstream.script = knowing
    await ask()
    upstream.script = (query) =>
      query.transport === 'tcp' ? query.misbehave(query.message) : query.reply(respond(query.message))
    expect(await ask()).toBe('192.0.2.1')
    expect(seen().at(-1)).toBe('udp none')
  })

  it('are not taken out by a bare header that says FORMERR, which anybody could have sent', async () => {
    upstream.script = knowing
    await ask()
    upstream.script = (query) => {
      const header = Buffer.alloc(12)
      header.writeUInt16BE(query.message.readUInt16BE(0), 0)
      header.writeUInt16BE(0x8180 | FORMERR, 2)
      query.reply(query.transport === 'tcp' ? respond(query.message) : header)
    }
    expect(await ask()).toBe('192.0.2.1')
    expect(seen()).toEqual(['udp 16', 'udp 48', 'tcp none'])
  })

  it('are sent again with what BADCOOKIE brings, and by TCP the second time (RFC 7873 §5.3)', async () => {
    upstream.script = (query) => {
      const cookie = cookieOf(query)
      if (cookie === undefined) return query.reply(respond(query.message))
      const isGood = cookie.slice(16) === SERVER_COOKIE
      query.reply(withCookie(query.message, cookie.slice(0, 16) + SERVER_COOKIE, isGood ? 0 : Rcode.BADCOOKIE))
    }
    expect(await ask()).toBe('192.0.2.1')
    expect(seen()).toEqual(['udp 16', 'udp 48'])
    upstream.queries.length = 0
    upstream.script = (query) => {
      const cookie = cookieOf(query)
      if (cookie === undefined) return query.reply(respond(query.message))
      query.reply(withCookie(query.message, cookie.slice(0, 16) + SERVER_COOKIE, Rcode.BADCOOKIE))
    }
    expect(await ask()).toBe('192.0.2.1')
    expect(seen()).toEqual(['udp 48', 'udp 48', 'tcp none'])
    expect(pool.counters).toEqual({ badCookies: 3, missingCookies: 0 })
  })

  it('are left out for a while where a server says FORMERR to them, and EDNS is not', async () => {
    upstream.script = (query) =>
      query.reply(
        cookieOf(query) === undefined
          ? respond(query.message)
          : respond(query.message, { rcode: FORMERR, records: [] }),
      )
    expect(await ask()).toBe('192.0.2.1')
    expect(await ask()).toBe('192.0.2.1')
    expect(seen()).toEqual(['udp 16', 'udp none', 'udp none'])
    expect(upstream.queries.at(-1)!.message.readUInt16BE(10)).toBe(1)
    clock.advance(16 * 60_000)
    expect(await ask()).toBe('192.0.2.1')
    expect(seen().slice(3)).toEqual(['udp 16', 'udp none'])
  })

  it('are left out for a while where a server throws them away, from the second try on', async () => {
    upstream.script = (query) => {
      if (cookieOf(query) === undefined) query.reply(respond(query.message))
    }
    expect(await ask(60, 2)).toBe('192.0.2.1')
    expect(await ask()).toBe('192.0.2.1')
    expect(seen()).toEqual(['udp 16', 'udp none', 'udp none'])
  })

  it('stay when a server that has answered them is silent once', async () => {
    upstream.script = knowing
    await ask()
    upstream.script = () => undefined
    expect(await ask(60)).toBe('upstream-timeout')
    upstream.script = knowing
    await ask()
    expect(seen()).toEqual(['udp 16', 'udp 48', 'udp 48'])
  })

  it('that were not asked for change nothing', async () => {
    upstream.script = (query) =>
      query.reply(
        cookieOf(query) === undefined
          ? respond(query.message, { opt: true })
          : respond(query.message, { rcode: FORMERR, records: [] }),
      )
    expect(await ask()).toBe('192.0.2.1')
  })
})
