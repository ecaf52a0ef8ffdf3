import { formatAddress } from '@weir/shared/dns/ip-address'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import { describe, expect, it } from 'vitest'
import { DecisionAction } from '../query/decision.ts'
import { ask, PTR, said } from './asked.fixture.ts'
import type { ListFixture } from './lists.fixture.ts'
import { policyOf, rowOf, rule } from './policy.fixture.ts'

describe('a list that may answer', () => {
  const answering = (lines: readonly string[], more: Partial<ListFixture> = {}): ListFixture => ({
    id: 7,
    mayAnswer: true,
    rules: lines.flatMap((line) => {
      const outcome = parseRuleLine(line, 'own')
      if (outcome.kind !== 'rules') throw new Error(line)
      return outcome.rules.map((input) => rowOf(input, 0))
    }),
    ...more,
  })
  const hosts = ['192.0.2.1 nas.example.org', '192.0.2.2 nas.example.org', '2001:db8::1 nas.example.org']

  it('gives all addresses of its lines for one name, and no way back', () => {
    const policy = policyOf({ lists: [answering(hosts)] })
    const { local } = ask(policy, 'nas.example.org')
    expect(local?.ipv4.map(formatAddress)).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(local?.ipv6.map(formatAddress)).toEqual(['2001:db8::1'])
    expect(said(ask(policy, 'nas.example.org'))).toBe('LocalAnswer by local-answer-rule 7')
    expect(said(ask(policy, '1.2.0.192.in-addr.arpa', { qtype: PTR }))).not.toContain('LocalAnswer')
  })

  it.each<[string, Partial<ListFixture>]>([
    ['is not trusted any more', { mayAnswer: false }],
    ['is switched off', { enabled: false }],
    ['is for another group', { groups: [2] }],
  ])('says nothing where it %s', (_why, more) => {
    const lists = [answering([...hosts, '|x.example.org^$dnsrewrite=192.0.2.3'], more)]
    expect(ask(policyOf({ lists }), 'nas.example.org').action).toBe(DecisionAction.None)
    expect(ask(policyOf({ lists }), 'x.example.org').action).toBe(DecisionAction.None)
  })

  it.each<[string, ListFixture[], string]>([
    [
      'an exception of another list',
      [answering(hosts), answering(['@@||nas.example.org^'], { id: 8 })],
      'Allow by list-allow 8',
    ],
    [
      'an important block',
      [answering(hosts), answering(['||nas.example.org^$important'], { id: 8 })],
      'Block by list-block 8',
    ],
    [
      'a block',
      [answering(hosts, { position: 9 }), answering(['||nas.example.org^$dnstype=A'], { id: 8 })],
      'LocalAnswer by local-answer-rule 7',
    ],
    [
      'its own $dnsrewrite',
      [answering([...hosts, '@@||nas.example.org^', '|nas.example.org^$dnsrewrite=192.0.2.9'])],
      'LocalAnswer by local-answer-rule 7',
    ],
    ['a CNAME', [answering(['*.example.org CNAME walled.example.net.'])], 'Alias by alias-rule 7'],
  ])('meets %s', (_what, lists, expected) => {
    expect(said(ask(policyOf({ lists }), 'nas.example.org'))).toBe(expected)
  })

  it.each<[string, readonly ListFixture[], string]>([
    [
      'the one higher up, alone',
      [answering(['192.0.2.7 x.example.org']), answering(['192.0.2.8 x.example.org'], { id: 8 })],
      '7: 192.0.2.7',
    ],
    [
      'the one higher up, whatever came first',
      [answering(['192.0.2.7 x.example.org'], { position: 9 }), answering(['192.0.2.8 x.example.org'], { id: 8 })],
      '8: 192.0.2.8',
    ],
    [
      'the one higher up, whatever it says',
      [answering(['192.0.2.7 x.example.org']), answering(['x.example.org CNAME y.example.net.'], { id: 8 })],
      '7: 192.0.2.7',
    ],
    [
      'the exact name before a pattern of one higher up',
      [answering(['/^x/$local=192.0.2.7']), answering(['192.0.2.8 x.example.org'], { id: 8 })],
      '8: 192.0.2.8',
    ],
    [
      'the longer name of one further down',
      [answering(['||example.org^$local=192.0.2.7']), answering(['||x.example.org^$local=192.0.2.8'], { id: 8 })],
      '8: 192.0.2.8',
    ],
    [
      'of two $dnsrewrite the one higher up',
      [
        answering(['|x.example.org^$dnsrewrite=192.0.2.7'], { position: 9 }),
        answering(['|x.example.org^$dnsrewrite=192.0.2.8'], { id: 8 }),
      ],
      '8: 192.0.2.8',
    ],
    [
      'an error by $dnsrewrite before an address of one higher up',
      [
        answering(['|x.example.org^$dnsrewrite=192.0.2.7']),
        answering(['|x.example.org^$dnsrewrite=NXDOMAIN'], { id: 8 }),
      ],
      '8: ',
    ],
  ])('of several: %s', (_which, lists, expected) => {
    const { listId, local } = ask(policyOf({ lists }), 'x.example.org')
    expect(`${listId}: ${local?.ipv4.map(formatAddress).join(' ')}`).toBe(expected)
  })

  it('stands below own rules', () => {
    const rules = [rule(1, 'allow', 'exact', 'nas.example.org')]
    expect(said(ask(policyOf({ rules, lists: [answering(hosts)] }), 'nas.example.org'))).toBe(
      'Allow by own-allow-rule 1',
    )
  })
})
