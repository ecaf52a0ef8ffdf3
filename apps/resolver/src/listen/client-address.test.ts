import { expect, it } from 'vitest'
import { writeClientAddress } from './client-address.ts'

it.each([
  ['192.0.2.255', '00000000000000000000ffffc00002ff'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
  ['2001:db8::1', '20010db8000000000000000000000001'],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ['', '00000000000000000000000000000000'],
  ['no address', '00000000000000000000000000000000'],
])('%s becomes 16 octets', (text, expected) => {
  const out = new Uint8Array(16).fill(0xee)
  writeClientAddress(text, out)
  expect(Buffer.from(out).toString('hex')).toBe(expected)
})
