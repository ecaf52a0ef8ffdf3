import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { describe, expect, it } from 'vitest'
import { Decision, DecisionAction, SpecialUse } from '../query/decision.ts'
import { decideName } from './decide.ts'
import { CLIENT, NOW_MS, policyOf, rule } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const ANSWERS = Object.keys(SpecialUse)
/** The special answer, or the action in its place. */
function answerOf(name: string, rules: readonly RuleRow[] = [], qtype: number = RrType.A): string {
  const decision = new Decision()
  decideName(policyOf({ rules }), toWire(name), qtype, CLIENT, NOW_MS, decision)
  if (decision.action === DecisionAction.SpecialUse) return ANSWERS[decision.specialUse]!
  return Object.keys(DecisionAction)[decision.action]!
}

describe('special-use names', () => {
  it.each([
    ['localhost', 'Loopback'],
    ['a.b.localhost', 'Loopback'],
    ['invalid', 'NxDomain'],
    ['x.test', 'NxDomain'],
    ['printer.local', 'NxDomain'],
    ['hidden.onion', 'NxDomain'],
    ['alt', 'NxDomain'],
    ['name.gns.alt', 'NxDomain'],
    ['service.arpa', 'NoData'],
    ['_ipps._tcp.default.service.arpa', 'NxDomain'],
    ['home.arpa', 'NoData'],
    ['nas.home.arpa', 'NxDomain'],
    ['resolver.arpa', 'NoData'],
    ['_dns.resolver.arpa', 'NoData'],
    ['x.resolver.arpa', 'NoData'],
    ['use-application-dns.net', 'NxDomain'],
    ['1.0.0.10.in-addr.arpa', 'NxDomain'],
    ['10.in-addr.arpa', 'NoData'],
    ['1.16.172.in-addr.arpa', 'NxDomain'],
    ['1.31.172.in-addr.arpa', 'NxDomain'],
    ['1.1.168.192.in-addr.arpa', 'NxDomain'],
    ['1.127.100.in-addr.arpa', 'NxDomain'],
    ['1.254.169.in-addr.arpa', 'NxDomain'],
    ['0.8.e.f.ip6.arpa', 'NxDomain'],
    ['0.d.f.ip6.arpa', 'NxDomain'],
    ['127.in-addr.arpa', 'NoData'],
    ['2.0.0.127.in-addr.arpa', 'NxDomain'],
    ['1.0.0.127.in-addr.arpa', 'LoopbackPointer'],
    [`1.${'0.'.repeat(31)}ip6.arpa`, 'LoopbackPointer'],
    ['8.b.d.0.1.0.0.2.ip6.arpa', 'NoData'],
  ])('answers %s with %s', (name, expected) => {
    expect(answerOf(name)).toBe(expected)
  })

  it.each([
    'example',
    'www.example',
    'notlocal',
    'local.example.org',
    'notlocalhost',
    'test.example.org',
    'arpa',
    'in-addr.arpa',
    '1.15.172.in-addr.arpa',
    '1.32.172.in-addr.arpa',
    '1.63.100.in-addr.arpa',
    '1.0.0.8.in-addr.arpa',
    '0.c.e.f.ip6.arpa',
    'application-dns.net',
    'ipv4only.arpa',
    'alt.example.org',
    'notservice.arpa',
  ])('asks for %s like for any other', (name) => {
    expect(answerOf(name)).toBe('None')
  })

  it('asks for DS of home.arpa, which proves that it is unsigned, and for nothing else of it', () => {
    expect(answerOf('home.arpa', [], RrType.DS)).toBe('None')
    expect(answerOf('nas.home.arpa', [], RrType.DS)).toBe('NxDomain')
    expect(answerOf('service.arpa', [], RrType.DS)).toBe('None')
  })
})

describe('own rules for special-use names', () => {
  const forward = (pattern: string) => rule(1, 'forward', 'suffix', pattern, { servers: ['192.0.2.99'] })
  const local = (pattern: string) => rule(1, 'rewrite', 'exact', pattern, { ipv4: ['192.0.2.7'] })
  const allow = (pattern: string) => rule(1, 'allow', 'suffix', pattern)

  it.each<[what: string, name: string, own: RuleRow, expected: string]>([
    ['a forward rule takes home.arpa', 'nas.home.arpa', forward('home.arpa'), 'None'],
    ['a forward rule takes local', 'tv.local', forward('local'), 'None'],
    ['a forward rule takes a private reverse zone', '1.0.0.10.in-addr.arpa', forward('10.in-addr.arpa'), 'None'],
    ['a forward rule above takes it too', '1.0.0.10.in-addr.arpa', forward('in-addr.arpa'), 'None'],
    ['a forward rule for part takes only that', '1.0.1.10.in-addr.arpa', forward('0.10.in-addr.arpa'), 'NxDomain'],
    ['a forward rule for the root means the rest', 'tv.local', forward('.'), 'NxDomain'],
    ['no forward rule takes localhost', 'localhost', forward('localhost'), 'Loopback'],
    ['no forward rule takes invalid', 'x.invalid', forward('invalid'), 'NxDomain'],
    ['no forward rule takes what is about this resolver', '_dns.resolver.arpa', forward('resolver.arpa'), 'NoData'],
    ['a forward rule takes service.arpa', 'x.default.service.arpa', forward('service.arpa'), 'None'],
    ['a forward rule takes alt', 'name.gns.alt', forward('gns.alt'), 'None'],
    ['a local answer stands in home.arpa', 'nas.home.arpa', local('nas.home.arpa'), 'LocalAnswer'],
    ['a local answer stands below localhost', 'app.localhost', local('app.localhost'), 'LocalAnswer'],
    ['a local answer for another name changes nothing', 'tv.home.arpa', local('nas.home.arpa'), 'NxDomain'],
    ['an allow rule lifts the canary', 'use-application-dns.net', allow('use-application-dns.net'), 'Allow'],
    ['an allow rule for all of net does not', 'use-application-dns.net', allow('net'), 'NxDomain'],
    ['an allow rule does not let local leak', 'tv.local', allow('local'), 'NxDomain'],
  ])('%s', (_, name, own, expected) => {
    expect(answerOf(name, [own])).toBe(expected)
  })
})

describe('designated resolvers', () => {
  const answer = { ipv4: [], ipv6: [], pointers: [], records: [], rcode: 0, ttlSeconds: 300 }
  const DESIGNATION = { names: ['dns.example.org'], answer }

  function decided(name: string, qtype: number, rules: readonly RuleRow[] = []): string {
    const decision = new Decision()
    const policy = policyOf({ rules })
    policy.designate(DESIGNATION)
    decideName(policy, toWire(name), qtype, CLIENT, NOW_MS, decision)
    if (decision.action !== DecisionAction.SpecialUse) return 'asked'
    return decision.local === null ? ANSWERS[decision.specialUse]! : 'told'
  }

  it.each([
    ['_dns.resolver.arpa', RrType.SVCB, 'told'],
    ['_DNS.Resolver.ARPA', RrType.SVCB, 'told'],
    ['_dns.dns.example.org', RrType.SVCB, 'told'],
    ['_dns.resolver.arpa', RrType.A, 'NoData'],
    ['x._dns.resolver.arpa', RrType.SVCB, 'NoData'],
    ['_dns.dns.example.org', RrType.A, 'asked'],
    ['x._dns.dns.example.org', RrType.SVCB, 'asked'],
    ['dns.example.org', RrType.SVCB, 'asked'],
    ['_dns.dns.example.net', RrType.SVCB, 'asked'],
  ])('%s, type %i: %s', (name, qtype, expected) => {
    expect(decided(name, qtype)).toBe(expected)
  })

  it('are told of no longer when that is switched off, and again when it is switched on', () => {
    const policy = policyOf({})
    policy.designate(DESIGNATION)
    const { settings } = policy
    const told = [true, false, true].map((designation) => {
      policy.replaceSettings({ ...settings, access: { ...settings.access, designation } })
      const decision = new Decision()
      return ['_dns.resolver.arpa', '_dns.dns.example.org'].map((name) => {
        decision.reset()
        decideName(policy, toWire(name), RrType.SVCB, CLIENT, NOW_MS, decision)
        return decision.action === DecisionAction.SpecialUse ? ANSWERS[decision.specialUse] : 'asked'
      })
    })
    expect(told).toEqual([
      ['Records', 'Records'],
      ['NoData', 'asked'],
      ['Records', 'Records'],
    ])
  })

  it('are asked for where a forward rule takes the zone of the name, but never for resolver.arpa', () => {
    const forward = (pattern: string) => rule(1, 'forward', 'suffix', pattern, { servers: ['192.0.2.99'] })
    expect(decided('_dns.dns.example.org', RrType.SVCB, [forward('example.org')])).toBe('asked')
    expect(decided('_dns.resolver.arpa', RrType.SVCB, [forward('arpa')])).toBe('told')
  })

  it('are those of an own record, where there is one', () => {
    const own = rule(1, 'rewrite', 'exact', '_dns.resolver.arpa', { records: ['SVCB 1 dns.example.net. alpn=dot'] })
    expect(decided('_dns.resolver.arpa', RrType.SVCB, [own])).toBe('asked')
  })
})
