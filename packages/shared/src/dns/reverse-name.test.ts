import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, isMapped, parseAddress } from './ip-address.ts'
import { addressOfReverseName, reverseName } from './reverse-name.ts'

describe('reverse names', () => {
  it('turn octets and nibbles round', () => {
    expect(reverseName(parseAddress('192.0.2.1')!)).toBe('1.2.0.192.in-addr.arpa')
    expect(reverseName(parseAddress('2001:db8::567:89ab')!)).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    )
  })

  it('come back as the same address', () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    )
    fc.assert(
      fc.property(octets, (o) => {
        expect(addressOfReverseName(reverseName(o))).toBe(formatAddress(o))
      }),
    )
  })

  it.each([
    '2.0.192.in-addr.arpa',
    'in-addr.arpa',
    '256.2.0.192.in-addr.arpa',
    'example.org',
    '1.ip6.arpa',
    '01.2.0.192.in-addr.arpa',
  ])('%s is no address', (name) => {
    expect(addressOfReverseName(name)).toBeUndefined()
  })

  it('keeps mapped addresses apart from IPv4', () => {
    const mapped = parseAddress('::ffff:192.0.2.1')!
    expect(isMapped(mapped)).toBe(true)
    expect(addressOfReverseName(reverseName(mapped))).toBe('::ffff:192.0.2.1')
  })
})
