import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { propertyRuns } from '@weir/shared/property-runs'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AskedQuestion, checkResponse } from './check-response.ts'
import { ageTtls, clampTtls } from './ttl.ts'

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const asked: AskedQuestion = { id: 7, name: toWire('www.example.org'), qtype: RrType.A, qclass: 1 }
const check = (message: Uint8Array, question = asked) => checkResponse(message, message.length, question)

const NAME = 'www.example.org'
const A: Answer = { type: 'A', name: NAME, ttl: 300, data: '192.0.2.1' }
const CNAME: Answer = { type: 'CNAME', name: NAME, ttl: 60, data: 'a.example.net' }
const NS: Answer = { type: 'NS', name: 'example.org', ttl: 60, data: 'ns.example.net' }
const SOA: Answer = {
  type: 'SOA',
  name: 'example.org',
  ttl: 900,
  data: { mname: 'ns.example.org', rname: 'h.example.org', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 120 },
}
const opt = (options: object[] = [], extendedRcode = 0) =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options,
  }) as never
/** What is kept of it, and said. */
const kept = (checked: ReturnType<typeof check>): unknown =>
  checked.ok && { ...checked.value, message: Array.from(checked.value.message.subarray(0, checked.value.length)) }
const respond = (rest: Packet, flags = 0x180): Uint8Array =>
  encode({ type: 'response', id: 7, flags, questions: [{ type: 'A', name: NAME }], ...rest })

describe('checkResponse', () => {
  it.each([
    ['an address', { answers: [A] }, 'answer', 300, -1],
    ['an address behind a CNAME', { answers: [CNAME, { ...A, name: 'a.example.net' }] }, 'answer', 60, -1],
    ['no record of the type', { authorities: [SOA] }, 'nodata', 900, 120],
    ['a CNAME to a name without one', { answers: [CNAME], authorities: [SOA] }, 'nodata', 60, 120],
    ['a CNAME that was not followed', { answers: [CNAME] }, 'nodata', 60, -1],
    ['nothing at all', {}, 'nodata', 0, -1],
    ['another zone', { authorities: [NS] }, 'referral', 60, -1],
  ] as const)('understands %s', (_, rest, kind, smallestTtlSeconds, negativeTtlSeconds) => {
    const checked = check(respond(rest as Packet))
    expect(checked).toMatchObject({ ok: true, value: { kind, smallestTtlSeconds, negativeTtlSeconds, rcode: 0 } })
  })

  it('tells RCODE, TC and AD', () => {
    expect(check(respond({ authorities: [SOA] }, 0x180 | 3))).toMatchObject({ value: { kind: 'nxdomain', rcode: 3 } })
    expect(check(respond({}, 0x180 | 2))).toMatchObject({ value: { kind: 'failure', rcode: 2 } })
    expect(check(respond({}, 0x380 | 0x20))).toMatchObject({ value: { isTruncated: true, isAuthenticData: true } })
  })

  it('strips OPT, and remembers its upper RCODE bits and Extended DNS Error', () => {
    const options = [{ code: 15, data: Buffer.from([0, 22, 0x78]) }]
    const checked = check(respond({ answers: [A], additionals: [opt(options, 1)] }))
    expect(checked).toMatchObject({ ok: true, value: { rcode: 16, hasOpt: true, extendedError: 22 } })
    if (!checked.ok) return
    const plain = respond({ answers: [A] })
    plain[0] = plain[1] = 0
    expect(Uint8Array.from(checked.value.message.subarray(0, checked.value.length))).toEqual(Uint8Array.from(plain))
  })

  it('takes the question in any spelling, and brings it into lower case in place', () => {
    const plain = respond({ answers: [A] })
    const message = Uint8Array.from(plain)
    message[13] = 0x57
    expect(check(message)).toMatchObject({ ok: true, value: { length: message.length } })
    plain[0] = plain[1] = 0
    expect(message).toEqual(Uint8Array.from(plain))
  })

  it('leaves what does not pass as it came', () => {
    const message = Uint8Array.from(respond({ answers: [A] }))
    message[13] = 0x57
    const before = Uint8Array.from(message)
    expect(check(message, { ...asked, id: 8 }).ok).toBe(false)
    expect(checkResponse(message, message.length - 1, asked).ok).toBe(false)
    expect(message).toEqual(before)
  })

  it.each([
    ['an answer', { answers: [A] }],
    ['OPT', { answers: [A], additionals: [opt()] }],
    ['an answer with strangers in it', { answers: [A, { ...A, name: 'other.example.org' }] }],
    ['no record', {}],
  ])('leaves out octets behind %s, whatever they are', (_, rest) => {
    const plain = check(respond(rest as Packet))
    const record = respond({ answers: [A] }).subarray(33)
    for (const junk of [Uint8Array.of(0), record, new Uint8Array(400).fill(0xc0)]) {
      const checked = check(Uint8Array.of(...respond(rest as Packet), ...junk))
      expect(kept(checked)).toEqual(kept(plain))
    }
  })

  it.each([
    ['a query', encode({ type: 'query', id: 7, questions: [{ type: 'A', name: NAME }] }), 'not-a-response'],
    ['a header cut off', octets('0007 8180 0001'), 'not-a-response'],
    ['an answer to NOTIFY', respond({}, 0x2180), 'not-a-response'],
    ['another ID', encode({ type: 'response', id: 8, questions: [{ type: 'A', name: NAME }] }), 'wrong-id'],
    ['another type', respond({ questions: [{ type: 'AAAA', name: NAME }] }), 'wrong-question'],
    ['another name', respond({ questions: [{ type: 'A', name: 'xyz.example.org' }] }), 'wrong-question'],
    ['a longer name', respond({ questions: [{ type: 'A', name: `${NAME}.example` }] }), 'wrong-question'],
    ['no question', respond({ questions: [] }), 'wrong-question'],
    ['a record cut off', respond({ answers: [A] }).subarray(0, -1), 'malformed'],
    ['two OPT records', respond({ additionals: [opt(), opt()] }), 'malformed'],
    ['OPT among the answers', respond({ answers: [opt()] }), 'malformed'],
  ])('refuses %s', (_, message, error) => {
    expect(check(message)).toEqual({ ok: false, error })
  })

  const HEADER = '0007 8180 0001 0001 0000 0000 03777777 07 6578616d706c65 03 6f7267 00 0001 0001'
  it.each([
    ['an owner that points to itself', 'c021 0001 0001 0000003c 0004 c0000201'],
    ['an owner that points forward', 'c030 0001 0001 0000003c 0004 c0000201'],
    ['an owner that points into the header', 'c004 0001 0001 0000003c 0004 c0000201'],
    ['an owner of a reserved label type', '80 0001 0001 0000003c 0004 c0000201'],
    ['an A record of three octets', 'c00c 0001 0001 0000003c 0003 c00002'],
    ['a CNAME with octets behind its name', 'c00c 0005 0001 0000003c 0003 c00c00'],
    ['a CNAME that ends behind its RDATA', 'c00c 0005 0001 0000003c 0001 c00c'],
    ['a CNAME that points into itself', 'c00c 0005 0001 0000003c 0002 c02d'],
    ['an MX record without a name', 'c00c 000f 0001 0000003c 0002 000a'],
    ['an SOA record without its numbers', 'c00c 0006 0001 0000003c 0004 c00cc00c'],
    ['NAPTR strings past the RDATA', 'c00c 0023 0001 0000003c 0006 00010001ffff'],
  ])('refuses %s', (_, record) => {
    expect(check(octets(`${HEADER} ${record}`))).toEqual({ ok: false, error: 'malformed' })
  })

  it('reads a TTL with its top bit as 0 (RFC 2181 §8)', () => {
    const message = octets(`${HEADER} c00c 0001 0001 80000001 0004 c0000201`)
    expect(check(message)).toMatchObject({ ok: true, value: { smallestTtlSeconds: 0 } })
  })

  it('never throws, and what it accepts is never longer than what came', () => {
    const seed = respond({ answers: [CNAME, A], authorities: [SOA], additionals: [opt()] })
    const edits = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 5 })
    fc.assert(
      fc.property(edits, fc.integer({ min: 0, max: seed.length }), (changes, length) => {
        const message = Uint8Array.from(seed)
        for (const [at, value] of changes) message[at] = value
        const checked = checkResponse(message, length, asked)
        if (checked.ok) expect(checked.value.length).toBeLessThanOrEqual(length)
      }),
      propertyRuns(3000),
    )
  })
})

describe('TTLs in place', () => {
  const ttlsOf = (message: Uint8Array): number[] =>
    [...(decode(Buffer.from(message)).answers ?? [])].map((record) => ('ttl' in record ? (record.ttl ?? 0) : 0))

  it('are aged down to 0, and OPT keeps its flags', () => {
    const message = respond({ answers: [A, CNAME], additionals: [opt([], 1)] })
    ageTtls(message, message.length, 100)
    expect(ttlsOf(message)).toEqual([200, 0])
    expect(decode(Buffer.from(message)).additionals?.[0]).toMatchObject({ extendedRcode: 1 })
  })

  it('are brought between limits', () => {
    const message = respond({ answers: [A, CNAME, { ...A, ttl: 150 }] })
    clampTtls(message, message.length, 100, 200)
    expect(ttlsOf(message)).toEqual([200, 100, 150])
  })
})
