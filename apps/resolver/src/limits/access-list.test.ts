import { parseAddress, parsePrefix, toMapped } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { AccessList } from './access-list.ts'

const prefixes = (texts: string[]) => texts.map((text) => parsePrefix(text)!)
const octets = (address: string) => toMapped(parseAddress(address)!)

describe('AccessList', () => {
  it.each([
    ['lets everyone ask when it is empty', [], [], '192.0.2.1', true],
    ['lets an allowed prefix ask', ['192.0.2.0/24'], [], '192.0.2.200', true],
    ['refuses what is outside the allowed ones', ['192.0.2.0/24'], [], '198.51.100.1', false],
    ['cuts prefixes inside an octet', ['192.0.2.128/25'], [], '192.0.2.127', false],
    ['lets denied win over allowed', ['192.0.2.0/24'], ['192.0.2.7'], '192.0.2.7', false],
    ['knows IPv6', ['2001:db8::/32'], [], '2001:db8:ffff::1', true],
    ['does not mix the families', ['0.0.0.0/0'], [], '2001:db8::1', false],
  ])('%s', (_name, allowed, denied, address, expected) => {
    expect(new AccessList(prefixes(allowed), prefixes(denied)).mayAsk(octets(address))).toBe(expected)
  })
})
