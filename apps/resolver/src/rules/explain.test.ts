import { Explanation } from '@weir/shared/contract/explain'
import { describe, expect, it } from 'vitest'
import { explain, type RuleExplanation } from './explain.ts'
import { clientOf, NOW_MS, type PolicyFixture, policyOf, rule } from './policy.fixture.ts'

function why(fixture: PolicyFixture, name: string, qtype = 1, groupId = 1): RuleExplanation {
  const explanation = explain(policyOf(fixture), { name, qtype, client: clientOf(groupId), nowMs: NOW_MS })
  // What the API would send.
  return Explanation.omit({ policy: true, now: true, logged: true }).parse(explanation)
}
const matchesOf = (explanation: RuleExplanation, step: string) =>
  explanation.trace.find((one) => one.step === step)?.matches ?? []

describe('explain', () => {
  it('names the list, its entry and what beat the others', () => {
    const explanation = why(
      {
        lists: [
          { id: 7, name: 'Ads', entries: [{ name: 'example.org', match: 'suffix' }] },
          { id: 8, name: 'More ads', entries: [{ name: 'ads.example.org', match: 'suffix' }] },
          { id: 9, name: 'Patterns', rules: [rule(0, 'block', 'regex', '^ads\\.')] },
        ],
      },
      'ads.example.org',
    )
    expect(explanation.decision).toMatchObject({
      action: 'block',
      reason: 'list-block',
      rule: null,
      list: { id: 8, name: 'More ads' },
      answer: '0.0.0.0',
    })
    expect(matchesOf(explanation, 'lists').map(({ listName, pattern, won }) => ({ listName, pattern, won }))).toEqual([
      { listName: 'More ads', pattern: '||ads.example.org^', won: true },
      { listName: 'Ads', pattern: '||example.org^', won: false },
      { listName: 'Patterns', pattern: '/^ads\\./', won: false },
    ])
  })

  it('shows own rules as they are written, and that an allow rule beats a block rule', () => {
    const rules = [rule(1, 'block', 'exact', 'www.example.org'), rule(2, 'allow', 'suffix', 'example.org')]
    const explanation = why({ rules }, 'www.example.org')
    expect(explanation.decision).toMatchObject({
      action: 'allow',
      reason: 'own-allow-rule',
      rule: { id: 2, text: '@@||example.org^', pattern: 'example.org' },
      answer: 'forwarded to 192.0.2.53',
    })
    expect(matchesOf(explanation, 'own-rules')).toMatchObject([
      { ruleId: 2, won: true },
      { ruleId: 1, won: false, why: 'a rule that allows beats it' },
    ])
    expect(explanation.trace.find(({ step }) => step === 'lists')).toMatchObject({ outcome: 'skipped' })
  })

  it('names what stands above blocks, what exempts from it, and what a badfilter rule switches off', () => {
    const nx = rule(0, 'rewrite', 'suffix', 'example.org', { rcode: 'NXDOMAIN', overridesBlock: true })
    const listed = { id: 7, name: 'Ads', entries: [{ name: 'www.example.org', match: 'exact' as const }], rules: [nx] }
    const byList = why({ lists: [listed] }, 'www.example.org')
    expect(byList.decision).toMatchObject({
      action: 'rewrite',
      rule: { id: null, text: '||example.org^$dnsrewrite=NXDOMAIN' },
      list: { id: 7 },
      answer: 'NXDOMAIN',
    })
    const rules = [
      rule(1, 'allow', 'suffix', 'example.org', { exceptRewrite: '' }),
      rule(2, 'block', 'exact', 'www.example.org', { badfilter: true }),
    ]
    const freed = why({ rules, lists: [listed] }, 'www.example.org')
    expect(freed.decision.action).toBe('none')
    expect(matchesOf(freed, 'rewrite')).toMatchObject([{ action: 'exempt', ruleId: 1, won: false }])
    const plain = freed.trace.flatMap(({ matches }) => matches).filter(({ pattern }) => pattern === 'www.example.org')
    expect(plain).toMatchObject([{ listId: 7, won: false, why: 'a badfilter rule switches it off' }])
  })

  it('says that the allow rule decided, although a forward rule chose the servers', () => {
    const rules = [
      rule(1, 'allow', 'suffix', 'example.org'),
      rule(2, 'forward', 'suffix', 'example.org', { servers: ['192.0.2.99'] }),
    ]
    expect(why({ rules }, 'example.org').decision).toMatchObject({
      action: 'allow',
      rule: { id: 1 },
      answer: 'forwarded to 192.0.2.99',
    })
  })

  it('names what a block gives way to', () => {
    const rules = [
      rule(1, 'block', 'suffix', 'example.org', { yields: true }),
      rule(2, 'rewrite', 'exact', 'www.example.org', { ipv4: ['192.0.2.7'] }),
      rule(3, 'forward', 'suffix', 'corp.example.org', { servers: ['192.0.2.99'] }),
      rule(4, 'block', 'suffix', 'b.example.org'),
      rule(5, 'rewrite', 'exact', 'a.b.example.org', { ipv4: ['192.0.2.8'] }),
    ]
    const answered = why({ rules }, 'www.example.org')
    expect(answered.decision).toMatchObject({ action: 'rewrite', rule: { id: 2 }, answer: '192.0.2.7' })
    expect(answered.trace.find(({ step }) => step === 'own-rules')).toMatchObject({
      outcome: 'passed',
      detail: 'the own block that matches gives way',
      matches: [{ ruleId: 1, won: false, why: 'it yields: 192.0.2.7 www.example.org is for a longer name' }],
    })
    const forwarded = why({ rules }, 'a.corp.example.org')
    expect(forwarded.decision).toMatchObject({ action: 'forward', rule: { id: 3 } })
    expect(matchesOf(forwarded, 'own-rules')[0]?.why).toContain('server=/corp.example.org/192.0.2.99')
    const blocked = why({ rules }, 'a.b.example.org')
    expect(blocked.decision).toMatchObject({ action: 'block', rule: { id: 4 } })
    expect(matchesOf(blocked, 'own-rules').map(({ ruleId, won }) => [ruleId, won])).toEqual([
      [4, true],
      [1, false],
    ])
  })

  it('follows aliases to the name that is looked up', () => {
    const rules = [
      rule(1, 'alias', 'suffix', 'old.example', { target: 'new.example' }),
      rule(2, 'rewrite', 'exact', 'a.new.example', { ipv4: ['192.0.2.7'], ipv6: ['2001:db8::7'] }),
    ]
    expect(why({ rules }, 'a.old.example').decision).toMatchObject({
      action: 'alias',
      rule: { id: 1, pattern: 'old.example' },
      finalName: 'a.new.example',
      answer: '192.0.2.7',
    })
  })

  it('ends where aliases run in a circle', () => {
    const rules = [
      rule(1, 'alias', 'exact', 'a.example', { target: 'b.example' }),
      rule(2, 'alias', 'exact', 'b.example', { target: 'a.example' }),
    ]
    expect(why({ rules }, 'a.example').decision.answer).toContain('SERVFAIL')
  })

  it('says when DNS64 makes IPv6 addresses, and when it does not', () => {
    const settings: PolicyFixture['settings'] = (all) => ({
      ...all,
      dns64: { ...all.dns64, enabled: true, excludedNames: ['example.net'] },
    })
    const told = (name: string, qtype: number) => why({ settings }, name, qtype).trace.at(-1)?.detail
    expect(told('www.example.org', 28)).toContain('one is made of its IPv4 address under 64:ff9b::/96 (DNS64)')
    expect(told('www.example.net', 28)).toBe('DNS64 makes no addresses for example.net and what is below it')
    expect(told('www.example.org', 1)).toBe('forwarded to 192.0.2.53')
    const reverse = why({ settings }, `4.4.0.0.0.0.0.0.${'0.'.repeat(16)}b.9.f.f.4.6.0.0.ip6.arpa`, 12)
    expect(reverse.decision).toMatchObject({ action: 'alias', reason: 'dns64', finalName: '68.0.0.0.in-addr.arpa' })
  })

  it('says that blocking is paused', () => {
    const settings: PolicyFixture['settings'] = (all) => ({
      ...all,
      blocking: { ...all.blocking, pausedUntil: NOW_MS + 1000 },
    })
    const explanation = why({ rules: [rule(1, 'block', 'exact', 'example.org')], settings }, 'example.org')
    expect(explanation.decision).toMatchObject({ action: 'none', answer: 'forwarded to 192.0.2.53' })
    expect(explanation.trace.some(({ step }) => step === 'override')).toBe(true)
  })

  it.each([
    ['localhost', 'local', 'special-use-name', '127.0.0.1'],
    ['tv.local', 'local', 'special-use-name', 'NXDOMAIN'],
    ['example.org', 'none', 'none', 'forwarded to 192.0.2.53'],
    ['.', 'none', 'none', 'forwarded to 192.0.2.53'],
  ])('%s: %s', (name, action, reason, answer) => {
    expect(why({}, name).decision).toMatchObject({ action, reason, answer, finalName: name })
  })

  it('names the group', () => {
    expect(why({}, 'example.org', 1, 2).group).toBe('Children')
  })

  it('says what would count at another time, and when', () => {
    const schedules = [
      {
        id: 7,
        name: 'Evening',
        timeZone: 'Europe/Berlin',
        windows: [{ days: ['thu' as const], from: '20:30', until: '22:00' }],
      },
    ]
    const lists = [{ id: 1, schedule: 7, entries: [{ name: 'example.org', match: 'suffix' as const }] }]
    const policy = policyOf({ lists, schedules })
    policy.replaceClients([], [...policy.groups.slice(0, 1), { ...policy.groups[1]!, schedule: 7 }])
    const { trace } = explain(policy, { name: 'www.example.org', qtype: 1, client: clientOf(2), nowMs: NOW_MS })
    const evening = 'Evening (from Thu 1 Jan, 20:30, Europe/Berlin)'
    expect(trace[0]!.detail).toBe(
      `192.0.2.10 belongs to the group Children; its schedule ${evening} does not hold, so that the policy of Everyone counts`,
    )
    expect(trace.filter(({ step }) => step === 'lists')).toMatchObject([
      { outcome: 'passed', detail: 'no list holds it' },
      { outcome: 'resting', detail: `list 1 holds it, but is not in force: its schedule is ${evening}` },
    ])
    const inTheEvening = explain(policy, {
      ...{ name: 'www.example.org', qtype: 1, client: clientOf(2) },
      nowMs: NOW_MS + 20 * 3_600_000,
    })
    expect(inTheEvening.decision).toMatchObject({ action: 'block', list: { id: 1 } })
    expect(inTheEvening.trace.flatMap(({ matches }) => matches)[0]!.why).toBe(
      'the most specific of those that count; its hours are Evening (until Thu 1 Jan, 22:00, Europe/Berlin)',
    )
    expect(inTheEvening.trace[0]!.detail).toBe('192.0.2.10 belongs to the group Children')
  })

  it('says which own rules for the name and the group are not in force, and from when', () => {
    const schedules = [
      {
        ...{ id: 7, name: 'Evening', timeZone: 'Europe/Berlin' },
        windows: [{ days: ['thu' as const], from: '20:30', until: '22:00' }],
      },
    ]
    const rules = [
      rule(1, 'block', 'suffix', 'example.org', { schedule: 7, groups: [2] }),
      rule(2, 'block', 'regex', '^www\\.', { schedule: 7 }),
      rule(3, 'allow', 'exact', 'www.example.org', { schedule: 7, queryTypes: ['AAAA'] }),
      rule(4, 'block', 'suffix', 'example.net', { schedule: 7 }),
    ]
    const policy = policyOf({ rules, schedules })
    const ask = (group: number, nowMs = NOW_MS) =>
      explain(policy, { name: 'www.example.org', qtype: 1, client: clientOf(group), nowMs })
    const evening = 'Evening (from Thu 1 Jan, 20:30, Europe/Berlin)'
    const told = ask(2)
    expect(told.decision).toMatchObject({ action: 'none' })
    const own = told.trace.filter(({ step, outcome }) => step === 'own-rules' && outcome === 'resting')
    expect(own).toHaveLength(1)
    expect(own[0]!.detail).toContain(`is not in force: its schedule is ${evening}`)
    expect(own[0]!.detail).toContain('||example.org^')
    expect(own[0]!.detail).toContain('/^www\\./')
    expect(own[0]!.detail).not.toMatch(/@@|example\.net/)
    // Those that hold for another group, or for another type, would not count at another time either.
    const ofOthers = ask(1).trace.find(({ step, outcome }) => step === 'own-rules' && outcome === 'resting')
    expect(ofOthers!.detail).not.toContain('||example.org^')
    const then = ask(2, NOW_MS + 20 * 3_600_000)
    expect(then.decision).toMatchObject({ action: 'block', rule: { id: 1 } })
    expect(then.trace.find(({ step }) => step === 'own-rules')!.matches[0]!.why).toContain(
      'its hours are Evening (until',
    )
    expect(then.trace.filter(({ outcome }) => outcome === 'resting')).toEqual([])
  })
})
