import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRule } from './check-rule.ts'
import { formatRule } from './format-rule.ts'
import { DIALECTS, type Dialect } from './line-outcome.ts'
import { parseRuleLine } from './parse-line.ts'

/** Any code point, surrogates too, ASCII often. fast-check's own `binary` unit takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code))

/** The rules of a line in our own notation, or what else it comes to. */
function read(line: string, dialect: Dialect = 'own'): string {
  const outcome = parseRuleLine(line, dialect)
  if (outcome.kind !== 'rules') return outcome.kind
  return outcome.rules
    .map((rule) => {
      const checked = checkRule(rule)
      return checked.ok ? formatRule(checked.value) : 'unchecked'
    })
    .join('; ')
}
const reasonOf = (line: string, dialect: Dialect = 'own'): string => {
  const outcome = parseRuleLine(line, dialect)
  return outcome.kind === 'rejected' ? outcome.reason : outcome.kind
}

describe('own rules', () => {
  it.each([
    ['example.org', 'example.org'],
    ['\ufeffExample.ORG.\r', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['example.org # why', 'example.org'],
    ['example.org# why', 'example.org'],
    ['example.org # costs $important', 'example.org'],
    ['.example.org', '||example.org^'],
    ['*.example.org', '*.example.org^'],
    ['||example.org', '||example.org^'],
    ['||Example.org^', '||example.org^'],
    ['||*.example.org^', '*.example.org^'],
    ['|example.org^', 'example.org'],
    ['@@|example.org^', '@@|example.org^'],
    ['@@||example.org^$important', '@@||example.org^$important'],
    ['|example', '/^example/'],
    ['ample.org|', '/ample\\.org$/'],
    ['ample.org^', '/ample\\.org$/'],
    ['ad*.example.org', '/ad.*\\.example\\.org/'],
    ['||ad*.example.org^', '/^(?:.*\\.)?ad.*\\.example\\.org$/'],
    ['/^ads?\\./', '/^ads?\\./'],
    ['@@/ads/$important', '@@/ads/$important'],
    ['||example.org^$dnstype=aaaa|HTTPS', '||example.org^$dnstype=AAAA|HTTPS'],
    ['||example.org^$dnsrewrite=NXDOMAIN;;', '||example.org^$dnsrewrite=NXDOMAIN'],
    ['||example.org^$dnsrewrite=REFUSED', '||example.org^$dnsrewrite=REFUSED'],
    ['||example.org^$dnsrewrite=NOERROR;;', '||example.org^$dnsrewrite=NOERROR'],
    ['||example.org^$dnsrewrite=192.0.2.1', '||example.org^$dnsrewrite=192.0.2.1'],
    ['||example.org^$dnsrewrite=NOERROR;AAAA;2001:DB8::1', '||example.org^$dnsrewrite=2001:db8::1'],
    ['|a.example^$dnsrewrite=b.example', 'cname=a.example,b.example'],
    ['|a.example^$dnsrewrite=NOERROR;CNAME;b.example', 'cname=a.example,b.example'],
    ['0.0.0.0 a.example b.example', 'a.example; b.example'],
    ['127.0.0.1\ta.example # c', 'a.example'],
    ['::1 localhost alias', 'alias'],
    ['0.0.0.0%lo0 a.example', 'a.example'],
    ['192.0.2.1 a.example b.example', '192.0.2.1 a.example; 192.0.2.1 b.example'],
    ['2001:db8::1 a.example', '2001:db8::1 a.example'],
    ['address=/a.example/', '||a.example^'],
    ['address=/a.example/b.example/0.0.0.0', '||a.example^; ||b.example^'],
    ['address=/a.example/#', '||a.example^'],
    ['address=/a.example/192.0.2.1', '||a.example^$dnsrewrite=192.0.2.1'],
    ['local=/.a.example/', '||a.example^'],
    ['server=/a.example/', '||a.example^'],
    ['server=/a.example/#', '@@||a.example^'],
    ['server=/a.example/192.0.2.53#5300 # c', 'server=/a.example/192.0.2.53#5300'],
    ['server=/a.example/2001:db8::53#5300', 'server=/a.example/2001:db8::53#5300'],
    ['[/a.example/]192.0.2.53', 'server=/a.example/192.0.2.53'],
    [
      '[/a.example/*.b.example/]tls://192.0.2.53 192.0.2.54',
      '[/a.example/]tls://192.0.2.53 192.0.2.54; [/*.b.example/]tls://192.0.2.53 192.0.2.54',
    ],
    ['cname=a.example,b.example,c.example', 'cname=a.example,c.example; cname=b.example,c.example'],
    ['cname=a.example,b.example,300', '|a.example^$alias=b.example,ttl=300'],
    ['alias=192.0.2.1,198.51.100.1', 'alias=192.0.2.1,198.51.100.1'],
    ['alias=192.0.2.0,198.51.100.0,255.255.255.0', 'alias=192.0.2.0/24,198.51.100.0/24'],
    ['local-zone: "a.example." always_nxdomain', '||a.example^'],
    ["local-zone: 'a.example' static", '||a.example^'],
    ['local-zone: a.example. always_transparent', '@@||a.example^'],
    ['local-data: "a.example. 60 IN A 192.0.2.1"', '192.0.2.1 a.example'],
    ['local-data: "a.example A 0.0.0.0"', 'a.example'],
    ['a.example CNAME .', 'a.example'],
    ['*.a.example 60 IN CNAME *. ; c', '*.a.example^'],
    ['a.example CNAME rpz-passthru.', '@@|a.example^'],
    ['a.example CNAME rpz-drop.', '|a.example^$answer=drop'],
    ['a.example CNAME b.example.', 'cname=a.example,b.example'],
    ['*.a.example A 192.0.2.1', '*.a.example^$dnsrewrite=192.0.2.1'],
  ])('%j is %s', (line, expected) => {
    expect(read(line)).toBe(expected)
  })

  it.each(['', '  ', '\r', '# c', '#c', '! c', '; c', '[Adblock Plus 2.0]', '####', '## c', 'server:'])(
    '%j is blank',
    (line) => {
      expect(read(line)).toBe('blank')
    },
  )

  it.each([
    'example.org##.ad',
    '##.ad',
    '#@#.ad',
    'example.org#?#div:has(.ad)',
    'example.org#$#body {}',
    'example.org#%#alert()',
    'example.org$$script',
    '||example.org/path',
    'https://example.org/',
    '||example.org^$third-party',
    '||example.org^$~script,image',
    '*$removeparam=utm',
    '||example.org^$all',
    '||example.org^$document',
    '@@||example.org^$image # c',
    '^ads.js^',
    '&ad_box=',
    '|http://',
    ':8080^',
    '127.0.0.1 localhost',
    '::1 ip6-localhost ip6-loopback',
    '255.255.255.255 broadcasthost',
    '0.0.0.0 0.0.0.0',
    'localhost',
    '$TTL 60',
    '@ IN SOA a. b. 1 2 3 4 5',
    'local-zone: "a.example" transparent',
  ])('%j is ignored', (line) => {
    expect(read(line)).toBe('ignored')
  })

  it.each([
    ['a b', 'several words'],
    ['192.0.2.1', 'IP address alone'],
    ['||192.0.2.1^', 'IP address'],
    ['300.1.1.1 a.example', "'300.1.1.1' is not an IP address"],
    ['0.0.0.0 a..example', "'a..example': the name has an empty label"],
    ['127.0.0.1 a.example$badfilter', 'no modifiers'],
    ['a..example', 'empty label'],
    [`${'a'.repeat(64)}.example`, '63 octets'],
    ['/(/', 'regular expression'],
    ['/(?=a)/', 'lookaround'],
    ['||example.org^$badfilter', "'badfilter'"],
    ['||example.org^$client=192.0.2.1,dnstype=A', "'client'"],
    ['||example.org^$ctag=x', "'ctag'"],
    ['*$denyallow=com', "'denyallow'"],
    ['||example.org^$nonsense', "'nonsense'"],
    ['||example.org^$dnstype=~A', 'negated'],
    ['||example.org^$dnstype=B', "'B'"],
    ['@@||example.org^$dnsrewrite', '$dnsrewrite'],
    ['||example.org^$dnsrewrite=SERVFAIL;;', 'SERVFAIL'],
    ['||example.org^$dnsrewrite=NOERROR;MX;10 a.example', "'MX'"],
    ['||a.example^$dnsrewrite=b.example', 'exact name'],
    ['/a/$dnsrewrite=192.0.2.1', 'only block or allow'],
    ['||example.org^$ttl=99999999', 'ttlSeconds'],
    ['||example.org^$groups=0', 'groups'],
    ['||example.org^$txt=%zz', 'escape'],
    ['||example.org^$answer=maybe', 'not one of'],
    ['||example.org^$answer=null,forward=192.0.2.1', 'two different things'],
    ['address=/a.example/nowhere', 'not an IP address'],
    ['address=a.example', 'slashes'],
    ['address=/#/192.0.2.1', 'all names'],
    ['server=192.0.2.1', 'slashes'],
    ['dhcp-range=192.0.2.1', "'dhcp-range'"],
    ['cname=a.example', 'two names'],
    ['cname=a.example,a.example', 'itself'],
    ['alias=192.0.2.1-192.0.2.9,198.51.100.0', 'ranges'],
    ['alias=192.0.2.0,198.51.100.0,255.0.255.0', 'mask'],
    ['[//]192.0.2.1', 'needs names'],
    ['[/a.example/]', 'needs servers'],
    ['[/a.example/]#', "'#'"],
    ['local-zone: "a.example" wipe_inform', 'zone type'],
    ['local-data: "a.example TXT x"', 'TXT'],
    ['24.2.0.192.rpz-ip CNAME .', 'trigger'],
    ['a.example CNAME rpz-tcp-only.', 'rpz-tcp-only'],
    ['*.a.example CNAME b.example.', 'wildcard'],
    ['x'.repeat(5000), 'longer than 4096'],
  ])('%j is rejected and says why', (line, reason) => {
    expect(reasonOf(line)).toContain(reason)
  })
})

describe('dialects', () => {
  it.each<[Dialect, string, string]>([
    ['own', '192.0.2.1 a.example', '192.0.2.1 a.example'],
    ['hosts', '192.0.2.1 a.example', 'a.example'],
    ['adblock', '192.0.2.1 a.example', 'a.example'],
    ['names', '*.a.example', '*.a.example^'],
    ['adblock', '*.a.example', '*.a.example^'],
    ['wildcard', '*.a.example', '||a.example^'],
    ['wildcard', 'a.example', 'a.example'],
    ['wildcard', '||*.a.example^', '*.a.example^'],
    ['unbound', 'local-data: "a.example A 192.0.2.1"', 'a.example'],
    ['rpz', 'a.example A 192.0.2.1', 'a.example'],
    ['rpz', '        2026010101 ; serial', 'ignored'],
    ['rpz', '        NS ns.example.', 'ignored'],
  ])('%s: %j is %s', (dialect, line, expected) => {
    expect(read(line, dialect)).toBe(expected)
  })

  it('never throws, whatever the line holds, and every rule passes the check', () => {
    const pieces = fc.constantFrom(
      '||',
      '@@',
      '^',
      '$',
      '*.',
      '/',
      'example.org',
      ' ',
      '#',
      '0.0.0.0',
      '=',
      ',',
      'cname=',
      'alias=',
      'server=/',
      '[/',
      '/]',
      'dnsrewrite=',
      'CNAME .',
      'local-zone: "',
      '"',
      'ü',
      '\u0000',
      '\\',
      '|',
      'important',
      ':',
      '::1',
    )
    const line = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(line, fc.constantFrom(...DIALECTS), (text, dialect) => {
        expect(read(text, dialect)).not.toContain('unchecked')
      }),
      { numRuns: 600 },
    )
  })
})
