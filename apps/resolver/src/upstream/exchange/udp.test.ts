import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadLinuxCalls } from '../../linux/datagram-socket.ts'
import { type OpenChannel, openDgramChannel } from './datagram-channel.ts'
import { Deadlines } from './deadlines.ts'
import { describeExchange, patiently, question, replyOf } from './exchange.contract.ts'
import { linuxChannels } from './linux-channel.ts'
import { MAX_QUERY_OCTETS } from './query-message.ts'
import { RandomOctets } from './random-octets.ts'
import {
  inLowerCase,
  respond,
  type ScriptedUpstream,
  startPlainUpstream,
  withWord,
} from './scripted-upstream.fixture.ts'
import { UdpExchange } from './udp.ts'
import { QUERIES_PER_PORT, UdpSocket } from './udp-socket.ts'

const target = (upstream: ScriptedUpstream, avoidPorts: ReadonlySet<number> = new Set()) => ({
  host: '127.0.0.1',
  port: upstream.port,
  avoidPorts,
})
const www = question('www.example.org')

const linux = await loadLinuxCalls()
const CHANNELS: readonly (readonly [name: string, open: OpenChannel])[] = [
  ['dgram', openDgramChannel],
  ...(linux.ok ? [['Linux', linuxChannels(linux.value)] as const] : []),
]

describe.each(CHANNELS)('UdpExchange by %s', (name, openChannel) => {
  const make = (upstream: ScriptedUpstream) => new UdpExchange(target(upstream), new RandomOctets(), openChannel)

  const shared = () => ({
    openChannel,
    random: new RandomOctets(),
    counters: { wrongReplies: 0, opened: 0 },
    deadlines: new Deadlines(),
    message: new Uint8Array(MAX_QUERY_OCTETS),
  })

  describeExchange(`UdpExchange by ${name}`, { start: startPlainUpstream, make, mayReplyAgain: true })
  let upstream: ScriptedUpstream
  let exchange: UdpExchange

  beforeEach(async () => {
    upstream = await startPlainUpstream()
    exchange = make(upstream)
  })
  afterEach(async () => {
    exchange.close()
    await upstream.close()
  })

  it('uses many ports and IDs, over the whole unprivileged range (AGH GHSA-xgx4-4h9w-53pv)', async () => {
    const exchanges = Array.from({ length: 24 }, () => make(upstream))
    for (const each of exchanges) for (let i = 0; i < 8; i++) await replyOf(each, www, patiently)
    for (const each of exchanges) each.close()
    const ports = new Set(upstream.queries.map((query) => query.clientPort))
    const ids = new Set(upstream.queries.map((query) => query.message.readUInt16BE(0)))
    expect(ids.size).toBeGreaterThan(180)
    expect(ports.size).toBeGreaterThan(90)
    expect(Math.min(...ports)).toBeLessThan(20_000)
    expect(Math.max(...ports)).toBeGreaterThan(50_000)
    expect([...ports].every((port) => port >= 1024)).toBe(true)
  })

  it('leaves a port after a number of queries', async () => {
    const socket = await UdpSocket.open(target(upstream), shared())
    for (let i = 0; i < QUERIES_PER_PORT; i++) {
      expect(socket.isSpent).toBe(false)
      await new Promise((resolve) => socket.send(www, patiently, resolve))
    }
    expect(socket.isSpent).toBe(true)
    socket.close()
  })

  it('keeps off ports that others need', async () => {
    const odd = new Set(Array.from({ length: 32_256 }, (_, i) => 1025 + 2 * i))
    for (let i = 0; i < 8; i++) {
      const socket = await UdpSocket.open(target(upstream, odd), shared())
      expect(socket.localPort % 2).toBe(0)
      socket.close()
    }
  })

  it('does not hear what comes from another port', async () => {
    upstream.script = (query) => {
      query.misbehave(respond(query.message, { records: [] }))
      query.reply(respond(query.message))
    }
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: true, response: { kind: 'answer' } })
  })

  it('counts wrong replies, and stops listening to UDP when there are many', async () => {
    upstream.script = (query) => {
      for (let i = 0; i < 9; i++) query.reply(withWord(respond(query.message), 4, () => 2))
      query.reply(respond(query.message))
    }
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: false, fault: 'mismatch' })
    expect(exchange.counters.wrongReplies).toBe(8)
  })

  it('stops listening to UDP when somebody tries one ID after the other (birthday attack)', async () => {
    upstream.script = (query) => {
      for (let i = 1; i <= 80; i++) query.reply(withWord(respond(query.message), 0, (id) => id + i))
    }
    expect(await replyOf(exchange, www, patiently)).toMatchObject({ ok: false, fault: 'mismatch' })
  })

  it('sends random case and does not take a reply without it', async () => {
    upstream.script = (query) => query.reply(inLowerCase(respond(query.message)))
    const long = question('a-name-with-many-letters.example.org')
    expect(await replyOf(exchange, long, patiently)).toMatchObject({ ok: false, fault: 'case-mismatch' })
    const plainly = { ...patiently, mixCase: false }
    expect(await replyOf(exchange, long, plainly)).toMatchObject({ ok: true })
  })
})
