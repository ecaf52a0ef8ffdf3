import { toWire } from '@weir/shared/dns/domain-name'
import { describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from './decide.ts'
import { CLIENT, compileLists, configOf, NOW_MS, policyOf, rule } from './policy.fixture.ts'
import type { Policy } from './policy.ts'

function ask(policy: Policy, name: string): Decision {
  const decision = new Decision()
  decideName(policy, toWire(name), 1, CLIENT, NOW_MS, decision)
  return decision
}
const text = (octets: Uint8Array | null | undefined): string | null =>
  octets ? new TextDecoder().decode(octets) : null
const list = { id: 7, name: 'Ads', entries: [{ name: 'example.org', match: 'suffix' as const }] }

describe('Policy', () => {
  it('adds, changes, switches off and removes single rules', () => {
    const policy = policyOf({})
    const blocks = (): boolean => ask(policy, 'www.example.org').block !== null
    const put = (...changed: ReturnType<typeof rule>[]) => policy.applyRules({ kind: 'delta', changed, deleted: [] })
    put(rule(1, 'block', 'exact', 'www.example.org'))
    expect(blocks()).toBe(true)
    put(rule(1, 'block', 'exact', 'other.example.org'))
    expect(blocks()).toBe(false)
    put(rule(1, 'block', 'regex', '^www\\.'))
    expect(blocks()).toBe(true)
    put(rule(1, 'block', 'regex', '^www\\.', { enabled: false }))
    expect([blocks(), policy.own.size]).toEqual([false, 0])
    put(rule(1, 'block', 'suffix', 'org'))
    policy.applyRules({ kind: 'delta', changed: [], deleted: [1, 99] })
    expect([blocks(), policy.own.size]).toEqual([false, 0])
  })

  it('keeps own rules when the index changes its key', () => {
    const policy = policyOf({ rules: [rule(1, 'block', 'suffix', 'own.example')], lists: [list] })
    policy.replaceIndex(compileLists([list], new Uint8Array(32).fill(99)))
    expect(ask(policy, 'www.own.example').ruleId).toBe(1)
    expect(ask(policy, 'www.example.org').listId).toBe(7)
    expect(ask(policy, 'localhost').reason).toBeGreaterThan(0)
    policy.replaceIndex(null)
    expect(ask(policy, 'www.own.example').ruleId).toBe(1)
    expect(ask(policy, 'www.example.org').listId).toBe(0)
  })

  it('answers by new settings from then on, also where it has answered before', () => {
    const fixture = { rules: [rule(1, 'block', 'exact', 'own.example')], lists: [list] }
    const policy = policyOf(fixture)
    const kinds = () => ['own.example', 'example.org'].map((name) => ask(policy, name).block?.kind)
    expect(kinds()).toEqual(['null', 'null'])
    const { settings } = policy
    policy.replaceSettings({ ...settings, blocking: { ...settings.blocking, answer: { kind: 'refused' } } })
    expect(kinds()).toEqual(['refused', 'refused'])
    expect(policy.plans.ofRebinding(1).kind).toBe('refused')
  })

  it('takes each part of a block answer from rule, list, settings in that order', () => {
    const answering = {
      ...list,
      answer: { kind: 'nxdomain' as const },
      rules: [rule(0, 'block', 'exact', 'x.example', { answer: { txt: 'no' } })],
    }
    const policy = policyOf({ lists: [answering] })
    expect(ask(policy, 'example.org').block).toMatchObject({ kind: 'nxdomain', txtRdata: null, ttlSeconds: 60 })
    expect(ask(policy, 'x.example').block).toMatchObject({ kind: 'nxdomain', txtRdata: Uint8Array.of(2, 110, 111) })
  })

  it('names rule or list in the extended error, unless that is switched off', () => {
    const fixture = { rules: [rule(1, 'block', 'exact', 'own.example')], lists: [list] }
    const policy = policyOf(fixture)
    expect(text(ask(policy, 'own.example').block?.extendedErrorText)).toBe('blocked by rule own.example')
    expect(text(ask(policy, 'example.org').block?.extendedErrorText)).toBe('blocked by list Ads')
    const { settings } = policy
    policy.replaceSettings({ ...settings, blocking: { ...settings.blocking, extendedErrors: false } })
    expect(ask(policy, 'example.org').block?.extendedErrorText).toBeNull()
  })

  it('leaves damaged rules out, says so, and keeps the others', () => {
    const policy = policyOf({ rules: [rule(2, 'block', 'exact', 'old.example')] })
    const faults = policy.apply({
      ...configOf({}),
      rules: {
        kind: 'delta',
        changed: [
          rule(1, 'block', 'regex', '(?=x)'),
          rule(2, 'block', 'exact', 'a..b'),
          rule(3, 'alias', 'exact', 'alias.example'),
          rule(4, 'forward', 'suffix', 'corp.example'),
          rule(5, 'rewrite', 'address', '192.0.2.0/24', { target: '2001:db8::/32' }),
          rule(6, 'block', 'exact', 'good.example'),
        ],
        deleted: [],
      },
    })
    expect(faults.map((fault) => /^rule \d/.exec(fault)?.[0])).toEqual([1, 2, 3, 4, 5].map((id) => `rule ${id}`))
    expect(ask(policy, 'good.example').ruleId).toBe(6)
    // What it said before is not what it says now.
    expect(ask(policy, 'old.example').ruleId).toBe(0)
  })

  it('knows every server that it may send to', () => {
    const servers = ['192.0.2.99', '192.0.2.53']
    const policy = policyOf({ rules: [rule(1, 'forward', 'suffix', 'corp.example', { servers })] })
    expect(policy.upstreams.allServers(policy.own.elaborate)).toEqual(['192.0.2.53', '192.0.2.99'])
  })

  it('lets lists block and allow, and nothing else', () => {
    const rules = [
      rule(0, 'rewrite', 'exact', 'a.example', { ipv4: ['192.0.2.1'] }),
      rule(0, 'forward', 'suffix', 'b.example', { servers: ['192.0.2.1'] }),
      rule(0, 'alias', 'exact', 'c.example', { target: 'd.example' }),
    ]
    const policy = policyOf({ lists: [{ id: 1, rules }] })
    for (const name of ['a.example', 'b.example', 'c.example']) expect(ask(policy, name).action).toBe(0)
  })
})
