import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from './ip-address.ts'
import { addressKind, embeddedIpv4, isPrivateAddress } from './special-address.ts'

describe('addressKind', () => {
  it.each([
    ['8.8.8.8', 'global'],
    ['2606:4700::1111', 'global'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'reserved'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'shared'],
    ['100.128.0.1', 'global'],
    ['127.255.255.255', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'global'],
    ['192.0.0.1', 'reserved'],
    ['192.0.0.9', 'global'],
    ['192.0.2.1', 'documentation'],
    ['192.168.0.1', 'private'],
    ['198.19.255.255', 'private'],
    ['224.0.0.251', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fd00::1', 'private'],
    ['ff02::fb', 'multicast'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:8.8.8.8', 'global'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::8.8.8.8', 'global'],
    ['64:ff9b:1::1', 'private'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:808:808::1', 'global'],
    ['2001:0:4136:e378:8000:63bf:80ff:fffe', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::8.8.8.8', 'reserved'],
    ['2001:4:112::1', 'global'],
    ['2001:2::1', 'reserved'],
  ])('%s is %s', (text, kind) => {
    expect(addressKind(parseAddress(text)!)).toBe(kind)
  })

  it('calls everything private that the outside world cannot mean', () => {
    expect(isPrivateAddress(parseAddress('::ffff:169.254.169.254')!)).toBe(true)
    expect(isPrivateAddress(parseAddress('8.8.8.8')!)).toBe(false)
  })

  it('finds the address inside another', () => {
    expect(formatAddress(embeddedIpv4(parseAddress('64:ff9b::192.0.2.1')!)!)).toBe('192.0.2.1')
    expect(embeddedIpv4(parseAddress('2001:db8::1')!)).toBeUndefined()
  })

  it('throws for octets that are no address', () => {
    expect(() => addressKind(new Uint8Array(5))).toThrow(RangeError)
  })
})
