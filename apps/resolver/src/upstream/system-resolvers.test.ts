import { describe, expect, it } from 'vitest'
import { parseResolvConf, systemResolvers } from './system-resolvers.ts'

const elsewhere = [{ address: '127.0.0.1', port: 1053 }]

describe('parseResolvConf', () => {
  it.each<[string, string, string[]]>([
    [
      'nameserver lines in order',
      'search example.org\nnameserver 192.0.2.1\nnameserver 2001:DB8::1\n',
      ['192.0.2.1', '2001:db8::1'],
    ],
    ['a stub on loopback, which is not us', 'nameserver 127.0.0.53', ['127.0.0.53']],
    [
      'comments, blanks and repeats',
      '# nameserver 192.0.2.9\n  nameserver\t192.0.2.1 # one\r\nnameserver 192.0.2.1',
      ['192.0.2.1'],
    ],
    ['nothing that is no address', 'nameserver dns.example.org\nnameserver 300.1.1.1\nnameserver', []],
  ])('reads %s', (_, text, expected) => {
    expect(parseResolvConf(text, elsewhere)).toEqual(expected)
  })

  it.each([
    ['its own address', '192.0.2.1', 53, '192.0.2.1'],
    ['loopback while it listens everywhere', '0.0.0.0', 53, '127.0.0.1'],
    ['IPv6 loopback while it listens everywhere', '::', 53, '::1'],
  ])('leaves out %s, which would be a loop', (_, address, port, nameserver) => {
    expect(parseResolvConf(`nameserver ${nameserver}\nnameserver 192.0.2.7`, [{ address, port }])).toEqual([
      '192.0.2.7',
    ])
  })

  it('stops at eight servers', () => {
    const text = Array.from({ length: 20 }, (_, i) => `nameserver 192.0.2.${i + 1}`).join('\n')
    expect(parseResolvConf(text, elsewhere)).toHaveLength(8)
  })
})

describe('systemResolvers', () => {
  it('finds none where there is no such file', () => {
    expect(systemResolvers(elsewhere, '/nonexistent/resolv.conf')).toEqual([])
  })
})
