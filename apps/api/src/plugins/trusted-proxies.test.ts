import { expect, it } from 'vitest'
import { isTrustedProxy } from './trusted-proxies.ts'

const PREFIXES = ['192.0.2.80/32', '198.51.100.0/24', '2001:db8:80::/64']

it.each([
  ['192.0.2.80', true],
  ['192.0.2.81', false],
  ['::ffff:192.0.2.80', true],
  ['198.51.100.7', true],
  ['2001:db8:80::1', true],
  ['2001:db8:81::1', false],
  ['::c000:250', false],
  ['', false],
])('%j is a proxy: %j', (address, isTrusted) => {
  expect(isTrustedProxy(PREFIXES, address)).toBe(isTrusted)
})
