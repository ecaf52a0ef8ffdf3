import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutStrangers } from './answer-chain.ts'
import { checkResponse } from './check-response.ts'

const NAME = 'www.example.org'
const a = (name: string, data = '192.0.2.1'): Answer => ({ type: 'A', name, ttl: 300, data })
const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data })
const dname = (name: string, data: string): Answer => ({ type: 'DNAME', name, ttl: 60, data })
const ns = (name: string): Answer => ({ type: 'NS', name, ttl: 60, data: 'ns.example.net' })
const mx = (name: string): Answer => ({
  type: 'MX',
  name,
  ttl: 60,
  data: { preference: 5, exchange: 'mx.example.net' },
})
const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [] } as unknown as Answer
const soa = (name: string): Answer => ({
  type: 'SOA',
  name,
  ttl: 900,
  data: { mname: 'ns.example.org', rname: 'h.example.org', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 120 },
})

const respond = (rest: Packet): Uint8Array =>
  Uint8Array.from(encode({ type: 'response', id: 7, flags: 0x180, questions: [{ type: 'A', name: NAME }], ...rest }))

/** What is left of a response, as `TYPE owner` in order. */
function kept(rest: Packet): string[] {
  const checked = checkResponse(respond(rest), respond(rest).length, {
    id: 7,
    name: toWire(NAME),
    qtype: RrType.A,
    qclass: 1,
  })
  if (!checked.ok) throw new Error(checked.error)
  const {
    answers = [],
    authorities = [],
    additionals = [],
  } = decode(Buffer.from(checked.value.message.subarray(0, checked.value.length)))
  return [...answers, ...authorities, ...additionals].map(({ type, name }) => `${type} ${name}`)
}

describe('records of other names than the chain’s (MaginotDNS, CVE-2021-43105)', () => {
  it.each<[string, Packet, string[]]>([
    ['an address of another name', { answers: [a(NAME), a('bank.example.com')] }, [`A ${NAME}`]],
    ['an address of a name above', { answers: [a('example.org'), a(NAME)] }, [`A ${NAME}`]],
    ['an address of a name below', { answers: [a(NAME), a(`x.${NAME}`)] }, [`A ${NAME}`]],
    ['an alias of another name', { answers: [alias('b.example.com', NAME), a(NAME)] }, [`A ${NAME}`]],
    [
      'a name server of another zone',
      { answers: [a(NAME)], authorities: [ns('com'), ns('org')] },
      [`A ${NAME}`, 'NS org'],
    ],
    ['an SOA of another zone', { authorities: [soa('example.net')] }, []],
    [
      'an address of a name that nothing leads to',
      { answers: [a(NAME)], authorities: [ns('com')], additionals: [a('ns.example.net'), a('bank.example.com')] },
      [`A ${NAME}`],
    ],
    ['a DNAME beside the name', { answers: [dname('example.net', 'example.com'), a(NAME)] }, [`A ${NAME}`]],
  ])('leaves out %s', (_, rest, expected) => {
    expect(kept(rest)).toEqual(expected)
  })

  it.each<[string, Packet]>([
    [
      'aliases in any order',
      { answers: [a('c.example.com'), alias('b.example.net', 'c.example.com'), alias(NAME, 'b.example.net')] },
    ],
    ['any case', { answers: [a('WwW.eXample.ORG')] }],
    [
      'a DNAME above, with the alias that follows from it',
      { answers: [dname('example.org', 'example.net'), alias(NAME, 'www.example.net'), a('www.example.net')] },
    ],
    ['the SOA of an alias’s target', { answers: [alias(NAME, 'b.example.net')], authorities: [soa('example.net')] }],
    ['the root’s SOA', { authorities: [soa('.')] }],
    ['the address of a mail host', { answers: [mx(NAME)], additionals: [a('mx.example.net')] }],
    [
      'the address of a name server',
      { answers: [a(NAME)], authorities: [ns('org')], additionals: [a('ns.example.net')] },
    ],
    [
      'the address of an alias that a mail host is',
      { answers: [mx(NAME)], additionals: [alias('mx.example.net', 'c.example.com'), a('c.example.com')] },
    ],
    ['EDNS', { answers: [a(NAME)], additionals: [opt] }],
  ])('keeps %s', (_, rest) => {
    const message = respond(rest)
    expect(withoutStrangers(message, message.length, toWire(NAME))).toBeNull()
  })

  it('makes an answer that is all strangers an answer without records', () => {
    const message = respond({ answers: [a('bank.example.com')] })
    const checked = checkResponse(message, message.length, { id: 7, name: toWire(NAME), qtype: RrType.A, qclass: 1 })
    expect(checked).toMatchObject({ ok: true, value: { kind: 'nodata', negativeTtlSeconds: -1 } })
  })

  it('finds the chain in front of thousands of aliases that lead nowhere', () => {
    const chain = [alias('b.example.net', 'c.example.com'), alias(NAME, 'b.example.net'), a('c.example.com')]
    const strangers = Array.from({ length: 2000 }, (_, i) => alias(`n${i}.example.com`, `n${i + 1}.example.com`))
    const message = respond({ answers: [...chain, ...strangers] })
    const left = decode(Buffer.from(withoutStrangers(message, message.length, toWire(NAME))!))
    expect(left.answers).toMatchObject(chain)
  })

  it('keeps what belongs, whole and in order, wherever strangers stand between', () => {
    const record = fc.record({ isStranger: fc.boolean(), octet: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const answers = records.map(({ isStranger, octet }) =>
          a(isStranger ? `n${octet}.www.example.org` : NAME, `192.0.2.${octet}`),
        )
        const message = respond({ answers })
        const left = withoutStrangers(message, message.length, toWire(NAME)) ?? message
        const found = decode(Buffer.from(left)).answers ?? []
        expect(found).toMatchObject(answers.filter(({ name }) => name === NAME))
      }),
    )
  })
})
