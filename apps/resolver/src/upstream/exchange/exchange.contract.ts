/** What every exchange must do, whatever its transport; run by the test of each. */
import { toWire } from '@weir/shared/dns/domain-name'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Exchange, ExchangeOptions, ExchangeReply, UpstreamQuestion } from './exchange.ts'
import {
  aRecord,
  questionEnd,
  respond,
  type ScriptedQuery,
  type ScriptedUpstream,
  withWord,
} from './scripted-upstream.fixture.ts'

export const question = (name: string, changes: Partial<UpstreamQuestion> = {}): UpstreamQuestion => ({
  name: toWire(name),
  qtype: 1,
  qclass: 1,
  dnssecOk: false,
  checkingDisabled: false,
  ...changes,
})

/** The reply, with octets of its own: those that `settle` sees are the exchange's. */
export const replyOf = (
  exchange: Exchange,
  asked: UpstreamQuestion,
  options: ExchangeOptions,
): Promise<ExchangeReply> =>
  new Promise((resolve) => exchange.exchange(asked, options, (reply) => resolve(withOwnOctets(reply))))

export function withOwnOctets(reply: ExchangeReply): ExchangeReply {
  if (!reply.ok) return reply
  const { response } = reply
  return {
    ...reply,
    response: { ...response, message: Uint8Array.from(response.message.subarray(0, response.length)) },
  }
}

export const patiently: ExchangeOptions = { timeoutMs: 30_000, withEdns: true, mixCase: true, cookie: null }
const briefly: ExchangeOptions = { ...patiently, timeoutMs: 40 }

/** Replies that are not the reply, by what is wrong with them. */
export const WRONG_REPLIES: readonly (readonly [string, (query: Buffer) => Buffer])[] = [
  ['wrong ID', (query) => withWord(respond(query), 0, (id) => id + 1)],
  ['QR not set', (query) => withWord(respond(query), 2, (flags) => flags & 0x7fff)],
  ['another OPCODE', (query) => withWord(respond(query), 2, (flags) => flags | 0x2000)],
  ['no question', (query) => withWord(respond(query), 4, () => 0)],
  ['two questions', (query) => withWord(respond(query), 4, () => 2)],
  ['another QTYPE', (query) => withWord(respond(query), questionEnd(query) - 4, () => 28)],
  ['another name', (query) => withWord(respond(query), 13, (word) => word ^ 0x0101)],
  ['a record that is cut short', (query) => respond(query).subarray(0, -1)],
  [
    'a compression loop',
    (query) => respond(query, { records: [Buffer.concat([loop(query), aRecord(1).subarray(2)])] }),
  ],
  ['garbage', (query) => Buffer.concat([query.subarray(0, 2), Buffer.alloc(40, 0xff)])],
]

/** A pointer to itself, at the end of the question. */
function loop(query: Buffer): Buffer {
  const pointer = Buffer.alloc(2)
  pointer.writeUInt16BE(0xc000 | questionEnd(query))
  return pointer
}

export interface ExchangeUnderTest {
  readonly start: () => Promise<ScriptedUpstream>
  readonly make: (upstream: ScriptedUpstream) => Exchange
  /** False: one reply for each query is all that the transport has, and a wrong one is final. */
  readonly mayReplyAgain: boolean
  /** Queries are as long as the next multiple of 128 octets (RFC 8467 §4.1). */
  readonly isPadded?: boolean
}

export function describeExchange(
  name: string,
  { start, make, mayReplyAgain, isPadded = false }: ExchangeUnderTest,
): void {
  describe(name, () => {
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

    it('brings the reply: ID zero, question in lower case, no OPT record', async () => {
      upstream.script = (query) => query.reply(respond(query.message, { opt: true }))
      const asked = question('www.example.org')
      const reply = await replyOf(exchange, asked, patiently)
      const plain = Buffer.concat([
        Buffer.from('000081800001000100000000', 'hex'),
        asked.name,
        Buffer.from([0, 1, 0, 1]),
        aRecord(60),
      ])
      expect(reply).toMatchObject({ ok: true, isCaseKept: true, response: { kind: 'answer', hasOpt: true } })
      expect(reply.ok && Buffer.from(reply.response.message)).toEqual(plain)
    })

    it.each([
      ['none', false],
      ['an OPT record', true],
    ])('leaves out octets behind the last record, %s before them', async (_, opt) => {
      const asked = question('www.example.org')
      upstream.script = (query) => query.reply(respond(query.message, { opt }))
      const plain = await replyOf(exchange, asked, patiently)
      upstream.script = (query) => query.reply(Buffer.concat([respond(query.message, { opt }), Buffer.from('junk')]))
      expect(await replyOf(exchange, asked, patiently)).toEqual(plain)
    })

    it('asks with RD, DO and CD as told, 1232 octets, and no option but padding', async () => {
      const asked = question('www.example.org', { dnssecOk: true, checkingDisabled: true, qtype: 28 })
      await replyOf(exchange, asked, { ...patiently, mixCase: false })
      await replyOf(exchange, asked, { ...patiently, mixCase: false, withEdns: false })
      const [withOpt, without] = upstream.queries.map((query) => query.message.subarray(2).toString('hex'))
      const body = `${Buffer.from(asked.name).toString('hex')}001c0001`
      // Of 128 octets 44 are without padding, 4 are the option's head.
      const options = isPadded ? `0054000c0050${'00'.repeat(80)}` : '0000'
      expect(withOpt).toBe(`01300001000000000001${body}00002904d000008000${options}`)
      expect(without).toBe(`01300001000000000000${body}`)
    })

    it('gives each of many questions its own reply, in whatever order they come', async () => {
      const held: ScriptedQuery[] = []
      upstream.script = (query) => {
        held.push(query)
        if (held.length === 20) for (const each of held.reverse()) each.reply(respond(each.message))
      }
      const names = Array.from({ length: 20 }, (_, i) => `n${i}.example.org`)
      const replies = await Promise.all(names.map((each) => replyOf(exchange, question(each), patiently)))
      for (const [i, reply] of replies.entries())
        expect(reply.ok && [...reply.response.message.subarray(12, 12 + toWire(names[i]!).length)]).toEqual([
          ...toWire(names[i]!),
        ])
    })

    it('gives up on silence, in time', async () => {
      // So that a stream is open: to open one may take longer than this patience, and would be another fault.
      await replyOf(exchange, question('first.example.org'), patiently)
      upstream.script = () => undefined
      expect(await replyOf(exchange, question('www.example.org'), briefly)).toMatchObject({
        ok: false,
        fault: 'timeout',
      })
    })

    it('says at once that nobody is there', async () => {
      await upstream.close()
      const reply = await replyOf(exchange, question('www.example.org'), patiently)
      expect(reply).toMatchObject({ ok: false, fault: 'unreachable' })
      upstream = await start()
    })

    it('settles what is under way when it is closed', async () => {
      upstream.script = () => exchange.close()
      const reply = await replyOf(exchange, question('www.example.org'), patiently)
      expect(reply).toMatchObject({ ok: false, fault: 'unreachable' })
    })

    it.each(WRONG_REPLIES)('never takes a reply with %s (TuDoor: CVE-2023-28451, -28455, -28457)', async (_, wrong) => {
      upstream.script = (query) => {
        query.reply(wrong(query.message))
        if (mayReplyAgain) query.reply(respond(query.message, { records: [aRecord(77)] }))
      }
      const reply = await replyOf(exchange, question('www.example.org'), patiently)
      if (mayReplyAgain) expect(reply).toMatchObject({ ok: true, response: { smallestTtlSeconds: 77 } })
      else expect(reply).toMatchObject({ ok: false, fault: 'unreachable' })
    })
  })
}
