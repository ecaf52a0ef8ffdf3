import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../contract/rules.ts'
import { quoteText } from '../dns/presentation.ts'
import { propertyRuns } from '../property-runs.ts'
import { checkRule } from './check-rule.ts'
import { describeRule } from './describe-rule.ts'
import { formatRule } from './format-rule.ts'
import { parseRuleLine } from './parse-line.ts'
import { ruleIdentity } from './rule-identity.ts'

/** Any code point, surrogates too, ASCII often. fast-check's own `binary` unit takes a second to set up. */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code))

const checked = (input: RuleInput) => {
  const result = checkRule(input)
  if (!result.ok) throw new Error(JSON.stringify([input, result.error]))
  return result.value
}

describe('formatRule', () => {
  it.each<[RuleInput, string]>([
    [{ action: 'block', match: 'exact', pattern: 'Example.org.' }, 'example.org'],
    [{ action: 'block', match: 'suffix', pattern: 'example.org' }, '||example.org^'],
    [{ action: 'block', match: 'subdomains', pattern: 'example.org' }, '*.example.org^'],
    [{ action: 'block', match: 'regex', pattern: '^ads?\\.' }, '/^ads?\\./'],
    [{ action: 'block', match: 'exact', pattern: 'localhost' }, '|localhost^'],
    [{ action: 'allow', match: 'suffix', pattern: 'example.org', important: true }, '@@||example.org^$important'],
    [
      { action: 'block', match: 'suffix', pattern: 'example.org', queryTypes: ['AAAA', 'A', 'TYPE1'] },
      '||example.org^$dnstype=A|AAAA',
    ],
    [
      { action: 'block', match: 'suffix', pattern: 'example.org', answer: { kind: 'nxdomain' } },
      '||example.org^$answer=nxdomain',
    ],
    [
      {
        action: 'block',
        match: 'exact',
        pattern: 'example.org',
        answer: { kind: 'addresses', ipv4: ['192.0.2.1', '192.0.2.2'], txt: 'a b' },
      },
      '|example.org^$answer=addresses,ipv4=192.0.2.1|192.0.2.2,txt=a%20b',
    ],
    [
      { action: 'forward', match: 'suffix', pattern: 'lan', servers: ['192.0.2.53:5300'] },
      'server=/lan/192.0.2.53#5300',
    ],
    [{ action: 'forward', match: 'suffix', pattern: 'lan', servers: ['2001:db8::53'] }, 'server=/lan/2001:db8::53'],
    [
      { action: 'forward', match: 'suffix', pattern: 'lan', servers: ['[2001:db8::53]:54'] },
      'server=/lan/2001:db8::53#54',
    ],
    [
      { action: 'forward', match: 'suffix', pattern: 'lan', servers: ['192.0.2.53', 'tls://dns.example.net'] },
      '[/lan/]192.0.2.53 tls://dns.example.net',
    ],
    [{ action: 'forward', match: 'exact', pattern: 'lan', servers: ['192.0.2.53'] }, '|lan^$forward=192.0.2.53'],
    [
      { action: 'alias', match: 'exact', pattern: 'old.example', target: 'new.example' },
      'cname=old.example,new.example',
    ],
    [
      { action: 'alias', match: 'suffix', pattern: 'old.example', target: 'new.example' },
      '||old.example^$alias=new.example',
    ],
    [{ action: 'rewrite', match: 'exact', pattern: 'nas.lan', ipv4: ['192.0.2.9'] }, '192.0.2.9 nas.lan'],
    [{ action: 'rewrite', match: 'exact', pattern: 'nas.lan', ipv4: ['127.0.0.1'] }, '|nas.lan^$local=127.0.0.1'],
    [
      {
        action: 'rewrite',
        match: 'suffix',
        pattern: 'nas.lan',
        ipv4: ['192.0.2.9'],
        ipv6: ['2001:db8::9'],
        ttlSeconds: 60,
        groups: [3, 1],
      },
      '||nas.lan^$local=192.0.2.9|2001:db8::9,ttl=60,groups=1|3',
    ],
    [
      { action: 'rewrite', match: 'address', pattern: '192.0.2.7/24', target: '198.51.100.0/24' },
      'alias=192.0.2.0/24,198.51.100.0/24',
    ],
  ])('writes %j as %s', (input, text) => {
    expect(formatRule(checked(input))).toBe(text)
  })

  const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/)
  const oddLabel = fc
    .uint8Array({ minLength: 1, maxLength: 4 })
    .map((octets) => [...octets].map((octet) => `\\${String(octet).padStart(3, '0')}`).join(''))
  const name = fc
    .array(fc.oneof({ weight: 9, arbitrary: label }, oddLabel), { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join('.'))
  const ipv4 = fc.ipV4()
  const ipv6 = fc.ipV6()
  const regex = fc.oneof(
    fc.constantFrom(
      '^a$',
      'a/$important',
      'a A b',
      '\\/$',
      'ä|ö',
      'a##b',
      ' # ',
      '[$,]',
      'x/$badfilter,y',
      '#@%#',
      '$$x',
    ),
    fc.stringMatching(/^[a-z .$|^#/,=@*\\-]{1,12}$/),
  )
  const client = fc
    .tuple(
      fc.constantFrom('', '~'),
      fc.oneof(
        ipv4.map((address) => `${address}/20`),
        ipv6,
        fc.constantFrom(
          "Frank's laptop",
          'a, b',
          '"x"',
          'a|b',
          '100%',
          '%41',
          'ä/$b',
          'x  y',
          'a # b',
          '\\',
          "'",
          'Kids',
        ),
        fc.string({ minLength: 1, maxLength: 12, unit: anyCharacter }),
      ),
    )
    .map(([negation, who]) => negation + who)
  const record = fc.oneof(
    fc.string({ maxLength: 30, unit: anyCharacter }).map((text) => `TXT ${quoteText(new TextEncoder().encode(text))}`),
    fc.uint8Array({ maxLength: 12 }).map((octets) => `TXT ${quoteText(octets)} ""`),
    fc.constantFrom(
      'MX 10 mail.example.org.',
      'PTR a\\032b\\|c.example',
      'SRV 1 2 3 .',
      'CAA 0 issue "a|b,c;$d"',
      'HTTPS 1 . alpn="h2,h3" port=8443 ech="AAAA"',
      'SVCB 2 a.example key667="|x;y # \\"z\\""',
      'TYPE65280 \\# 3 c0ffee',
      'A 192.0.2.77',
    ),
  )
  const rewriting = {
    ipv4: fc.array(ipv4, { maxLength: 2 }),
    ipv6: fc.array(ipv6, { maxLength: 2 }),
    records: fc.array(record, { maxLength: 3 }),
  }
  const common = {
    important: fc.boolean(),
    queryTypes: fc.array(fc.constantFrom('A', 'AAAA', 'https', 'TYPE65280', '*', 'NSAP-PTR'), { maxLength: 3 }),
    ttlSeconds: fc.integer({ min: 0, max: 604_800 }),
    groups: fc.array(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { maxLength: 3 }),
    schedule: fc.integer({ min: 1, max: 1000 }),
    clients: fc.array(client, { maxLength: 3 }),
    clientTags: fc.array(fc.constantFrom('device_tv', '~user_child', 'küche', '~x-y'), { maxLength: 2 }),
    exceptNames: fc.array(name, { maxLength: 2 }),
  }
  const answer = fc.record(
    {
      kind: fc.constantFrom('null', 'nxdomain', 'nodata', 'refused', 'drop', 'addresses'),
      ipv4: fc.array(ipv4, { maxLength: 2 }),
      ipv6: fc.array(ipv6, { maxLength: 2 }),
      txt: fc.string({ maxLength: 20, unit: anyCharacter }),
      mx: fc.constantFrom('10 mail.example.org.', '0 .', '65535 a\\032b.example'),
    },
    { requiredKeys: [] },
  )
  const of = (fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc
      .tuple(fc.record(common, { requiredKeys: [] }), fc.record(fields))
      .map(([shared, own]) => ({ ...shared, ...own }) as unknown as RuleInput)
  const nameMatch = fc.constantFrom('exact', 'suffix', 'subdomains')
  const server = fc.oneof(
    ipv4,
    ipv6.map((address) => `[${address}]:5300`),
    ipv6,
    fc.constantFrom('tcp://192.0.2.1', 'tls://dns.example.net:8853', "https://dns.example.net/a,b;c=%7C'(d)?e=f&g"),
  )
  const anyRule = fc.oneof(
    of({ action: fc.constant('block'), match: nameMatch, pattern: name, answer, badfilter: fc.boolean() }),
    of({
      action: fc.constant('block'),
      match: nameMatch,
      pattern: name,
      answer,
      important: fc.constant(false),
      yields: fc.boolean(),
    }),
    of({ action: fc.constant('block'), match: fc.constant('suffix'), pattern: fc.constant('.') }),
    of({ action: fc.constant('block'), match: fc.constant('address'), pattern: fc.oneof(ipv4, ipv6) }),
    of({ action: fc.constant('allow'), match: fc.constant('address'), pattern: ipv4.map((a) => `${a}/9`) }),
    of({ action: fc.constant('block'), match: fc.constant('regex'), pattern: regex, inverted: fc.boolean() }),
    of({ action: fc.constant('allow'), match: nameMatch, pattern: name, tcpOnly: fc.boolean(), yields: fc.boolean() }),
    of({
      action: fc.constant('allow'),
      match: nameMatch,
      pattern: name,
      exceptRewrite: fc.constantFrom(
        '',
        'NXDOMAIN',
        'NOERROR;MX;1 a',
        '192.0.2.1',
        'new.example',
        'NOERROR;TXT;a|b, c',
      ),
    }),
    of({
      action: fc.constant('rewrite'),
      match: fc.constantFrom('exact', 'suffix', 'subdomains'),
      pattern: name,
      overridesBlock: fc.boolean(),
      badfilter: fc.boolean(),
      ...rewriting,
    }),
    of({
      action: fc.constant('rewrite'),
      match: fc.constant('regex'),
      pattern: regex,
      overridesBlock: fc.boolean(),
      rcode: fc.constantFrom('NXDOMAIN', 'NOERROR', 'servfail', 'NOTIMP'),
    }),
    of({
      action: fc.constant('rewrite'),
      match: nameMatch,
      pattern: name,
      overridesBlock: fc.boolean(),
      records: name.map((target) => [`CNAME ${target}`]),
    }),
    of({ action: fc.constant('block'), match: fc.constant('regex'), pattern: regex, answer }),
    of({ action: fc.constant('allow'), match: nameMatch, pattern: name }),
    of({ action: fc.constant('allow'), match: fc.constant('regex'), pattern: regex }),
    of({
      action: fc.constant('forward'),
      match: nameMatch,
      pattern: name,
      servers: fc.array(server, { minLength: 1, maxLength: 3 }),
    }),
    of({
      action: fc.constant('forward'),
      match: fc.constant('regex'),
      pattern: regex,
      servers: fc.constantFrom(['#'], ['192.0.2.53']),
    }),
    of({
      action: fc.constant('rewrite'),
      match: nameMatch,
      pattern: name,
      ipv4: fc.array(ipv4, { maxLength: 2 }),
      ipv6: fc.array(ipv6, { maxLength: 2 }),
    }),
    of({
      action: fc.constant('rewrite'),
      match: fc.constant('address'),
      pattern: ipv4.map((a) => `${a}/20`),
      target: ipv4.map((a) => `${a}/20`),
    }),
    of({ action: fc.constant('rewrite'), match: fc.constant('address'), pattern: ipv6, target: ipv6 }),
    of({ action: fc.constant('alias'), match: fc.constantFrom('exact', 'suffix'), pattern: name, target: name }),
  )

  it('writes what reads back as the same rule', () => {
    fc.assert(
      fc.property(anyRule, (input) => {
        const rule = checkRule(input)
        if (!rule.ok) return
        const text = formatRule(rule.value)
        const outcome = parseRuleLine(text, 'own')
        if (outcome.kind !== 'rules') throw new Error(`${text}: ${JSON.stringify(outcome)}`)
        expect(outcome.rules).toHaveLength(1)
        expect(ruleIdentity(checked(outcome.rules[0]!))).toBe(ruleIdentity(rule.value))
        expect(text).not.toMatch(/[\r\n]/)
      }),
      propertyRuns(1500),
    )
  })
})

describe('ruleIdentity', () => {
  const rule = checked({ action: 'block', match: 'suffix', pattern: 'example.org' })
  it('is the same whoever wrote it, however long it holds and whether it is on', () => {
    const other = { ...rule, enabled: false, expiresAt: 1, comment: 'x' }
    expect(ruleIdentity(other)).toBe(ruleIdentity(rule))
  })
  it('differs by everything else', () => {
    const others: RuleInput[] = [
      { action: 'allow', match: 'suffix', pattern: 'example.org' },
      { action: 'block', match: 'exact', pattern: 'example.org' },
      { action: 'block', match: 'suffix', pattern: 'example.net' },
      { action: 'block', match: 'suffix', pattern: 'example.org', important: true },
      { action: 'block', match: 'suffix', pattern: 'example.org', queryTypes: ['A'] },
      { action: 'block', match: 'suffix', pattern: 'example.org', ttlSeconds: 0 },
      { action: 'block', match: 'suffix', pattern: 'example.org', groups: [1] },
      { action: 'block', match: 'suffix', pattern: 'example.org', answer: { txt: '' } },
    ]
    const identities = others.map((input) => ruleIdentity(checked(input)))
    expect(new Set([...identities, ruleIdentity(rule)]).size).toBe(others.length + 1)
  })
})

describe('describeRule', () => {
  it.each<[RuleInput, string]>([
    [{ action: 'block', match: 'suffix', pattern: 'example.com' }, 'Blocks example.com and everything below it'],
    [
      {
        action: 'block',
        match: 'exact',
        pattern: 'example.com',
        answer: { kind: 'nxdomain' },
        queryTypes: ['AAAA'],
        groups: [2],
      },
      'Blocks example.com alone with NXDOMAIN, for queries of type AAAA in one group',
    ],
    [
      { action: 'block', match: 'subdomains', pattern: 'example.com', important: true },
      'Blocks everything below example.com, not example.com itself, even where an allow rule matches',
    ],
    [
      { action: 'allow', match: 'regex', pattern: '^a', important: true },
      'Allows names that match /^a/, whatever lists say, even where an important rule blocks them',
    ],
    [
      { action: 'block', match: 'suffix', pattern: 'lan', yields: true },
      'Blocks lan and everything below it, unless a local answer, an alias or a forward rule is for a longer name',
    ],
    [{ action: 'allow', match: 'regex', pattern: '^a' }, 'Allows names that match /^a/, whatever lists say'],
    [
      { action: 'forward', match: 'suffix', pattern: 'lan', servers: ['192.0.2.53', '192.0.2.54'] },
      'Sends queries for lan and everything below it to 192.0.2.53, 192.0.2.54',
    ],
    [
      { action: 'alias', match: 'suffix', pattern: 'old.example', target: 'new.example' },
      'Answers old.example and everything below it with what new.example has, labels below kept',
    ],
    [
      { action: 'rewrite', match: 'exact', pattern: 'nas.lan', ipv4: ['192.0.2.9'] },
      'Answers nas.lan alone with 192.0.2.9',
    ],
    [
      { action: 'rewrite', match: 'address', pattern: '192.0.2.0/24', target: '198.51.100.0/24' },
      'Replaces 192.0.2.0/24 in answers by 198.51.100.0/24',
    ],
  ])('says what %j does', (input, words) => {
    expect(describeRule(checked(input))).toBe(words)
  })
})
