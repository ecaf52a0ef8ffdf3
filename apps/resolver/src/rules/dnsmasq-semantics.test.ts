/** What dnsmasq says of its lines (dnsmasq(8)). */
import { describe, expect, it } from 'vitest'
import { answer, checkAnswers, lines } from './maker-semantics.fixture.ts'

describe('dnsmasq', () => {
  checkAnswers([
    ['address=/example.org/192.0.2.8', 'a.b.example.org', '192.0.2.8'],
    ['address=/example.org/192.0.2.8', 'example.org AAAA', 'NODATA'],
    [lines('address=/example.org/192.0.2.8', 'address=/www.example.org/192.0.2.9'), 'www.example.org', '192.0.2.9'],
    ['address=/example.org/', 'www.example.org', 'block'],
    ['address=/a.example/b.example/#', 'b.example', 'block'],
    ['address=/#/192.0.2.8', 'any.example', '192.0.2.8'],
    ['local=/lan/', 'nas.lan', 'block'],
    [lines('address=/example.org/', 'server=/www.example.org/#'), 'www.example.org', 'allow'],
    ['cname=a.example,b.example,c.example', 'b.example', 'CNAME c.example'],
    ['cname=*.a.example,b.example', 'x.y.a.example', 'CNAME b.example'],
    ['cname=*.a.example,b.example', 'a.example', 'pass'],
    [lines('txt-record=a.example,one', 'txt-record=a.example,two'), 'a.example TXT', '"one" + "two"'],
    ['txt-record=a.example,one', 'a.example A', 'pass'],
    [lines('mx-host=a.example,m.example', 'host-record=a.example,192.0.2.1'), 'a.example MX', '1 m.example.'],
    [lines('mx-host=a.example,m.example', 'host-record=a.example,192.0.2.1'), 'a.example A', '192.0.2.1'],
    ['srv-host=_s._tcp.a.example,b.example,8080', '_s._tcp.a.example SRV', '0 0 8080 b.example.'],
    ['ptr-record=9.2.0.192.in-addr.arpa,nas.example', '9.2.0.192.in-addr.arpa PTR', 'nas.example.'],
    ['caa-record=a.example,0,issue,ca.example', 'a.example CAA', '0 issue "ca.example"'],
    ['dns-rr=a.example,65280,c0:de', 'a.example TYPE65280', '\\# 2 c0de'],
  ])
})

describe('dnsmasq: of what blocks and what answers, the longer name counts', () => {
  const dnsmasq = lines('address=/example.org/', 'address=/www.example.org/192.0.2.1')
  checkAnswers([
    [dnsmasq, 'www.example.org', '192.0.2.1'],
    [dnsmasq, 'a.www.example.org', '192.0.2.1'],
    [dnsmasq, 'ftp.example.org', 'block'],
    [dnsmasq, 'example.org', 'block'],
    [lines('address=/www.example.org/', 'address=/example.org/192.0.2.1'), 'www.example.org', 'block'],
    [lines('address=/example.org/', 'address=/example.org/192.0.2.1'), 'example.org', 'block'],
    [lines('address=/example.org/', 'host-record=example.org,192.0.2.1'), 'example.org', '192.0.2.1'],
    [lines('address=/example.org/', 'cname=www.example.org,example.net'), 'www.example.org', 'CNAME example.net'],
    [lines('address=/example.org/0.0.0.0', 'server=/www.example.org/192.0.2.53'), 'www.example.org', 'pass'],
    [lines('address=/example.org/', 'server=/example.org/192.0.2.53'), 'www.example.org', 'block'],
    [lines('local=/lan/', '192.0.2.9 nas.lan'), 'nas.lan', '192.0.2.9'],
    [lines('local=/lan/', '192.0.2.9 nas.lan'), 'nas.lan MX', 'NODATA'],
    [lines('local=/lan/', 'mx-host=a.lan,m.example'), 'a.lan', 'block'],
    [lines('local=//', 'address=/nas/192.0.2.9'), 'nas', '192.0.2.9'],
    [lines('local=//', 'address=/#/192.0.2.9'), 'nas', 'block'],
    [lines('address=/*ads.example.org/', 'address=/example.org/192.0.2.1'), 'xads.example.org', 'block'],
    [lines('||example.org^', 'address=/www.example.org/192.0.2.1'), 'www.example.org', 'block'],
    [lines('||example.org^', 'address=/a.example.org/', '192.0.2.1 b.a.example.org'), 'b.a.example.org', 'block'],
    [lines('||example.org^$yields', '192.0.2.1 www.example.org'), 'www.example.org', '192.0.2.1'],
    [
      lines('address=/example.org/', '||example.org^$important', '192.0.2.1 www.example.org'),
      'www.example.org',
      'block',
    ],
    [lines('address=/example.org/', '||example.org^$badfilter'), 'www.example.org', 'pass'],
    [
      lines('address=/a.example.org/', 'server=/example.org/#', '192.0.2.1 b.a.example.org'),
      'b.a.example.org',
      '192.0.2.1',
    ],
    [
      lines('address=/example.org/', '192.0.2.1 b.a.example.org', 'server=/c.b.a.example.org/#'),
      'c.b.a.example.org',
      'allow',
    ],
  ])

  it('gives way to a longer allow rule where blocks come first, and to no shorter one', () => {
    const rules = lines(
      'address=/example.org/',
      '@@||www.example.org^',
      'address=/a.www.example.org/',
      '||b.example.org^',
    )
    const ask = (name: string): string => answer(rules, name, 'block-first')
    expect(ask('example.org')).toBe('block')
    expect(ask('www.example.org')).toBe('allow')
    expect(ask('a.www.example.org')).toBe('block')
    expect(answer(lines(rules, '@@||x.b.example.org^'), 'x.b.example.org', 'block-first')).toBe('block')
  })
})
