import { existsSync, readFileSync } from 'node:fs'
import { toWire } from '@weir/shared/dns/domain-name'
import { propertyRuns } from '@weir/shared/property-runs'
import { encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParseVerdict, parseQuery } from './parse-query.ts'
import { QueryView } from './query-view.ts'

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const parse = (message: Uint8Array): { verdict: ParseVerdict; view: QueryView } => {
  const view = new QueryView()
  return { verdict: parseQuery(message, message.length, view), view }
}

const HEADER = '1234 0100 0001 0000 0000 0000'
const HEADER_1 = '1234 0100 0001 0000 0000 0001'
const HEADER_2 = '1234 0100 0001 0000 0000 0002'
const QUESTION = '07 6578616d706c65 03 6f7267 00 0001 0001'
const OPT = '00 0029 04d0 00 00 8000 0000'
const LABEL_63 = `3f ${'61'.repeat(63)}`
/** 3 × 64 + 62 + 1 = 255 octets. */
const NAME_255 = `${LABEL_63}${LABEL_63}${LABEL_63} 3d ${'61'.repeat(61)} 00`
const NAME_256 = `${LABEL_63}${LABEL_63}${LABEL_63} 3e ${'61'.repeat(62)} 00`
/** A TSIG record (RFC 8945) whose owner points to the question's name. */
const TSIG = 'c00c 00fa 00ff 00000000 0003 010203'

const hexOf = (value: number): string => value.toString(16).padStart(4, '0')
const withCookie = (octets: number): string =>
  `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 ${hexOf(4 + octets)} 000a ${hexOf(octets)} ${'ab'.repeat(octets)}`
const COOKIE = '00 0029 04d0 00000000 000c 000a 0008 0102030405060708'

describe('parseQuery', () => {
  it.each<[string, string, ParseVerdict]>([
    ['a plain query', `${HEADER} ${QUESTION}`, ParseVerdict.Ok],
    ['a query for the root', `${HEADER} 00 0002 0001`, ParseVerdict.Ok],
    ['a query with EDNS', `${HEADER_1} ${QUESTION} ${OPT}`, ParseVerdict.Ok],
    ['a record in front of OPT', `${HEADER_2} ${QUESTION} ${TSIG} ${OPT}`, ParseVerdict.Ok],
    ['a record behind OPT', `${HEADER_2} ${QUESTION} ${OPT} ${TSIG}`, ParseVerdict.Ok],
    ['a name of 255 octets', `${HEADER} ${NAME_255} 0001 0001`, ParseVerdict.Ok],
    ['an unknown EDNS option', `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 0006 fde9 0002 0102`, ParseVerdict.Ok],
    ['nothing', '', ParseVerdict.Silent],
    ['eleven octets', '1234 0100 0001 0000 0000 00', ParseVerdict.Silent],
    ['a response', `1234 8100 0001 0000 0000 0000 ${QUESTION}`, ParseVerdict.Silent],
    ['a NOTIFY', `1234 2000 0001 0000 0000 0000 ${QUESTION}`, ParseVerdict.NotImp],
    ['an EDNS version of 1', `${HEADER_1} ${QUESTION} 00 0029 04d0 00 01 0000 0000`, ParseVerdict.BadVers],
    ['a header alone', HEADER, ParseVerdict.FormErr],
    ['no question', '1234 0100 0000 0000 0000 0000', ParseVerdict.FormErr],
    ['two questions', `1234 0100 0002 0000 0000 0000 ${QUESTION} ${QUESTION}`, ParseVerdict.FormErr],
    ['counts of 0xffff', `1234 0100 ffff ffff ffff ffff ${QUESTION}`, ParseVerdict.FormErr],
    ['an additional count of 0xffff', `1234 0100 0001 0000 0000 ffff ${QUESTION} ${OPT}`, ParseVerdict.FormErr],
    ['an answer record', `1234 0100 0001 0001 0000 0000 ${QUESTION} ${TSIG}`, ParseVerdict.FormErr],
    ['an authority record', `1234 0100 0001 0000 0001 0000 ${QUESTION} ${TSIG}`, ParseVerdict.FormErr],
    [
      'a zone transfer with the SOA record that there is',
      `1234 0100 0001 0000 0001 0000 0361626300 00fb 0001 ${TSIG}`,
      ParseVerdict.Ok,
    ],
    [
      'a zone transfer with an answer record',
      `1234 0100 0001 0001 0001 0000 0361626300 00fb 0001 ${TSIG}`,
      ParseVerdict.FormErr,
    ],
    ['a pointer in QNAME', `${HEADER} 0361 6262 c00c 0001 0001`, ParseVerdict.FormErr],
    ['a pointer to itself as QNAME', `${HEADER} c00c 0001 0001`, ParseVerdict.FormErr],
    ['a label of 64 octets', `${HEADER} 40 ${'61'.repeat(64)} 00 0001 0001`, ParseVerdict.FormErr],
    ['a name of 256 octets', `${HEADER} ${NAME_256} 0001 0001`, ParseVerdict.FormErr],
    ['a question without its class', `${HEADER} 03616263 00 0001 00`, ParseVerdict.FormErr],
    ['a name without its end', `${HEADER} 03616263`, ParseVerdict.FormErr],
    ['octets behind the question', `${HEADER} ${QUESTION} 00`, ParseVerdict.FormErr],
    ['octets behind OPT', `${HEADER_1} ${QUESTION} ${OPT} 00`, ParseVerdict.FormErr],
    ['two OPT records', `${HEADER_2} ${QUESTION} ${OPT} ${OPT}`, ParseVerdict.FormErr],
    ['OPT with an owner', `${HEADER_1} ${QUESTION} 0161 00 0029 04d0 00000000 0000`, ParseVerdict.FormErr],
    ['OPT with a pointer as owner', `${HEADER_1} ${QUESTION} c014 0029 04d0 00000000 0000`, ParseVerdict.FormErr],
    ['RDLENGTH past the end', `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 0001`, ParseVerdict.FormErr],
    [
      'an option past the RDATA',
      `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 0005 000a 0002 01`,
      ParseVerdict.FormErr,
    ],
    ['half an option', `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 0003 000a 00`, ParseVerdict.FormErr],
    ['a cookie without a question', `1234 0100 0000 0000 0000 0001 ${COOKIE}`, ParseVerdict.CookieOnly],
    ['an option that is no cookie, without a question', `1234 0100 0000 0000 0000 0001 ${OPT}`, ParseVerdict.FormErr],
    ['a cookie and an answer, without a question', `1234 0100 0000 0001 0000 0001 ${COOKIE}`, ParseVerdict.FormErr],
    ...[0, 7, 9, 15, 41].map((octets): [string, string, ParseVerdict] => [
      `a cookie of ${octets} octets`,
      withCookie(octets),
      ParseVerdict.FormErr,
    ]),
    ...[8, 16, 24, 40].map((octets): [string, string, ParseVerdict] => [
      `a cookie of ${octets} octets`,
      withCookie(octets),
      ParseVerdict.Ok,
    ]),
    [
      'a cookie past the RDATA',
      `${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 000b 000a 0008 01020304050607`,
      ParseVerdict.FormErr,
    ],
    ['a NOTIFY with EDNS', `1234 2000 0001 0000 0000 0001 ${QUESTION} ${OPT}`, ParseVerdict.NotImp],
  ])('gives its verdict on %s', (_, hex, expected) => {
    expect(parse(octets(hex)).verdict).toBe(expected)
  })

  it('reads the name in lower case, its labels, the type and EDNS', () => {
    const { view } = parse(octets(`${HEADER_1} 03 575757 07 4578416d506c45 03 4f5267 00 001c 0001 ${OPT}`))
    expect(view.qname.subarray(0, view.qnameLength)).toEqual(toWire('www.example.org'))
    expect([...view.labelOffsets.subarray(0, view.labelCount)]).toEqual([0, 4, 12])
    expect(view).toMatchObject({ id: 0x1234, flags: 0x0100, qtype: 28, qclass: 1 })
    expect(view).toMatchObject({ hasOpt: true, payloadSize: 1232, dnssecOk: true, ednsVersion: 0, optionsLength: 0 })
  })

  it('leaves nothing of the query before in the view', () => {
    const view = new QueryView()
    const first = octets(`${HEADER_1} ${QUESTION} ${OPT}`)
    parseQuery(first, first.length, view)
    parseQuery(octets(HEADER), 12, view)
    expect(view).toMatchObject({ qnameLength: 0, labelCount: 0, qtype: 0, qclass: 0, hasOpt: false, dnssecOk: false })
  })

  it('knows the question of a query whose EDNS version it does not know', () => {
    const { view } = parse(octets(`${HEADER_1} ${QUESTION} 00 0029 04d0 00 07 0000 0000`))
    expect(view).toMatchObject({ qnameLength: 13, qtype: 1, hasOpt: true, ednsVersion: 7 })
  })

  it('finds the first of several cookies, and who asks how long a connection may be idle', () => {
    const options = '000b 0000 000a 0008 0102030405060708 000a 0008 ffffffffffffffff'
    const message = octets(`${HEADER_1} ${QUESTION} 00 0029 04d0 00000000 001c ${options}`)
    const { view } = parse(message)
    expect(view).toMatchObject({ cookieLength: 8, asksKeepalive: true })
    expect(message[view.cookieOffset]).toBe(1)
    parseQuery(octets(HEADER), 12, view)
    expect(view).toMatchObject({ cookieLength: 0, asksKeepalive: false })
  })

  it('knows of a query of another OPCODE that it speaks EDNS, and nothing else', () => {
    const { view } = parse(octets(`1234 2000 0001 0000 0000 0001 ${QUESTION} ${OPT}`))
    expect(view).toMatchObject({ qnameLength: 0, qtype: 0, hasOpt: true })
  })

  it('looks at the first `length` octets only', () => {
    const view = new QueryView()
    const arena = octets(`${HEADER} ${QUESTION} ${OPT}`)
    expect(parseQuery(arena, arena.length - 11, view)).toBe(ParseVerdict.Ok)
  })
})

const label = fc.stringMatching(/^[a-z0-9_-]{1,63}$/)
const name = fc
  .array(label, { minLength: 1, maxLength: 8 })
  .map((labels) => labels.join('.').slice(0, 253).replace(/\.$/, ''))

describe('parseQuery and dns-packet', () => {
  it('read the same from queries that dns-packet writes', () => {
    const query = fc.record({
      id: fc.nat(0xffff),
      name,
      type: fc.constantFrom('A' as const, 'AAAA' as const, 'TXT' as const, 'PTR' as const, 'MX' as const),
      edns: fc.option(fc.record({ size: fc.integer({ min: 512, max: 4096 }), dnssecOk: fc.boolean() })),
    })
    const types = { A: 1, AAAA: 28, TXT: 16, PTR: 12, MX: 15 }
    fc.assert(
      fc.property(query, ({ id, name, type, edns }) => {
        const opt = {
          type: 'OPT' as const,
          name: '.' as const,
          udpPayloadSize: edns?.size ?? 0,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: edns?.dnssecOk ? 0x8000 : 0,
          flag_do: edns?.dnssecOk ?? false,
          options: [],
        }
        const message = encode({
          type: 'query',
          id,
          flags: 0x100,
          questions: [{ name, type }],
          additionals: edns ? [opt] : [],
        })
        const { verdict, view } = parse(message)
        expect(verdict).toBe(ParseVerdict.Ok)
        expect(view.qname.subarray(0, view.qnameLength)).toEqual(toWire(name))
        expect(view).toMatchObject({ id, qtype: types[type], qclass: 1, hasOpt: edns !== null })
        expect(view).toMatchObject({ payloadSize: edns?.size ?? 0, dnssecOk: edns?.dnssecOk ?? false })
      }),
    )
  })
})

/** Fails the test when an octet at or behind `length` is read. */
function guarded(message: Uint8Array, length: number): Uint8Array {
  return new Proxy(message, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) >= length)
        throw new Error(`read octet ${key} of ${length}`)
      return Reflect.get(target, key)
    },
  })
}

describe('parseQuery on hostile octets', () => {
  const seed = octets(`${HEADER_2} ${QUESTION} ${TSIG} 00 0029 04d0 00000000 0006 000a 0002 0102`)
  const mutated = fc
    .tuple(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(seed.length))
    .map(([edits, length]) => {
      const message = seed.slice()
      for (const [at, value] of edits) message[at] = value
      return message.subarray(0, length)
    })

  it.each([
    ['random', fc.uint8Array({ maxLength: 600 })],
    ['nearly right', mutated],
  ])('neither throws nor reads past the end: %s', (_, messages) => {
    fc.assert(
      fc.property(messages, (message) => {
        const view = new QueryView()
        const verdict = parseQuery(guarded(message, message.length), message.length, view)
        expect(Object.values(ParseVerdict)).toContain(verdict)
        if (verdict === ParseVerdict.Ok) expect(view.qnameLength).toBeGreaterThan(0)
      }),
      propertyRuns(3000),
    )
  })
})

const SAMPLE = new URL('../../../../../shared/data/packets/sample.jsonl', import.meta.url)
const VERDICT_WORDS = ['answer', 'silent', 'FORMERR', 'NOTIMP', 'BADVERS', 'answer']

describe.runIf(existsSync(SAMPLE))('packets from captures and other projects', () => {
  it('each get a verdict that a server may give', () => {
    const lines = readFileSync(SAMPLE, 'utf8').trim().split('\n')
    const wrong = lines
      .map((line) => JSON.parse(line) as { n: number; hex: string; expect_server: string[] })
      .map(({ n, hex, expect_server }) => ({ n, expect_server, verdict: VERDICT_WORDS[parse(octets(hex)).verdict]! }))
      .filter(({ verdict, expect_server }) => !expect_server.includes(verdict))
    expect(wrong).toEqual([])
    expect(lines.length).toBeGreaterThan(200)
  })
})
