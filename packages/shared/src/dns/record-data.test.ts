import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText, quoteText, splitFields } from './presentation.ts'
import { parseRecordData } from './record-data.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

describe('parseRecordData', () => {
  it.each([
    ['A 192.0.2.1', 'A 192.0.2.1', 'c0000201'],
    ['aaaa 2001:DB8:0::1', 'AAAA 2001:db8::1', '20010db8000000000000000000000001'],
    ['CNAME New.Example', 'CNAME new.example.', '036e6577076578616d706c6500'],
    ['MX 10  mail.example', 'MX 10 mail.example.', '000a046d61696c076578616d706c6500'],
    ['MX 0 .', 'MX 0 .', '000000'],
    ['SRV 10 60 8080 a', 'SRV 10 60 8080 a.', '000a003c1f90016100'],
    ['TXT one "two three"', 'TXT "one" "two three"', '036f6e650974776f207468726565'],
    ['TXT ""', 'TXT ""', '00'],
    ['TXT a\\"\\007', 'TXT "a\\"\\007"', '03612207'],
    ['CAA 0 issue "ca.example"', 'CAA 0 issue "ca.example"', '000569737375' + '6563612e6578616d706c65'],
    ['HTTPS 0 other.example', 'HTTPS 0 other.example.', '0000056f74686572076578616d706c6500'],
    ['HTTPS 1 . alpn=h2,h3', 'HTTPS 1 . alpn=h2,h3', '000100000100060268320268' + '33'],
    ['TYPE65280 \\# 2 AB cd', 'TYPE65280 \\# 2 abcd', 'abcd'],
    ['TYPE65280 \\# 0', 'TYPE65280 \\# 0', ''],
  ])('reads %s', (text, canonical, rdata) => {
    const record = parseRecordData(text)
    if (!record.ok) throw new Error(record.error)
    expect([record.value.text, hex(record.value.rdata)]).toEqual([canonical, rdata])
    expect(parseRecordData(canonical)).toEqual(record)
  })

  // RFC 9460 appendix D.2, whose names lie under example.com.
  it.each([
    ['HTTPS 0 foo.example.com.', '000003666f6f076578616d706c6503636f6d00'],
    ['SVCB 1 .', '000100'],
    ['SVCB 16 foo.example.com. port=53', '001003666f6f076578616d706c6503636f6d00000300020035'],
    ['SVCB 1 foo.example.com. key667=hello', '000103666f6f076578616d706c6503636f6d00029b000568656c6c6f'],
    [
      'SVCB 1 foo.example.com. key667="hello\\210qoo"',
      '000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f',
    ],
    [
      'SVCB 1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
      '000103666f6f076578616d706c6503636f6d00' +
        '0006002020010db800000000000000000000000120010db8000000000000000000530001',
    ],
    [
      'SVCB 16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
      '001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d31390004' + '0004c0000201',
    ],
    [
      'SVCB 16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      '001003666f6f076578616d706c65036f726700' + '0001000c08665c6f6f2c626172026832',
    ],
  ])('reads the vector %s', (text, rdata) => {
    const record = parseRecordData(text)
    if (!record.ok) throw new Error(record.error)
    expect(hex(record.value.rdata)).toBe(rdata)
    expect(parseRecordData(record.value.text)).toEqual(record)
  })

  it.each([
    ['A 192.0.2', 'A needs one IPv4 address'],
    ['A', 'A needs one IPv4 address'],
    ['BOGUS x', "'BOGUS' is not a record type"],
    ['SOA . . 1 1 1 1 1', 'cannot be answered by a rule'],
    ['ANY x', 'cannot be answered by a rule'],
    ['MX mail.example', 'MX needs a preference and a name'],
    ['MX 65536 mail.example', 'MX needs a preference and a name'],
    ['SRV 1 2 a', 'SRV needs priority, weight, port and a name'],
    ['TXT "open', 'a quote is not closed'],
    ['TXT a\\25', 'holds a broken escape'],
    [`TXT ${'a'.repeat(256)}`, 'more than 255 octets'],
    ['HTTPS 1 . alpn=h2 alpn=h3', 'the key stands twice'],
    ['HTTPS 1 . mandatory=alpn', 'mandatory names a key that is not there'],
    ['HTTPS 1 . mandatory=mandatory', 'mandatory names a key that is not there'],
    ['HTTPS 1 . port=65536', 'not a valid parameter'],
    ['HTTPS 1 . colour=red', 'not a key'],
    ['TLSA 3 1 1 00', 'RFC 3597'],
    ['TYPE1 \\# 4 c00002', 'as many octets'],
  ])('refuses %s', (text, reason) => {
    const record = parseRecordData(text)
    expect(record.ok ? '' : record.error).toContain(reason)
  })
})

it('reads back every quoted text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      const fields = splitFields(`x ${quoteText(octets)} y`)
      expect(fields?.length).toBe(3)
      expect(decodeText(fields![1]!)).toEqual(octets)
    }),
  )
})
