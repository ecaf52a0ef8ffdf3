import { fromWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { designate } from './designation.ts'

const MACHINE = ['192.0.2.53', '198.51.100.1', '2001:db8::53']
const at = (address: string, port: number) => ({ address, port })

describe('what clients are told of encrypted listeners', () => {
  it('is transport, port, addresses and path, and the name of the certificate', () => {
    const told = designate(
      { tls: [at('192.0.2.53', 853), at('2001:db8::53', 853)], https: [at('192.0.2.53', 8443)] },
      ['dns.example.org', 'dns.example.net'],
      MACHINE,
    )
    expect(told?.names).toEqual(['dns.example.org', 'dns.example.net'])
    expect(told?.answer.records.map(({ text }) => text)).toEqual([
      'SVCB 1 dns.example.org. alpn=dot port=853 ipv4hint=192.0.2.53 ipv6hint=2001:db8::53',
      'SVCB 2 dns.example.org. alpn=h2,http/1.1 port=8443 ipv4hint=192.0.2.53 dohpath=/dns-query{?dns}',
    ])
    const { owner, addresses } = told!.answer.additional!
    expect(fromWire(owner)).toBe('dns.example.org')
    expect(addresses.map(formatAddress)).toEqual(['192.0.2.53', '2001:db8::53'])
  })

  it.each<[what: string, bound: string, expected: string]>([
    ['all IPv4 addresses', '0.0.0.0', 'ipv4hint=192.0.2.53,198.51.100.1'],
    ['all IPv6 addresses', '::', 'ipv6hint=2001:db8::53'],
    ['one of several', '198.51.100.1', 'ipv4hint=198.51.100.1'],
  ])('of a listener on %s names those that it is reached at', (_, bound, expected) => {
    const told = designate({ tls: [at(bound, 853)], https: [] }, ['dns.example.org'], MACHINE)
    expect(told?.answer.records[0]?.text).toBe(`SVCB 1 dns.example.org. alpn=dot port=853 ${expected}`)
  })

  it('has no name where the certificate has none', () => {
    const told = designate({ tls: [at('192.0.2.53', 853)], https: [] }, [], MACHINE)
    expect(told?.answer.records[0]?.text).toBe('SVCB 1 . alpn=dot port=853 ipv4hint=192.0.2.53')
    expect(told?.answer.additional).toBeUndefined()
  })

  it('names few addresses of a machine that has many', () => {
    const many = Array.from({ length: 40 }, (_, i) => `198.18.0.${i}`)
    const told = designate({ tls: [at('0.0.0.0', 853)], https: [] }, ['dns.example.org'], many)
    expect(told?.answer.records[0]?.text.split(',')).toHaveLength(4)
  })

  it('is nothing without listeners', () => {
    expect(designate({ tls: [], https: [] }, ['dns.example.org'], MACHINE)).toBeNull()
  })
})
