import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { describe, expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { A, ask, PTR, said } from './asked.fixture.ts'
import { decideAddress, decideTarget, findAddressRewrite } from './decide.ts'
import type { ListFixture } from './lists.fixture.ts'
import { CLIENT, clientOf, NOW_MS, type PolicyFixture, policyOf, rule, UPSTREAM } from './policy.fixture.ts'

const local = (id: number, match: 'exact' | 'suffix' | 'subdomains', pattern: string, more = {}) =>
  rule(id, 'rewrite', match, pattern, { ipv4: ['192.0.2.7'], ...more })
const alias = (id: number, match: 'exact' | 'suffix', pattern: string) =>
  rule(id, 'alias', match, pattern, { target: 'target.example.net' })
const forward = (id: number, pattern: string, server = '192.0.2.99') =>
  rule(id, 'forward', 'suffix', pattern, { servers: [server] })
const blockList: ListFixture = { id: 7, entries: [{ name: 'example.org', match: 'suffix' }] }

describe('decide, by the order of design section 3', () => {
  it.each<[name: string, fixture: PolicyFixture, asked: string, expected: string]>([
    ['asks the upstreams when nothing speaks', {}, 'example.org', 'None by none 0'],
    ['blocks by a list', { lists: [blockList] }, 'www.example.org', 'Block by list-block 7'],
    ['never blocks a name that only ends alike', { lists: [blockList] }, 'notexample.org', 'None by none 0'],
    [
      'lets an own allow rule exempt from lists',
      { rules: [rule(1, 'allow', 'exact', 'www.example.org')], lists: [blockList] },
      'www.example.org',
      'Allow by own-allow-rule 1',
    ],
    [
      'lets allow beat a longer block',
      { rules: [rule(1, 'allow', 'suffix', 'org'), rule(2, 'block', 'exact', 'www.example.org')] },
      'www.example.org',
      'Allow by own-allow-rule 1',
    ],
    [
      'lets an important block beat allow',
      { rules: [rule(1, 'allow', 'exact', 'example.org'), rule(2, 'block', 'suffix', 'org', { important: true })] },
      'example.org',
      'Block by own-block-rule 2',
    ],
    [
      'lets an important allow beat an important block',
      {
        rules: [
          rule(1, 'allow', 'exact', 'example.org', { important: true }),
          rule(2, 'block', 'exact', 'example.org', { important: true }),
        ],
      },
      'example.org',
      'Allow by own-allow-rule 1',
    ],
    [
      'prefers own allow to an important block of a list',
      {
        rules: [rule(1, 'allow', 'exact', 'example.org')],
        lists: [{ id: 7, entries: [{ name: 'example.org', match: 'exact', important: true }] }],
      },
      'example.org',
      'Allow by own-allow-rule 1',
    ],
    [
      'lets an own block stop before an own local answer',
      { rules: [rule(1, 'block', 'suffix', 'example.org'), local(2, 'exact', 'www.example.org')] },
      'www.example.org',
      'Block by own-block-rule 1',
    ],
    [
      'answers locally what a list would block',
      { rules: [local(1, 'exact', 'www.example.org')], lists: [blockList] },
      'www.example.org',
      'LocalAnswer by local-answer-rule 1',
    ],
    [
      'answers locally what an own rule allows',
      { rules: [local(1, 'suffix', 'example.org'), rule(2, 'allow', 'exact', 'www.example.org')] },
      'www.example.org',
      'LocalAnswer by local-answer-rule 1',
    ],
    [
      'takes the longer of alias and local answer',
      { rules: [local(1, 'suffix', 'example.org'), alias(2, 'suffix', 'www.example.org')] },
      'a.www.example.org',
      'Alias by alias-rule 2',
    ],
    [
      'takes an exact local answer before a suffix alias of the same name',
      { rules: [alias(1, 'suffix', 'example.org'), local(2, 'exact', 'example.org')] },
      'example.org',
      'LocalAnswer by local-answer-rule 2',
    ],
    [
      'takes the longest forward rule',
      { rules: [forward(1, 'org'), forward(2, 'example.org')] },
      'www.example.org',
      'None by forward-rule 2',
    ],
    [
      'blocks by a list what a forward rule would take',
      { rules: [forward(1, 'example.org')], lists: [blockList] },
      'example.org',
      'Block by list-block 7',
    ],
    [
      'names the list that comes first among equals',
      {
        lists: [
          { ...blockList, position: 2 },
          { ...blockList, id: 8, position: 1 },
        ],
      },
      'example.org',
      'Block by list-block 8',
    ],
    [
      'lets an allow list exempt from block lists',
      { lists: [blockList, { id: 8, kind: 'allow', entries: [{ name: 'www.example.org', match: 'exact' }] }] },
      'www.example.org',
      'Allow by list-allow 8',
    ],
    ['ignores a list that is off', { lists: [{ ...blockList, enabled: false }] }, 'example.org', 'None by none 0'],
    [
      'ignores a rule that is off',
      { rules: [rule(1, 'block', 'exact', 'example.org', { enabled: false })] },
      'example.org',
      'None by none 0',
    ],
    [
      'answers a special-use name',
      { rules: [rule(1, 'block', 'suffix', 'local')] },
      'tv.local',
      'SpecialUse by special-use-name 0',
    ],
  ])('%s', (_, fixture, asked, expected) => {
    expect(said(ask(policyOf(fixture), asked))).toBe(expected)
  })

  it('turns allow and block round where block comes first', () => {
    const rules = [rule(1, 'allow', 'exact', 'example.org'), rule(2, 'block', 'suffix', 'org')]
    const policy = policyOf({ rules, settings: (defaults) => ({ ...defaults, precedence: 'block-first' }) })
    expect(said(ask(policy, 'example.org'))).toBe('Block by own-block-rule 2')
  })

  it.each([1, 2, 12, 15, 16, 28, 43, 46, 64, 65, 255, 65_280])('blocks a name for QTYPE %i', (qtype) => {
    expect(ask(policyOf({ lists: [blockList] }), 'example.org', { qtype }).action).toBe(DecisionAction.Block)
  })
})

describe('conditions of rules and lists', () => {
  it('holds a rule until it expires', () => {
    const policy = policyOf({ rules: [rule(1, 'block', 'exact', 'example.org', { expiresAt: NOW_MS + 1000 })] })
    expect(ask(policy, 'example.org', { nowMs: NOW_MS + 999 }).action).toBe(DecisionAction.Block)
    expect(ask(policy, 'example.org', { nowMs: NOW_MS + 1000 }).action).toBe(DecisionAction.None)
  })

  it('holds a rule for its query types, and for ANY', () => {
    const policy = policyOf({ rules: [rule(1, 'block', 'exact', 'example.org', { queryTypes: ['AAAA', 'TYPE65'] })] })
    expect([1, 28, 65, 255].map((qtype) => ask(policy, 'example.org', { qtype }).action)).toEqual([0, 2, 2, 2])
  })

  it('holds rules and lists for their groups', () => {
    const rules = [rule(1, 'block', 'exact', 'rule.example', { groups: [2] })]
    const policy = policyOf({ rules, lists: [{ ...blockList, groups: [2] }] })
    for (const name of ['rule.example', 'example.org'])
      expect([1, 2].map((group) => ask(policy, name, { group }).action)).toEqual([0, 2])
  })

  it.each([
    ['switched off', { enabled: false, pausedUntil: null }, NOW_MS, false],
    ['paused', { enabled: true, pausedUntil: NOW_MS + 1000 }, NOW_MS + 999, false],
    ['no longer paused', { enabled: true, pausedUntil: NOW_MS + 1000 }, NOW_MS + 1000, true],
  ])('while blocking is %s', (_, blocking, nowMs, isBlocking) => {
    const rules = [
      rule(1, 'block', 'exact', 'own.example'),
      local(2, 'exact', 'nas.example'),
      forward(3, 'corp.example'),
    ]
    const settings: PolicyFixture['settings'] = (all) => ({ ...all, blocking: { ...all.blocking, ...blocking } })
    const policy = policyOf({ rules, lists: [blockList], settings })
    const decision = new Decision()
    expect(ask(policy, 'own.example', { nowMs }).action === DecisionAction.Block).toBe(isBlocking)
    expect(ask(policy, 'example.org', { nowMs }).action === DecisionAction.Block).toBe(isBlocking)
    expect(decideTarget(policy, toWire('example.org'), RrType.CNAME, A, CLIENT, nowMs, false, decision)).toBe(
      isBlocking,
    )
    // What is not blocking goes on.
    expect(ask(policy, 'nas.example', { nowMs }).action).toBe(DecisionAction.LocalAnswer)
    expect(ask(policy, 'x.corp.example', { nowMs }).forwardRuleId).toBe(3)
    expect(ask(policy, 'localhost', { nowMs }).action).toBe(DecisionAction.SpecialUse)
  })
})

describe('answers', () => {
  it('gives addresses of a local answer, and the way back for exact names only', () => {
    const policy = policyOf({
      rules: [
        local(1, 'exact', 'nas.example', { ipv4: ['10.0.0.9'], ipv6: ['2001:db8::9'], ttlSeconds: 30 }),
        local(2, 'suffix', 'lab.example', { ipv4: ['10.0.0.8'] }),
      ],
    })
    expect(ask(policy, 'nas.example').local).toMatchObject({ ipv4: [Uint8Array.of(10, 0, 0, 9)], ttlSeconds: 30 })
    const reverse = ask(policy, '9.0.0.10.in-addr.arpa', { qtype: PTR })
    expect(reverse.local?.pointers).toEqual([toWire('nas.example')])
    const reverseIpv6 = `9.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`
    expect(ask(policy, reverseIpv6, { qtype: PTR }).local?.pointers).toEqual([toWire('nas.example')])
    expect(ask(policy, '8.0.0.10.in-addr.arpa', { qtype: PTR }).action).toBe(DecisionAction.SpecialUse)
    policy.applyRules({ kind: 'delta', changed: [], deleted: [1] })
    expect(ask(policy, '9.0.0.10.in-addr.arpa', { qtype: PTR }).action).toBe(DecisionAction.SpecialUse)
  })

  it('gives an alias with what is kept of the name', () => {
    const decision = ask(policyOf({ rules: [alias(1, 'suffix', 'old.example')] }), 'a.b.old.example')
    expect(decision.alias).toMatchObject({ target: toWire('target.example.net'), isSuffix: true, sourceLength: 13 })
  })

  it('sends what no forward rule takes to the upstreams of the settings', () => {
    const policy = policyOf({ rules: [forward(1, 'corp.example')] })
    expect(ask(policy, 'example.org').upstreams?.servers).toEqual([UPSTREAM])
    expect(ask(policy, 'corp.example').upstreams?.servers).toEqual(['192.0.2.99'])
    expect(ask(policy, 'corp.example').upstreams?.id).not.toBe(ask(policy, 'example.org').upstreams?.id)
  })

  it('numbers a server set the same in every worker', () => {
    const fixture = { rules: [forward(1, 'corp.example')] }
    expect(ask(policyOf(fixture), 'corp.example').upstreams?.id).toBe(
      ask(policyOf(fixture), 'corp.example').upstreams?.id,
    )
  })
})

describe('what an answer leads to', () => {
  const policy = policyOf({
    rules: [
      rule(1, 'block', 'exact', 'own.example'),
      rule(2, 'allow', 'exact', 'good.example.org'),
      rule(3, 'block', 'address', '192.0.2.66'),
    ],
    lists: [blockList],
  })
  const decision = new Decision()

  it.each([
    ['own.example', false, true],
    ['own.example', true, true],
    ['cdn.example.org', false, true],
    ['cdn.example.org', true, false],
    ['good.example.org', false, false],
    ['example.net', false, false],
  ])('name %s, exempt from lists: %s', (name, isExempt, expected) => {
    expect(decideTarget(policy, toWire(name.toUpperCase()), RrType.CNAME, A, CLIENT, NOW_MS, isExempt, decision)).toBe(
      expected,
    )
    expect(decision.block !== null).toBe(expected)
  })

  it('is blocked by a block that yields, unless a longer forward rule chooses its servers: it gets no local answer', () => {
    const yielding = policyOf({
      rules: [
        rule(1, 'block', 'suffix', 'lan', { yields: true }),
        rule(2, 'rewrite', 'exact', 'nas.lan', { ipv4: ['192.0.2.9'] }),
        rule(3, 'forward', 'suffix', 'lab.lan', { servers: ['192.0.2.53'] }),
        rule(4, 'rewrite', 'exact', 'nas.lab.lan', { ipv4: ['192.0.2.9'] }),
      ],
    })
    const isBlocked = (name: string): boolean =>
      decideTarget(yielding, toWire(name), RrType.CNAME, A, CLIENT, NOW_MS, false, decision)
    expect(['nas.lan', 'a.lab.lan', 'nas.lab.lan'].map(isBlocked)).toEqual([true, false, true])
  })

  it.each([
    ['192.0.2.66', true],
    ['192.0.2.6', false],
    ['10.192.0.2', false],
  ])('address %s', (address, expected) => {
    const octets = Uint8Array.from(address.split('.').map(Number))
    expect(decideAddress(policy, octets, A, CLIENT, NOW_MS, false, decision)).toBe(expected)
  })

  it('rewrites addresses by the longest prefix whose rule holds', () => {
    const rewrite = (id: number, pattern: string, target: string, more = {}) =>
      rule(id, 'rewrite', 'address', pattern, { target, ...more })
    const rewriting = policyOf({
      rules: [
        rewrite(1, '192.0.2.0/24', '198.51.100.0/24'),
        rewrite(2, '192.0.2.7', '10.0.0.7', { expiresAt: NOW_MS + 1 }),
        rewrite(3, '2001:db8::/32', '2001:db9::/32', { groups: [2] }),
      ],
    })
    const find = (octets: Uint8Array, group = 1, nowMs = NOW_MS) =>
      findAddressRewrite(rewriting, octets, A, clientOf(group), nowMs)?.ruleId
    const mapped = Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    expect(find(Uint8Array.of(192, 0, 2, 7))).toBe(2)
    expect(find(Uint8Array.of(192, 0, 2, 7), 1, NOW_MS + 1)).toBe(1)
    expect(find(Uint8Array.of(192, 0, 2, 8))).toBe(1)
    expect(find(Uint8Array.of(192, 0, 3, 7))).toBeUndefined()
    expect([find(mapped), find(mapped, 2)]).toEqual([undefined, 3])
  })
})
