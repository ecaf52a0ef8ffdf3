/**
 * What the makers of the formats say of their rules, as tables: rules, a question, and what becomes of it. The examples follow AdGuard's
 * *DNS filtering syntax*, Pi-hole's *Regular expressions*, dnsmasq(8), unbound.conf(5) and the RPZ draft, with names and
 * addresses kept for documentation.
 */
import type { RuleInput } from '@weir/shared/contract/rules'
import type { Settings } from '@weir/shared/contract/settings'
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { checkRule } from '@weir/shared/rules/check-rule'
import { contextOf, parseRuleLine } from '@weir/shared/rules/parse-line'
import { describe, expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { decide } from './decide.ts'
import { NameScratch } from './name-hash.ts'
import { clientOf, NOW_MS, policyOf } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const PHONE_GROUP = 3
type Precedence = Settings['precedence']

function rowsOf(text: string): RuleRow[] {
  const context = contextOf(text.split('\n'))
  const inputs = text.split('\n').flatMap((line): readonly RuleInput[] => {
    const outcome = parseRuleLine(line, 'own', context)
    if (outcome.kind === 'rejected') throw new Error(`${line}: ${outcome.reason}`)
    return outcome.kind === 'rules' ? outcome.rules : []
  })
  return inputs.map((input, i) => {
    const checked = checkRule(input)
    if (!checked.ok) throw new Error(JSON.stringify(checked.error))
    return { ...checked.value, id: i + 1 }
  })
}

/** @param question name, type, and perhaps `from` an address or `by` a client's name, `in` a group's */
function answer(text: string, question: string, precedence: Precedence = 'allow-first'): string {
  const [name = '', type = 'A', how, ...words] = question.split(' ')
  const who = words.join(' ')
  const policy = policyOf({ rules: rowsOf(text), settings: (defaults) => ({ ...defaults, precedence }) })
  const address = how === 'from' ? who : '192.0.2.10'
  policy.replaceClients(
    [{ prefix: address, groupId: PHONE_GROUP, name: how === 'by' ? who : '' }],
    [{ id: PHONE_GROUP, name: how === 'in' ? who : 'Others', isDefault: false, answer: null }],
  )
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const decision = new Decision()
  decide(policy, scratch, parseRrType(type)!, clientOf(PHONE_GROUP, address), NOW_MS, decision)
  return said(decision, type)
}

function said({ action, alias, local, block }: Decision, type: string): string {
  if (action === DecisionAction.Alias) return `CNAME ${fromWire(alias!.target)}`
  if (action === DecisionAction.Block) return block!.kind === 'null' ? 'block' : `block ${block!.kind}`
  if (action !== DecisionAction.LocalAnswer) return action === DecisionAction.Allow ? 'allow' : 'pass'
  if (local!.rcode !== 0) return formatRcode(local!.rcode)
  const records = [
    ...(type === 'A' ? local!.ipv4.map(formatAddress) : []),
    ...(type === 'AAAA' ? local!.ipv6.map(formatAddress) : []),
    ...local!.records.flatMap(({ text }) => (text.startsWith(`${type} `) ? [text.slice(type.length + 1)] : [])),
  ]
  return records.length > 0 ? records.join(' + ') : 'NODATA'
}

type Row = readonly [rules: string, question: string, expected: string]
const lines = (...all: readonly string[]): string => all.join('\n')
const check = (rows: readonly Row[]): void =>
  it.each(rows)('%s: %s is answered by %s', (rules, question, expected) =>
    expect(answer(rules, question)).toBe(expected),
  )

describe('AdGuard: patterns', () => {
  check([
    ['||example.org^', 'example.org', 'block'],
    ['||example.org^', 'a.b.example.org', 'block'],
    ['||example.org^', 'badexample.org', 'pass'],
    ['||example.org^', 'example.org.net', 'pass'],
    ['||example.org|', 'www.example.org', 'block'],
    ['|example.org^', 'www.example.org', 'pass'],
    ['|example', 'example.org', 'block'],
    ['|example', 'www.example.org', 'pass'],
    ['ample.org|', 'example.org', 'block'],
    ['ample.org|', 'example.org.net', 'pass'],
    ['example.org', 'example.org', 'block'],
    ['example.org', 'www.example.org', 'pass'],
    ['test*.example.org^', 'test.example.org', 'block'],
    ['test*.example.org^', 'test22.example.org', 'block'],
    ['test*.example.org^', 'testexample.org', 'pass'],
    ['exam*.net', 'onemoreexamsite.net', 'block'],
    ['exam*.net', 'example.org', 'pass'],
    ['||ad*.example.org^', 'x.adserver.example.org', 'block'],
    ['||ad*.example.org^', 'bad.example.org', 'pass'],
    ['||*.example.org^', 'example.org', 'pass'],
    ['||ads.*.example.org^', 'ads.eu.example.org', 'block'],
    ['||example.*^', 'www.example.net', 'block'],
    ['||example2.org/*', 'www.example2.org', 'block'],
    ['/sub.', 'sub.example.org', 'block'],
    ['/sub.', 'sub2.example.org', 'pass'],
    ['://sub.', 'a.sub.example.org', 'pass'],
    ['/^Stats?\\./i', 'stats.example.org', 'block'],
    ['://example.org', 'example.org', 'block'],
    ['/^stats?\\./', 'stats.example.org', 'block'],
    ['/^stats?\\./', 'mystats.example.org', 'pass'],
    ['/EXAMPLE\\.org$/', 'www.example.org', 'block'],
    ['/ex\\-ample/', 'an-ex-ample.org', 'block'],
    ['/a$/$important', 'banana', 'block'],
  ])
})

describe('AdGuard: what stands above what', () => {
  check([
    [lines('||example.org^', '@@||www.example.org^'), 'a.www.example.org', 'allow'],
    [lines('||www.example.org^', '@@||example.org^'), 'www.example.org', 'allow'],
    [lines('@@||example.org^', '||www.example.org^$important'), 'www.example.org', 'block'],
    [lines('||example.org^$important', '@@||example.org^'), 'example.org', 'block'],
    [lines('||example.org^$important', '@@||example.org^$important'), 'example.org', 'allow'],
    [lines('/example\\.org/', '@@/^www/$important'), 'www.example.org', 'allow'],
    [lines('@@||example.org^', '127.0.0.1  example.org'), 'example.org', 'allow'],
    [lines('||example.org^$dnstype=AAAA', '@@||www.example.org^'), 'www.example.org AAAA', 'allow'],
    [lines('||example.org^', '||example.org^$badfilter'), 'example.org', 'pass'],
    [lines('||example.org^$important', '||example.org^$badfilter'), 'example.org', 'block'],
    [lines('||example.org^$important', '||example.org^', '||example.org^$badfilter,important'), 'example.org', 'block'],
    [lines('||example.org^', '@@||example.org^', '@@||example.org^$badfilter'), 'example.org', 'block'],
    [lines('@@||example.org^', '||example.org^$badfilter'), 'example.org', 'allow'],
    [
      lines('||example.org^$client=192.0.2.10|::1', '||example.org^$client=::1|192.0.2.10,badfilter'),
      'example.org',
      'pass',
    ],
    [
      lines('||example.org^$client=192.0.2.0/24', '||example.org^$client=192.0.2.0/25,badfilter'),
      'example.org',
      'block',
    ],
    [lines('|a.example^$dnsrewrite=192.0.2.1', '||a.example^$important'), 'a.example', '192.0.2.1'],
    [lines('|a.example^$dnsrewrite=192.0.2.1', '@@||a.example^'), 'a.example', '192.0.2.1'],
    [lines('@@||a.example^$dnsrewrite', '||a.example^'), 'a.example', 'block'],
    [lines('|a.example^$dnsrewrite=192.0.2.1', '@@||a.example^$dnsrewrite', '@@||a.example^'), 'a.example', 'allow'],
    [lines('|a.example^$dnsrewrite=192.0.2.1', '|a.example^$dnsrewrite=b.example'), 'a.example', 'CNAME b.example'],
    [lines('|a.example^$dnsrewrite=b.example', '|a.example^$dnsrewrite=REFUSED'), 'a.example', 'REFUSED'],
    [lines('|a.example^$dnsrewrite=192.0.2.1', '|a.example^$dnsrewrite=NXDOMAIN'), 'a.example', 'NXDOMAIN'],
  ])
})

describe('AdGuard: $client, $ctag, $denyallow, $dnstype', () => {
  check([
    ['||example.org^$client=192.0.2.10', 'example.org A from 192.0.2.10', 'block'],
    ['||example.org^$client=192.0.2.10', 'example.org A from 192.0.2.11', 'pass'],
    ['||example.org^$client=~192.0.2.10', 'example.org A from 192.0.2.10', 'pass'],
    ['||example.org^$client=~192.0.2.10', 'example.org A from 192.0.2.11', 'block'],
    ['||example.org^$client=192.0.2.7/24', 'example.org A from 192.0.2.254', 'block'],
    ['||example.org^$client=192.0.2.7/24', 'example.org A from 198.51.100.1', 'pass'],
    ['||example.org^$client=2001:db8::c0:ffee/120', 'example.org A from 2001:db8::c0:ff07', 'block'],
    ['||example.org^$client=~2001:db8::c0:ffee', 'example.org A from 2001:db8::c0:ffee', 'pass'],
    ["||example.org^$client='Frank\\'s laptop'", "example.org A by Frank's laptop", 'block'],
    ["||example.org^$client='Frank\\'s laptop'", 'example.org A by Franks laptop', 'pass'],
    [
      "||example.org^$client=~'Mary\\'s\\, John\\'s\\, and Boris\\'s laptops'",
      "example.org A by Mary's, John's, and Boris's laptops",
      'pass',
    ],
    ['||example.org^$client=~Mom|~Dad|Kids', 'example.org A by Kids', 'block'],
    ['||example.org^$client=~Mom|~Dad|Kids', 'example.org A by Dad', 'pass'],
    ['||example.org^$client=~Mom|~Dad|Kids', 'example.org A by Guest', 'pass'],
    ['@@||*^$client=192.0.2.10', 'example.org A from 192.0.2.10', 'allow'],
    ['||example.org^$ctag=pc|printer', 'example.org A in printer', 'block'],
    ['||example.org^$ctag=pc|printer', 'example.org A in phone', 'pass'],
    ['||example.org^$ctag=~pc|~router', 'example.org A in phone', 'block'],
    ['||example.org^$ctag=~pc|~router', 'example.org A in pc', 'pass'],
    ['||example.org^$ctag=~pc|router', 'example.org A in router', 'block'],
    [
      lines('||example.org^$ctag=pc|printer', '||example.org^$ctag=printer|pc,badfilter'),
      'example.org A in pc',
      'pass',
    ],
    ['*$denyallow=org|net', 'www.example.org', 'pass'],
    ['*$denyallow=org|net', 'www.example', 'block'],
    ['@@*$denyallow=org', 'www.example', 'allow'],
    ['||example.org^$denyallow=sub.example.org', 'a.sub.example.org', 'pass'],
    ['||example.org^$denyallow=sub.example.org', 'sub2.example.org', 'block'],
    ['||example.org^$dnstype=aaaa', 'example.org AAAA', 'block'],
    ['||example.org^$dnstype=AAAA', 'example.org A', 'pass'],
    ['||example.org^$dnstype=~A|~CNAME', 'example.org MX', 'block'],
    ['||example.org^$dnstype=~A|~CNAME', 'example.org A', 'pass'],
    ['||example.org^$dnstype=~A|AAAA', 'example.org AAAA', 'block'],
    ['||example.org^$dnstype=~A|AAAA', 'example.org CNAME', 'pass'],
    ['||example.org^$client=192.0.2.10,dnstype=A', 'example.org AAAA from 192.0.2.10', 'pass'],
    ['*$dnstype=AAAA', 'example.org AAAA', 'block'],
  ])
})

describe('AdGuard: $dnsrewrite', () => {
  check([
    ['|a.example^$dnsrewrite=192.0.2.1', 'a.example', '192.0.2.1'],
    ['|a.example^$dnsrewrite=192.0.2.1', 'a.example AAAA', 'NODATA'],
    ['|a.example^$dnsrewrite=192.0.2.1', 'b.a.example', 'pass'],
    [
      lines('|a.example^$dnsrewrite=192.0.2.1', '|a.example^$dnsrewrite=192.0.2.2'),
      'a.example',
      '192.0.2.1 + 192.0.2.2',
    ],
    [lines('|a.example^$dnsrewrite=2001:db8::1', '|a.example^$dnsrewrite=192.0.2.2'), 'a.example AAAA', '2001:db8::1'],
    ['|a.example^$dnsrewrite=noerror;a;192.0.2.1', 'a.example', '192.0.2.1'],
    ['||a.example^$dnsrewrite=NOERROR;AAAA;2001:db8::1', 'x.a.example AAAA', '2001:db8::1'],
    ['|a.example^$dnsrewrite=b.example', 'a.example', 'CNAME b.example'],
    ['|a.example^$dnsrewrite=NOERROR;CNAME;b.example', 'a.example MX', 'CNAME b.example'],
    ['|a.example^$dnsrewrite=NOERROR;TXT;hello_world', 'a.example TXT', '"hello_world"'],
    ['|a.example^$dnsrewrite=NOERROR;MX;32 mail.example', 'a.example MX', '32 mail.example.'],
    ['|a.example^$dnsrewrite=NOERROR;HTTPS;32 b.example alpn=h3', 'a.example HTTPS', '32 b.example. alpn=h3'],
    [
      '|a.example^$dnsrewrite=NOERROR;SVCB;32 b.example alpn=h3 dohpath=/dns-query{?dns}',
      'a.example SVCB',
      '32 b.example. alpn=h3 dohpath=/dns-query{?dns}',
    ],
    [
      '|_s._tcp.a.example^$dnsrewrite=NOERROR;SRV;10 60 8080 a.example',
      '_s._tcp.a.example SRV',
      '10 60 8080 a.example.',
    ],
    ['|1.2.0.192.in-addr.arpa^$dnsrewrite=NOERROR;PTR;a.example', '1.2.0.192.in-addr.arpa PTR', 'a.example.'],
    ['||a.example^$dnsrewrite=NXDOMAIN;;', 'a.example', 'NXDOMAIN'],
    ['||a.example^$dnsrewrite=REFUSED', 'a.example TXT', 'REFUSED'],
    ['|a.example^$dnstype=HTTPS,dnsrewrite=REFUSED', 'a.example HTTPS', 'REFUSED'],
    ['|a.example^$dnstype=HTTPS,dnsrewrite=REFUSED', 'a.example A', 'pass'],
    ['$dnstype=AAAA,denyallow=example.org,dnsrewrite=NOERROR;;', 'example.net AAAA', 'NODATA'],
    ['$dnstype=AAAA,denyallow=example.org,dnsrewrite=NOERROR;;', 'www.example.org AAAA', 'pass'],
    [
      lines(
        '|a.example^$dnsrewrite=192.0.2.1',
        '|a.example^$dnsrewrite=192.0.2.2',
        '@@||a.example^$dnsrewrite=192.0.2.1',
      ),
      'a.example',
      '192.0.2.2',
    ],
    [
      lines(
        '|a.example^$dnsrewrite=192.0.2.1',
        '|a.example^$dnsrewrite=b.example',
        '@@||a.example^$dnsrewrite=b.example',
      ),
      'a.example',
      '192.0.2.1',
    ],
    [
      lines(
        '|a.example^$dnsrewrite=192.0.2.1',
        '|a.example^$dnsrewrite=b.example',
        '|a.example^$dnsrewrite=c.example',
        '@@||a.example^$dnsrewrite=b.example',
      ),
      'a.example',
      'CNAME c.example',
    ],
    [
      lines('|a.example^$dnsrewrite=192.0.2.1', '@@||a.example^$dnsrewrite=', '|a.example^$dnsrewrite=192.0.2.2'),
      'a.example',
      'pass',
    ],
  ])
})

describe('Pi-hole: regular expressions', () => {
  check([
    ['(^|\\.)ads\\.example$', 'www.ads.example', 'block'],
    ['(^|\\.)ads\\.example$', 'bads.example', 'pass'],
    ['regex[0-9].example', 'x.regex5.example', 'block'],
    ['regex[0-9].example', 'regexa.example', 'pass'],
    ['(^|\\.)ads\\.(?#more than this)example$', 'ads.example', 'block'],
    ['^ads[[:digit:]]+\\.', 'ads77.example', 'block'],
    ['abc;querytype=AAAA', 'abc.example AAAA', 'block'],
    ['abc;querytype=AAAA', 'abc.example A', 'pass'],
    ['.*;querytype=!A', 'abc.example HTTPS', 'block'],
    ['.*;querytype=!A', 'abc.example A', 'pass'],
    ['abc;querytype=A,HTTPS', 'abc.example HTTPS', 'block'],
    ['^abc$;invert', 'abc', 'pass'],
    ['^abc$;invert', 'abd', 'block'],
    ['^abc$;querytype=AAAA;invert', 'abc AAAA', 'pass'],
    ['^abc$;querytype=AAAA;invert', 'abd AAAA', 'block'],
    ['abc;reply=nxdomain', 'abc.example', 'block nxdomain'],
    ['abc;reply=NODATA', 'abc.example', 'block nodata'],
    ['abc;reply=refused', 'abc.example', 'block refused'],
    ['abc;reply=none', 'abc.example', 'block drop'],
    ['abc;reply=192.0.2.7', 'abc.example', 'block addresses'],
  ])
})

describe('dnsmasq, Unbound, RPZ', () => {
  check([
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
    ['local-zone: "example.org" always_nxdomain', 'www.example.org', 'block nxdomain'],
    ['local-zone: "example.org" block_a', 'example.org AAAA', 'pass'],
    [
      lines('local-zone: "example.org" static', 'local-data: "a.example.org A 192.0.2.1"'),
      'a.example.org',
      '192.0.2.1',
    ],
    [lines('local-zone: "example.org" static', 'local-data: "a.example.org A 192.0.2.1"'), 'b.example.org', 'NXDOMAIN'],
    [
      lines('local-zone: "example.org" redirect', 'local-data: "example.org A 192.0.2.1"'),
      'b.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" redirect', 'local-data: "example.org A 192.0.2.1"'),
      'b.example.org TXT',
      'NODATA',
    ],
    [
      lines('local-zone: "example.org" typetransparent', 'local-data: "example.org A 192.0.2.1"'),
      'example.org TXT',
      'pass',
    ],
    [
      lines('local-zone: "example.org" always_nxdomain', 'local-zone: "ok.example.org" always_transparent'),
      'ok.example.org',
      'allow',
    ],
    ['ads.example.org CNAME .', 'ads.example.org', 'block nxdomain'],
    ['ads.example.org CNAME .', 'x.ads.example.org', 'pass'],
    ['*.ads.example.org CNAME *.', 'x.ads.example.org', 'block nodata'],
    ['*.ads.example.org CNAME *.', 'ads.example.org', 'pass'],
    [lines('*.example.org CNAME .', 'ok.example.org CNAME rpz-passthru.'), 'ok.example.org', 'allow'],
    ['ads.example.org CNAME rpz-drop.', 'ads.example.org', 'block drop'],
    ['ads.example.org CNAME walled.example.', 'ads.example.org', 'CNAME walled.example'],
    ['ads.example.org A 192.0.2.66', 'ads.example.org', '192.0.2.66'],
    [lines('ads.example.org TXT ( ; two', '  "one"', '  "two)" )'), 'ads.example.org TXT', '"one" "two)"'],
    [lines('ads.example.org CNAME (', '.', ')', 'x.example.org CNAME .'), 'x.example.org', 'block nxdomain'],
    [
      lines(
        '$ORIGIN example.',
        'rpz 1h IN SOA ns. root. (',
        '  1 2',
        '  3 4 5 ) ; serial',
        '  NS ns.',
        '$ORIGIN rpz.example.',
        'ads CNAME .',
      ),
      'ads',
      'block nxdomain',
    ],
    [
      lines('$ORIGIN .', 'rpz.test 60 IN SOA ns. root. 1 2 3 4 5', '$ORIGIN rpz.test.', 'ads CNAME .'),
      'ads',
      'block nxdomain',
    ],
    [
      lines('$ORIGIN .', 'rpz.test IN 1h30m SOA ns. root. 1 2 3 4 5', 'ads.rpz.test IN 60 CNAME .'),
      'ads',
      'block nxdomain',
    ],
    ['32.10.2.0.192.rpz-client-ip CNAME .', 'any.example A from 192.0.2.10', 'block nxdomain'],
  ])
})

describe('dnsmasq, Unbound, RPZ: of what blocks and what answers, the longer name counts', () => {
  const dnsmasq = lines('address=/example.org/', 'address=/www.example.org/192.0.2.1')
  const unbound = (type: string): string =>
    lines(
      `local-zone: "example.org" ${type}`,
      'local-zone: "a.example.org" static',
      'local-data: "b.a.example.org A 192.0.2.1"',
    )
  const rpz = lines('example.org CNAME .', '*.example.org CNAME .', 'www.example.org A 192.0.2.1')
  check([
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
    ...['always_nxdomain', 'always_refuse', 'always_null', 'always_deny', 'deny', 'static'].flatMap((type): Row[] => [
      [unbound(type), 'b.a.example.org', '192.0.2.1'],
      [unbound(type), 'c.a.example.org', 'NXDOMAIN'],
    ]),
    [unbound('always_refuse'), 'c.example.org', 'block refused'],
    [
      lines('local-zone: "example.org" deny', 'local-data: "www.example.org A 192.0.2.1"'),
      'www.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" always_null', 'local-data: "www.example.org A 192.0.2.1"'),
      'www.example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "example.org" inform_deny', 'local-data: "example.org A 192.0.2.1"'),
      'example.org',
      '192.0.2.1',
    ],
    [
      lines('local-zone: "a.example.org" static', 'local-zone: "b.a.example.org" always_nxdomain'),
      'b.a.example.org',
      'block nxdomain',
    ],
    [
      lines('local-zone: "example.org" always_null', 'local-zone: "a.example.org" transparent'),
      'x.a.example.org',
      'allow',
    ],
    [lines('local-zone: "example.org" static', 'local-zone: "a.example.org" transparent'), 'a.example.org', 'allow'],
    [
      lines(
        'local-zone: "example.org" redirect',
        'local-data: "example.org A 0.0.0.0"',
        'local-zone: "a.example.org" redirect',
        'local-data: "a.example.org A 192.0.2.1"',
      ),
      'b.a.example.org',
      '192.0.2.1',
    ],
    [lines('local-zone: "." refuse', 'local-zone: "a.example.org" transparent'), 'a.example.org', 'allow'],
    [lines('local-zone: "." refuse', 'local-zone: "org" transparent'), 'a.example.org', 'allow'],
    [lines('local-zone: "." refuse', 'local-zone: "org" transparent'), 'example.net', 'REFUSED'],
    [rpz, 'www.example.org', '192.0.2.1'],
    [rpz, 'ftp.example.org', 'block nxdomain'],
    [lines('*.example.org A 192.0.2.1', 'www.example.org CNAME .'), 'www.example.org', 'block nxdomain'],
    [lines('* CNAME .', 'www.example.org CNAME walled.example.'), 'www.example.org', 'CNAME walled.example'],
    [
      lines('32.10.2.0.192.rpz-client-ip CNAME .', 'www.example.org A 192.0.2.1'),
      'www.example.org A from 192.0.2.10',
      'block nxdomain',
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
