import { describe, expect, it } from 'vitest'
import { formatAddress } from './ip-address.ts'
import { embeddedIpv4, embedIpv4, parseNat64Prefix } from './nat64.ts'

describe('NAT64 addresses', () => {
  // RFC 6052 §2.4.
  it.each([
    ['2001:db8::/32', '2001:db8:c000:221::'],
    ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
    ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
    ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
    ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100:0'],
    ['2001:db8:122:344::/96', '2001:db8:122:344::c000:221'],
    ['64:ff9b::/96', '64:ff9b::c000:221'],
  ])('puts 192.0.2.33 into %s', (prefix, expected) => {
    const out = new Uint8Array(16)
    embedIpv4(parseNat64Prefix(prefix)!, Uint8Array.of(192, 0, 2, 33), 0, out, 0)
    expect(formatAddress(out)).toBe(expected)
    expect(embeddedIpv4(parseNat64Prefix(prefix)!, out)).toEqual(Uint8Array.of(192, 0, 2, 33))
    const elsewhere = Uint8Array.of(0x30, ...out.subarray(1))
    expect(embeddedIpv4(parseNat64Prefix(prefix)!, elsewhere)).toBeUndefined()
  })

  it.each(['64:ff9b::/95', '192.0.2.0/24', '2001:db8::', 'x', '2001:db8:0:0:100::/96'])('refuses %s', (text) => {
    expect(parseNat64Prefix(text)).toBeUndefined()
  })
})
