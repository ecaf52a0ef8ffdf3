import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAddress,
  formatPrefix,
  isMapped,
  parseAddress,
  parsePrefix,
  prefixContains,
  toMapped,
  unmapped,
} from './ip-address.ts'

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80::', 'fe80::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::FFFF:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('prints %s as %s (RFC 5952)', (text, canonical) => {
    expect(formatAddress(parseAddress(text)!)).toBe(canonical)
  })

  it.each([
    '01.2.3.4',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '0x1.2.3.4',
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::192.0.2.1:1',
    ' 1.2.3.4',
    '[::1]',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it('agrees with the system on what an address is', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,25}$/))
    fc.assert(
      fc.property(text, (t) => {
        expect(parseAddress(t) !== undefined).toBe(isIP(t) !== 0)
      }),
    )
  })

  it('comes back from text as the same octets', () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    )
    fc.assert(
      fc.property(octets, (o) => {
        expect([...parseAddress(formatAddress(o))!]).toEqual([...o])
      }),
    )
  })

  it('maps IPv4 into 16 octets and back', () => {
    const mapped = toMapped(parseAddress('192.0.2.1')!)
    expect(formatAddress(mapped)).toBe('::ffff:192.0.2.1')
    expect(isMapped(mapped)).toBe(true)
    expect([...unmapped(mapped)]).toEqual([192, 0, 2, 1])
    expect(unmapped(parseAddress('2001:db8::1')!)).toHaveLength(16)
  })
})

describe('prefixes', () => {
  it.each([
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77/32', '192.0.2.77'],
    ['192.0.2.77', '192.0.2.77'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['10.255.255.255/9', '10.128.0.0/9'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatPrefix(parsePrefix(text)!)).toBe(canonical)
  })

  it.each(['192.0.2.0/33', '192.0.2.0/', '192.0.2.0/-1', '192.0.2.0/24/8', '/8', '::/129', '192.0.2.0/08'])(
    'refuses %s',
    (text) => {
      expect(parsePrefix(text)).toBeUndefined()
    },
  )

  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['10.0.0.0/9', '10.127.255.255', true],
    ['10.0.0.0/9', '10.128.0.0', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
  ])('%s holds %s: %s', (prefix, address, expected) => {
    expect(prefixContains(parsePrefix(prefix)!, parseAddress(address)!)).toBe(expected)
  })
})
