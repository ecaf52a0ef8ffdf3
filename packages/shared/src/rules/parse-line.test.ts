import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../property-runs.ts'
import { checkRule } from './check-rule.ts'
import { formatRule } from './format-rule.ts'
import { DIALECTS, type Dialect, LineContext } from './line-outcome.ts'
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
    ['|ads.example.org|', 'ads.example.org'],
    ['||ads.example.org^*', '||ads.example.org^'],
    ['://example.org', 'example.org'],
    ['@@|https://example.org^', '@@|example.org^'],
    ['/a\\/b$/', '/a\\/b$/'],
    ['/a$/$important', '/a$/$important'],
    ["||example.org^$client='\\$-client'", '||example.org^$client=%24-client'],
    ['||example.org^$schedule=3', '||example.org^$schedule=3'],
    ['regex[0-9].example', '/regex[0-9].example/'],
    ['.*\\.ads\\.example', '/.*\\.ads\\.example/'],
    ['(^|\\.)ads(?#why, not)\\.example$', '/(^|\\.)ads\\.example$/'],
    ['ad*.example.org', '/ad.*\\.example\\.org/'],
    ['||ad*.example.org^', '/^(?:.*\\.)?ad.*\\.example\\.org$/'],
    ['/^ads?\\./', '/^ads?\\./'],
    ['@@/ads/$important', '@@/ads/$important'],
    ['||example.org^$dnstype=aaaa|HTTPS', '||example.org^$dnstype=AAAA|HTTPS'],
    ['||example.org^$dnsrewrite=NXDOMAIN;;', '||example.org^$dnsrewrite=NXDOMAIN'],
    ['||example.org^$dnsrewrite=REFUSED', '||example.org^$dnsrewrite=REFUSED'],
    ['||example.org^$dnsrewrite=NOERROR;;', '||example.org^$dnsrewrite=NOERROR'],
    ['||example.org^$dnsrewrite=192.0.2.1', '||example.org^$dnsrewrite=192.0.2.1'],
    ['||example.org^$dnsrewrite=SERVFAIL;;', '||example.org^$dnsrewrite=SERVFAIL'],
    ['||example.org^$dnsrewrite=REFUSED;A;192.0.2.1', '||example.org^$dnsrewrite=REFUSED'],
    ['||example.org^$dnsrewrite=NOTIMP;;', '||example.org^$dnsrewrite=NOTIMP;;'],
    ['||example.org^$dnsrewrite=NOERROR;MX;10 a.example', '||example.org^$dnsrewrite=NOERROR;MX;10 a.example.'],
    ['||example.org^$dnsrewrite=NOERROR;TXT;hello_world', '||example.org^$dnsrewrite=NOERROR;TXT;hello_world'],
    ['||example.org^$dnsrewrite=NOERROR;TXT;a\\, b', '||example.org^$dnsrewrite=NOERROR;TXT;"a%2C b"'],
    ['||example.org^$dnsrewrite=NOERROR;SRV;1 2 3 a', '||example.org^$dnsrewrite=NOERROR;SRV;1 2 3 a.'],
    ['||example.org^$dnsrewrite=NOERROR;HTTPS;1 . alpn=h3', '||example.org^$dnsrewrite=NOERROR;HTTPS;1 . alpn=h3'],
    [
      '|a.example^$dnsrewrite=NOERROR;SVCB;1 b alpn=h3 dohpath=/dns-query{?dns}',
      '|a.example^$dnsrewrite=NOERROR;SVCB;1 b. alpn=h3 dohpath=/dns-query{?dns}',
    ],
    ['||a.example^$dnsrewrite=b.example', '||a.example^$dnsrewrite=b.example'],
    ['/a/$dnsrewrite=192.0.2.1', '/a/$dnsrewrite=192.0.2.1'],
    ['@@||example.org^$dnsrewrite', '@@||example.org^$dnsrewrite'],
    ['@@||example.org^$dnsrewrite=', '@@||example.org^$dnsrewrite'],
    ['||example.org^$dnsrewrite', '||example.org^$dnsrewrite=NOERROR'],
    ['||example.org^$dnsrewrite=', '||example.org^$dnsrewrite=NOERROR'],
    ['@@||example.org^$dnsrewrite=NOERROR;A;192.0.2.1', '@@||example.org^$dnsrewrite=192.0.2.1'],
    ['||example.org^$badfilter', '||example.org^$badfilter'],
    ['||example.org^$client=192.0.2.7/24,dnstype=A', '||example.org^$dnstype=A,client=192.0.2.0/24'],
    ['||example.org^$client=~Mom|~Dad|Kids', '||example.org^$client=Kids|~Dad|~Mom'],
    [`||example.org^$client='Frank\\'s laptop'`, '||example.org^$client=Frank%27s%20laptop'],
    ['||example.org^$client="Mary\\, John"|~\'a|b\'', '||example.org^$client=Mary%2C%20John|~a%7Cb'],
    ["||example.org^$client='a, b',important", '||example.org^$important,client=a%2C%20b'],
    ['||example.org^$ctag=Device_Phone|~user_child', '||example.org^$ctag=device_phone|~user_child'],
    ['*$denyallow=com|net', '||.^$denyallow=com|net'],
    ['@@||*^$client=192.0.2.1', '@@||.^$client=192.0.2.1'],
    [
      '$dnstype=AAAA,denyallow=example.org,dnsrewrite=NOERROR;;',
      '||.^$dnsrewrite=NOERROR,dnstype=AAAA,denyallow=example.org',
    ],
    ['||.^', '||.^'],
    ['||example.org^$dnstype=~A|~CNAME', '||example.org^$dnstype=~A|~CNAME'],
    ['192.0.2.1', '||192.0.2.1^'],
    ['||192.0.2.1^', '||192.0.2.1^'],
    ['@@||2001:DB8::1^', '@@||2001:db8::1^'],
    ['192.0.2.0/24', '||192.0.2.0/24^'],
    ['||192.0.2.*^', '||192.0.2.0/24^'],
    ['||ads.', '/^(?:.*\\.)?ads\\./'],
    ['||example.org/*', '||example.org^'],
    ['||mt[0-9]*.example^', 'rejected'],
    ['(^|\\.)ads\\.example$', '/(^|\\.)ads\\.example$/'],
    ['^ads\\.;querytype=!A,AAAA', '/^ads\\./$dnstype=~A|~AAAA'],
    ['ads;querytype=A;invert;reply=nxdomain', '/ads/$answer=nxdomain,invert,dnstype=A'],
    ['ads;reply=192.0.2.1;reply=2001:db8::1', '/ads/$answer=addresses,ipv4=192.0.2.1,ipv6=2001:db8::1'],
    ['/ads/;reply=none', '/ads/$answer=drop'],
    ['||example.org^$dnsrewrite=NOERROR;AAAA;2001:DB8::1', '||example.org^$dnsrewrite=2001:db8::1'],
    ['|a.example^$dnsrewrite=b.example', '|a.example^$dnsrewrite=b.example'],
    ['|a.example^$dnsrewrite=NOERROR;CNAME;b.example', '|a.example^$dnsrewrite=b.example'],
    ['0.0.0.0 a.example b.example', 'a.example; b.example'],
    ['127.0.0.1\ta.example # c', 'a.example'],
    ['::1 localhost alias', 'alias'],
    ['0.0.0.0%lo0 a.example', 'a.example'],
    ['192.0.2.1 a.example b.example', '192.0.2.1 a.example; 192.0.2.1 b.example'],
    ['2001:db8::1 a.example', '2001:db8::1 a.example'],
    ['address=/a.example/', '||a.example^'],
    ['address=/a.example/b.example/0.0.0.0', '||a.example^; ||b.example^'],
    ['address=/a.example/#', '||a.example^'],
    ['address=/a.example/192.0.2.1', '||a.example^$local=192.0.2.1'],
    ['address=/#/192.0.2.1', '||.^$local=192.0.2.1'],
    ['address=/*ads.example/', '/ads\\.example$/'],
    ['local=//', '/^[^.]+$/'],
    ['server=//192.0.2.53', '/^[^.]+$/$forward=192.0.2.53'],
    [
      'host-record=a.example,b.example,192.0.2.1,2001:db8::1,60',
      '|a.example^$local=192.0.2.1|2001:db8::1,ttl=60; |b.example^$local=192.0.2.1|2001:db8::1,ttl=60',
    ],
    ['bogus-nxdomain=192.0.2.1', '||192.0.2.1^$answer=nxdomain'],
    [
      'alias=192.0.2.14-192.0.2.17,198.51.100.0,255.255.255.0',
      'alias=192.0.2.14/31,198.51.100.14/31; alias=192.0.2.16/31,198.51.100.16/31',
    ],
    ['local=/.a.example/', '||a.example^'],
    ['server=/a.example/', '||a.example^'],
    ['server=/a.example/#', '@@||a.example^; [/a.example/]#'],
    ['server=/a.example/192.0.2.53#5300 # c', 'server=/a.example/192.0.2.53#5300'],
    ['server=/a.example/2001:db8::53#5300', 'server=/a.example/2001:db8::53#5300'],
    ['[/a.example/]192.0.2.53', 'server=/a.example/192.0.2.53'],
    [
      '[/a.example/*.b.example/]tls://192.0.2.53 192.0.2.54',
      '[/a.example/]tls://192.0.2.53 192.0.2.54; [/*.b.example/]tls://192.0.2.53 192.0.2.54',
    ],
    ['[//]192.0.2.53', '/^[^.]+$/$forward=192.0.2.53'],
    ['[/a.example/]#', '[/a.example/]#'],
    ['cname=a.example,b.example,c.example', 'cname=a.example,c.example; cname=b.example,c.example'],
    ['cname=a.example,b.example,300', '|a.example^$alias=b.example,ttl=300'],
    ['alias=192.0.2.1,198.51.100.1', 'alias=192.0.2.1,198.51.100.1'],
    ['alias=192.0.2.0,198.51.100.0,255.255.255.0', 'alias=192.0.2.0/24,198.51.100.0/24'],
    ['local-zone: "a.example." always_null', '||a.example^$answer=null'],
    ['local-zone: "a.example." always_nxdomain', '||a.example^$answer=nxdomain'],
    ['local-zone: "a.example." always_nodata', '||a.example^$answer=nodata'],
    ['local-zone: "a.example." always_refuse', '||a.example^$answer=refused'],
    ['local-zone: "a.example." deny', '||a.example^$answer=drop'],
    ["local-zone: 'a.example' static", '||a.example^$local=NXDOMAIN'],
    ['local-zone: a.example refuse', '||a.example^$local=REFUSED'],
    ['local-zone: a.example truncate', '@@||a.example^$tcponly'],
    ['local-zone: a.example block_a', '||a.example^$answer=nodata,dnstype=A'],
    ['local-zone: a.example. always_transparent', '@@||a.example^'],
    ['local-data: "a.example. 60 IN A 192.0.2.1"', '|a.example^$local=192.0.2.1,ttl=60'],
    ['local-data: "a.example. A 192.0.2.1"', '192.0.2.1 a.example'],
    [`local-data: 'a.example TXT "x y"'`, '|a.example^$local=NOERROR;TXT;x y'],
    ['local-data-ptr: "192.0.2.1 a.example"', '|1.2.0.192.in-addr.arpa^$local=NOERROR;PTR;a.example.'],
    ['local-data: "a.example A 0.0.0.0"', 'a.example'],
    ['a.example CNAME .', '|a.example^$answer=nxdomain'],
    ['*.a.example 60 IN CNAME *. ; c', '*.a.example^$answer=nodata'],
    ['24.0.2.0.192.rpz-ip CNAME .', '||192.0.2.0/24^$answer=nxdomain'],
    ['128.1.zz.db8.2001.rpz-ip CNAME rpz-passthru.', '@@||2001:db8::1^'],
    ['32.7.2.0.192.rpz-ip A 198.51.100.1', '||192.0.2.7^$answer=addresses,ipv4=198.51.100.1'],
    ['32.7.2.0.192.rpz-client-ip CNAME rpz-drop.', '||.^$answer=drop,client=192.0.2.7'],
    ['a.example CNAME rpz-tcp-only.', '@@|a.example^$tcponly'],
    ['*.a.example CNAME b.example.', '*.a.example^$local=b.example'],
    ['a.example TXT "x;y" ; c', '|a.example^$local=NOERROR;TXT;"x;y"'],
    ['a.example CNAME rpz-passthru.', '@@|a.example^'],
    ['a.example CNAME rpz-drop.', '|a.example^$answer=drop'],
    ['a.example CNAME b.example.', 'cname=a.example,b.example'],
    ['*.a.example 300 A 192.0.2.1', '*.a.example^$local=192.0.2.1,ttl=300'],
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
    'https://example.org/path',
    '/ads/$replace=/a/b/',
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
    ['*', 'for every name'],
    ['@@||*^', 'for every name'],
    ['192.0.2.1$dnsrewrite=192.0.2.2', 'only be blocked'],
    ['300.1.1.1 a.example', "'300.1.1.1' is not an IP address"],
    ['0.0.0.0 a..example', "'a..example': the name has an empty label"],
    ['127.0.0.1 a.example$badfilter', 'no modifiers'],
    ['a..example', 'empty label'],
    [`${'a'.repeat(64)}.example`, '63 octets'],
    ['/(/', 'regular expression'],
    ['/(?=a)/', 'lookaround'],
    ['||example.org^$badfilter=1', 'no value'],
    ['||example.org^$client=', 'nobody'],
    ['||example.org^$ctag=a b', 'not a tag'],
    ['||example.org^$denyallow=192.0.2.1', 'not a name'],
    ['||example.org^$denyallow=a||b', 'empty value'],
    ['||example.org^$constructor', "'constructor'"],
    ['||example.org^$nonsense', "'nonsense'"],
    ['||example.org^$dnstype=B', "'B'"],
    ['||example.org^$local=', 'empty'],
    ['||example.org^$dnsrewrite=MAYBE', 'not one of NOERROR'],
    ['||example.org^$dnsrewrite=NOERROR;A', 'RCODE;TYPE;DATA'],
    ['||example.org^$dnsrewrite=BAD;;', "RCODE 'BAD'"],
    ['||example.org^$dnsrewrite=NOERROR;A;2001:db8::1', 'IPv4'],
    ['||example.org^$dnsrewrite=NOERROR;AFSDB;x', 'RFC 3597'],
    ['||example.org^$dnsrewrite=a.example|192.0.2.1', 'CNAME stands alone'],
    ['||example.org^$dnsrewrite=NXDOMAIN|192.0.2.1', 'RCODE stands alone'],
    ['@@||example.org^$alias=a.example', 'does not go with @@'],
    ['||example.org^$tcponly', 'goes with @@'],
    ['||example.org^$invert', 'inverted'],
    ['ads;reply=ip', "'ip'"],
    ['ads;reply=none;reply=nodata', 'two replies'],
    ['||example.org^$ttl=99999999', 'ttlSeconds'],
    ['||example.org^$groups=0', 'groups'],
    ['||example.org^$txt=%zz', 'escape'],
    ['||example.org^$answer=maybe', 'not one of'],
    ['||example.org^$answer=null,forward=192.0.2.1', 'two different things'],
    ['address=/a.example/nowhere', 'not an IP address'],
    ['address=a.example', 'slashes'],
    ['server=/#/192.0.2.1', 'every name'],
    ['server=192.0.2.1', 'upstreams of the settings'],
    ['server=example.org', 'slashes'],
    ['dhcp-range=192.0.2.1', "'dhcp-range'"],
    ['cname=a.example', 'two names'],
    ['cname=a.example,a.example', 'itself'],
    ['alias=192.0.2.9-192.0.2.1,198.51.100.0', 'range'],
    ['alias=192.0.2.0,198.51.100.0,255.0.255.0', 'mask'],
    ['[/a//b/]192.0.2.1', 'needs names'],
    ['[/a.example/]', 'needs servers'],
    ['local-zone: "a.example" wipe_inform', 'zone type'],
    ['server=/a.example/192.0.2.1@eth0', 'behind @'],
    ['local-data: "a.example TLSA x"', 'TLSA'],
    ['24.2.0.192.rpz-ip CNAME .', 'hold an address'],
    ['ns.example.rpz-nsdname CNAME .', 'rpz-nsdname triggers are not supported'],
    ['32.1.2.0.192.rpz-NSIP CNAME rpz-passthru.', 'rpz-nsip triggers are not supported'],
    ['24.0.2.0.192.rpz-ip CNAME rpz-tcp-only.', 'addresses'],
    ['a.example CNAME *.garden.example.', 'begins with *.'],
    ['$INCLUDE other.zone', '$INCLUDE'],
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
    ['rpz', 'a.example CNAME .', 'a.example'],
    ['rpz', '32.1.2.0.192.rpz-ip CNAME .', '||192.0.2.1^'],
    ['unbound', 'local-zone: "a.example" redirect', '||a.example^'],
    ['unbound', 'local-zone: "a.example" always_nodata', '||a.example^'],
    ['hosts', '192.0.2.1', '||192.0.2.1^'],
    ['hosts', '127.0.0.1', 'rejected'],
    ['dnsmasq', 'server=/a.example/#', '@@||a.example^'],
  ])('%s: %j is %s', (dialect, line, expected) => {
    expect(read(line, dialect)).toBe(expected)
  })

  it('reads zone files with what lines before say', () => {
    const context = new LineContext()
    const lines = [
      '$ORIGIN rpz.example.',
      '@ SOA ns. root. 1 2 3 4 5',
      'a.example 60 A 192.0.2.1',
      '          AAAA 2001:db8::1',
      '*.b.example.rpz.example. CNAME rpz-passthru.',
      '$ORIGIN org.rpz.example.',
      'c.example CNAME rpz-drop.',
    ]
    const found = lines.map((line) => {
      const outcome = parseRuleLine(line, 'own', context)
      return outcome.kind === 'rules' ? outcome.rules.map((rule) => `${rule.action} ${rule.match} ${rule.pattern}`) : []
    })
    expect(found.flat()).toEqual([
      'rewrite exact a.example',
      'rewrite exact a.example',
      'allow subdomains b.example',
      'block exact c.example.org',
    ])
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
      'NOERROR;TXT;',
      'client=',
      "'",
      '~',
      ';invert',
      'rpz-ip',
      'local-data: "',
      '*',
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
      propertyRuns(600),
    )
  })
})
