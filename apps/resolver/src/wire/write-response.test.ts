import { toWire } from '@weir/shared/dns/domain-name'
import { ExtendedError } from '@weir/shared/dns/extended-error'
import { Rcode } from '@weir/shared/dns/rcode'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import type { AskedQuery } from './asked-query.ts'
import { checkResponse } from './check-response.ts'
import { parseQuery } from './parse-query.ts'
import { QueryView } from './query-view.ts'
import { describeAnswer } from './slow-path.ts'
import { ResponseWriter } from './write-response.ts'

const NAME = 'wWw.Example.ORG'
const LOWER = 'www.example.org'
const opt = (dnssecOk = false, ednsVersion = 0) =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion,
    flags: dnssecOk ? 0x8000 : 0,
    flag_do: dnssecOk,
    options: [],
  }) as never

interface Asking {
  readonly edns?: boolean
  readonly dnssecOk?: boolean
  readonly ednsVersion?: number
  readonly flags?: number
  readonly type?: 'A' | 'TXT' | 'MX' | 'PTR'
  readonly room?: number
  readonly padding?: boolean
  readonly cookie?: Uint8Array | null
  readonly keepaliveTenths?: number
}
function ask({
  edns = true,
  dnssecOk = false,
  ednsVersion = 0,
  flags = 0x100,
  type = 'A',
  room = 1232,
  padding = false,
  cookie = null,
  keepaliveTenths = -1,
}: Asking = {}): AskedQuery {
  const message = encode({
    type: 'query',
    id: 0xbeef,
    flags,
    questions: [{ type, name: NAME }],
    additionals: edns ? [opt(dnssecOk, ednsVersion)] : [],
  })
  const view = new QueryView()
  parseQuery(message, message.length, view)
  return {
    view,
    message,
    out: new Uint8Array(4096).fill(0xee),
    maxResponseOctets: room,
    wantsPadding: padding,
    cookie,
    keepaliveTenths,
  }
}
const writer = new ResponseWriter()
const sent = (query: AskedQuery): ReturnType<typeof decode> & Record<string, unknown> => {
  const length = writer.finish()
  expect(length).toBeLessThanOrEqual(query.maxResponseOctets)
  expect(query.out[query.maxResponseOctets]).toBe(0xee)
  return decode(Buffer.from(query.out.subarray(0, length))) as never
}
const stored = (rest: Packet, name = LOWER, flags = 0x180): Uint8Array => {
  const message = encode({ type: 'response', id: 9, flags, questions: [{ type: 'A', name }], ...rest })
  const checked = checkResponse(message, message.length, { id: 9, name: toWire(name), qtype: 1, qclass: 1 })
  if (!checked.ok) throw new Error(checked.error)
  return checked.value.message.subarray(0, checked.value.length)
}

describe('a local answer', () => {
  it('echoes ID, OPCODE, RD, CD and the spelling of the question', () => {
    const query = ask({ flags: 0x110 })
    writer.start(query, Rcode.NOERROR)
    writer.addAddress(Uint8Array.of(192, 0, 2, 1), 60)
    const response = sent(query)
    expect(response).toMatchObject({ id: 0xbeef, rcode: 'NOERROR', questions: [{ name: NAME, type: 'A' }] })
    expect(response).toMatchObject({ flag_rd: true, flag_ra: true, flag_cd: true, flag_aa: false, flag_ad: false })
    expect(response.answers).toMatchObject([{ name: NAME, type: 'A', ttl: 60, data: '192.0.2.1' }])
  })

  it('holds any number and type of records', () => {
    const query = ask({ type: 'MX' })
    writer.start(query, Rcode.NOERROR)
    writer.isAuthoritative = true
    writer.addAddress(new Uint8Array(16), 1)
    writer.addAnswer(RrType.MX, Uint8Array.of(0, 10, ...toWire('mail.example.org')), 2)
    writer.addAnswer(RrType.TXT, Uint8Array.of(2, 0x68, 0x69), 3)
    const response = sent(query)
    expect(response.flag_aa).toBe(true)
    expect(response.answers).toMatchObject([
      { type: 'AAAA', data: '::' },
      { type: 'MX', data: { preference: 10, exchange: 'mail.example.org' } },
      { type: 'TXT', data: [Buffer.from('hi')] },
    ])
  })

  it('gives records behind a CNAME to its target', () => {
    const query = ask()
    const target = toWire('a.example.net')
    writer.start(query, Rcode.NOERROR)
    writer.addCname(target, target.length, 30)
    writer.addAddress(Uint8Array.of(192, 0, 2, 9), 40)
    expect(sent(query).answers).toMatchObject([
      { name: NAME, type: 'CNAME', data: 'a.example.net', ttl: 30 },
      { name: 'a.example.net', type: 'A', data: '192.0.2.9', ttl: 40 },
    ])
  })

  it('has an SOA record whose MINIMUM and TTL say how long a negative answer may be kept', () => {
    const query = ask()
    writer.start(query, Rcode.NXDOMAIN)
    writer.addSoa(77)
    const response = sent(query)
    expect(response).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
    expect(response.authorities).toMatchObject([
      {
        name: NAME,
        ttl: 77,
        data: { mname: 'weir.invalid', rname: 'hostmaster.weir.invalid', minimum: 77, retry: 600 },
      },
    ])
  })

  it('brings OPT only to those who sent one, with DO copied', () => {
    const plain = ask({ edns: false })
    writer.start(plain, Rcode.REFUSED)
    expect(sent(plain)).toMatchObject({ rcode: 'REFUSED', additionals: [] })
    const edns = ask({ dnssecOk: true })
    writer.start(edns, Rcode.REFUSED)
    expect(sent(edns).additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, flag_do: true, ednsVersion: 0 }])
  })

  it('answers an unknown EDNS version with BADVERS and its own version', () => {
    const query = ask({ ednsVersion: 5 })
    writer.start(query, Rcode.BADVERS)
    expect(sent(query)).toMatchObject({ rcode: 'NOERROR', additionals: [{ extendedRcode: 1, ednsVersion: 0 }] })
  })

  it('answers a query whose question it could not read with the header alone', () => {
    const message = Uint8Array.from([0x12, 0x34, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff])
    const out = new Uint8Array(512).fill(0xee)
    const query = {
      view: new QueryView(),
      message,
      out,
      maxResponseOctets: 512,
      wantsPadding: false,
      cookie: null,
      keepaliveTenths: -1,
    }
    parseQuery(message, message.length, query.view)
    writer.start(query, Rcode.NOTIMP)
    expect(writer.finish()).toBe(12)
    expect(Buffer.from(query.out.subarray(0, 13)).toString('hex')).toBe('1234a8840000000000000000ee')
  })

  it('says why in an Extended DNS Error, cut at a whole character', () => {
    const query = ask()
    writer.start(query, Rcode.NXDOMAIN)
    writer.setExtendedError(ExtendedError.Blocked, Buffer.from(`${'x'.repeat(199)}é`))
    const [record] = (sent(query).additionals ?? []) as unknown as { options: { code: number; data: Buffer }[] }[]
    const options = record!.options
    expect(options).toMatchObject([{ code: 15 }])
    expect(options[0]?.data.toString('latin1')).toBe(`\0\x0f${'x'.repeat(199)}`)
  })

  it('sends cookie and idle time to who asks, and keeps room for the cookie', () => {
    const cookie = Uint8Array.from({ length: 24 }, (_, i) => i)
    const query = ask({ cookie, keepaliveTenths: 100 })
    writer.start(query, Rcode.NOERROR)
    const options = (sent(query).additionals![0] as unknown as { options: { code: number; data: Buffer }[] }).options
    expect(options.map(({ code, data }) => [code, data.toString('hex')])).toEqual([
      [10, Buffer.from(cookie).toString('hex')],
      [11, '0064'],
    ])
    // One octet less than the answer with OPT record and cookie takes.
    const room = 512
    const tight = ask({ cookie, room })
    writer.start(tight, Rcode.NOERROR)
    const used = 12 + toWire(NAME).length + 4 + 11 + 28 + 12
    writer.addAnswer(10, new Uint8Array(room - used + 1), 300)
    expect(sent(tight)).toMatchObject({ flag_tc: true, answers: [] })
    writer.start(tight, Rcode.NOERROR)
    writer.addAnswer(10, new Uint8Array(room - used), 300)
    expect(sent(tight)).toMatchObject({ flag_tc: false })
  })

  it('fills a block when padding is wanted, explanation and all', () => {
    const query = ask({ padding: true })
    writer.start(query, Rcode.NXDOMAIN)
    writer.setExtendedError(ExtendedError.Blocked, Buffer.from('a list'))
    expect(writer.finish()).toBe(468)
    expect(sent(query).additionals).toMatchObject([{ options: [{ code: 15 }, { code: 12 }] }])
  })

  it('leaves out the explanation rather than the answer', () => {
    const query = ask({ room: 512 })
    writer.start(query, Rcode.NOERROR)
    writer.setExtendedError(ExtendedError.Blocked, Buffer.from('text'))
    writer.addAnswer(RrType.TXT, new Uint8Array(512 - 11 - 33 - 12), 1)
    expect(sent(query)).toMatchObject({ flag_tc: false, answers: [{ type: 'TXT' }], additionals: [{ options: [] }] })
  })

  it('is empty with TC when a record does not fit', () => {
    const query = ask({ room: 512 })
    writer.start(query, Rcode.NOERROR)
    for (let i = 0; i < 40; i++) writer.addAddress(Uint8Array.of(192, 0, 2, i), 60)
    expect(writer.isOverflown).toBe(true)
    expect(sent(query)).toMatchObject({ flag_tc: true, answers: [], additionals: [{ type: 'OPT' }] })
  })
})

describe('a stored response', () => {
  const A: Answer = { type: 'A', name: LOWER, ttl: 300, data: '192.0.2.1' }
  const glue = Array.from(
    { length: 40 },
    (_, i): Answer => ({ type: 'A', name: 'ns.example.org', data: `192.0.2.${i}` }),
  )

  it.each([['copied'], ['in place']])('gets the ID, flags, spelling and OPT of the client: %s', (how) => {
    const query = ask({ flags: 0x110 })
    const message = stored({ answers: [A] })
    if (how === 'in place') query.out.set(message)
    writer.startStored(query, how === 'in place' ? query.out : message, message.length)
    const response = sent(query)
    expect(response).toMatchObject({
      id: 0xbeef,
      flag_cd: true,
      flag_ra: true,
      flag_aa: false,
      questions: [{ name: NAME }],
    })
    expect(response.answers).toMatchObject([{ type: 'A', ttl: 300, data: '192.0.2.1' }])
    expect(response.additionals).toMatchObject([{ type: 'OPT' }])
  })

  it.each([
    ['nobody asked for it', { flags: 0x100 }, false],
    ['the client set AD', { flags: 0x120 }, true],
    ['the client set DO', { dnssecOk: true }, true],
  ])('shows AD only to those who know it: %s', (_, asking, expected) => {
    const query = ask(asking)
    const message = stored({ answers: [A] }, LOWER, 0x1a0)
    writer.startStored(query, message, message.length)
    expect(sent(query).flag_ad).toBe(expected)
  })

  it('loses its additional section before its answer', () => {
    const query = ask({ room: 512 })
    const message = stored({ answers: [A], additionals: glue })
    writer.startStored(query, message, message.length)
    expect(sent(query)).toMatchObject({
      flag_tc: false,
      answers: [{ data: '192.0.2.1' }],
      additionals: [{ type: 'OPT' }],
    })
  })

  it('is empty with TC when its answer is too long, even for `out`', () => {
    const message = stored({ answers: Array.from({ length: 200 }, () => A) })
    const query = ask({ room: 1232 })
    writer.startStored(query, message, message.length)
    expect(sent(query)).toMatchObject({ flag_tc: true, answers: [], additionals: [{ type: 'OPT' }] })
  })

  it('keeps its RCODE when it is empty with TC', () => {
    const message = stored({ authorities: glue }, LOWER, 0x180 | Rcode.NXDOMAIN)
    const query = ask({ room: 512 })
    writer.startStored(query, message, message.length)
    expect(sent(query)).toMatchObject({ flag_tc: true, rcode: 'NXDOMAIN', authorities: [] })
  })
})

describe('an alias', () => {
  /** Answers and authority in the forms that other servers send: with compression pointers to the question and beyond. */
  const compressed = (): Uint8Array => {
    const hex =
      '0009 8180 0001 0003 0001 0001 01 61 03 6e6577 07 6578616d706c65 00 0001 0001' + // a.new.example at 12, new at 14
      'c00c 0005 0001 0000003c 0004 01 62 c00e' + // a.new.example CNAME b.new.example (its name at 43)
      'c02b 000f 0001 0000003c 0006 000a 01 6d c02b' + // b.new.example MX 10 m.b.new.example
      'c02b 0021 0001 0000003c 0008 0001 0002 0035 c02b' + // b.new.example SRV 1 2 53 b.new.example
      'c00e 0006 0001 0000003c 001b 01 6e c00e 01 68 c00e 00000001 00000002 00000003 00000004 0000'
    return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  }

  it('answers with the chain and the records of its target, every name right', () => {
    const hex = Buffer.from(compressed()).toString('hex').replace('001b016e', '001c016e')
    const message = Uint8Array.from(Buffer.from(`${hex}0005c02b00010001000000050004c0000207`, 'hex'))
    const checked = checkResponse(message, message.length, {
      id: 9,
      name: toWire('a.new.example'),
      qtype: 1,
      qclass: 1,
    })
    expect(checked.ok).toBe(true)
    if (!checked.ok) return
    const query = ask()
    const first = toWire('mid.example.net')
    const last = toWire('a.new.example')
    writer.start(query, Rcode.NOERROR)
    writer.addCname(first, first.length, 10)
    writer.addCname(last, last.length, 20)
    writer.addStored(checked.value.message, checked.value.length)
    const response = sent(query)
    expect(response.answers).toMatchObject([
      { name: NAME, type: 'CNAME', data: 'mid.example.net', ttl: 10 },
      { name: 'mid.example.net', type: 'CNAME', data: 'a.new.example', ttl: 20 },
      { name: 'a.new.example', type: 'CNAME', data: 'b.new.example', ttl: 60 },
      { name: 'b.new.example', type: 'MX', data: { preference: 10, exchange: 'm.b.new.example' } },
      { name: 'b.new.example', type: 'SRV', data: { priority: 1, weight: 2, port: 53, target: 'b.new.example' } },
    ])
    expect(response.authorities).toMatchObject([
      {
        name: 'new.example',
        type: 'SOA',
        data: { mname: 'n.new.example', rname: 'h.new.example', serial: 1, minimum: 5 },
      },
    ])
    expect(response.additionals).toMatchObject([{ type: 'OPT' }])
  })

  it('takes the RCODE of its target', () => {
    const query = ask()
    const target = toWire('none.example.net')
    const message = stored({}, 'none.example.net', 0x183)
    writer.start(query, Rcode.NOERROR)
    writer.addCname(target, target.length, 20)
    writer.addStored(message, message.length)
    expect(sent(query)).toMatchObject({ rcode: 'NXDOMAIN', answers: [{ type: 'CNAME' }] })
  })

  it('is empty with TC when the chain and the records do not fit', () => {
    const query = ask({ edns: false, room: 512 })
    const target = toWire('a.example.net')
    const answers = Array.from({ length: 20 }, (): Answer => ({ type: 'A', name: 'a.example.net', data: '192.0.2.1' }))
    const records = [...answers, ...answers, ...answers]
    const message = stored({ answers: records }, 'a.example.net')
    writer.start(query, Rcode.NOERROR)
    writer.addCname(target, target.length, 20)
    writer.addStored(message, message.length)
    expect(sent(query)).toMatchObject({ flag_tc: true, rcode: 'NOERROR', answers: [] })
  })

  it('compresses anew what was written out', () => {
    const query = ask()
    const target = toWire('a.example.net')
    const message = stored({ answers: [{ type: 'A', name: 'a.example.net', data: '192.0.2.1' }] }, 'a.example.net')
    writer.start(query, Rcode.NOERROR)
    writer.addCname(target, target.length, 20)
    writer.addStored(message, message.length)
    expect(sent(query).answers).toHaveLength(2)
  })
})

describe('describeAnswer', () => {
  const describe = (answers: Answer[]): string => {
    const message = stored({ answers })
    return describeAnswer(message, message.length)
  }
  it('writes the first records as text', () => {
    const text = describe([
      { type: 'CNAME', name: LOWER, data: 'a.example.net' },
      { type: 'A', name: 'a.example.net', data: '192.0.2.1' },
      { type: 'MX', name: 'a.example.net', data: { preference: 10, exchange: 'm.example.net' } },
      { type: 'TXT', name: 'a.example.net', data: 'ho\u001b[31m\n' },
      { type: 'A', name: 'a.example.net', data: '192.0.2.2' },
    ])
    expect(text).toBe('CNAME a.example.net, A 192.0.2.1, MX 10 m.example.net, TXT ho\\027[31m\\010')
  })

  it('writes nothing of a message that cannot be read', () => {
    expect(describeAnswer(Uint8Array.from(Buffer.from('00008180ffffffffffffffff', 'hex')), 12)).toBe('')
    expect(describeAnswer(new Uint8Array(40).fill(0xc0), 40)).toBe('')
  })
})
