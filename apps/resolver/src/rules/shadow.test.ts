import { toWire } from '@weir/shared/dns/domain-name'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerText } from './answer-text.ts'
import { explain } from './explain.ts'
import { Judge } from './judge.ts'
import type { ListFixture } from './lists.fixture.ts'
import { CLIENT, clientOf, NOW_MS, type PolicyFixture, policyOf, rule } from './policy.fixture.ts'
import type { Policy } from './policy.ts'
import type { RuleRow, RuleSetRow } from './policy-data.ts'

const LABELS = ['a', 'b', 'www']
const NAMES = ['x.example', 'a.x.example', 'b.x.example', 'www.a.x.example', 'y.example', 'a.y.example']
/** Of a service, of two modes of safe search, and of both. */
const SET_NAMES = ['youtu.be', 'www.bing.com', 'www.youtube.com']
const ASKED = [...NAMES, ...SET_NAMES]
const QTYPES = [1, 5, 28]

const oneRule = fc.record({
  action: fc.constantFrom('block', 'block', 'allow', 'rewrite', 'alias', 'forward', 'badfilter', 'first'),
  match: fc.constantFrom('exact', 'suffix', 'subdomains', 'regex') as fc.Arbitrary<RuleRow['match']>,
  name: fc.constantFrom(...NAMES),
  important: fc.boolean(),
  shadow: fc.boolean(),
  groups: fc.constantFrom([], [], [2]),
})
type OneRule = typeof oneRule extends fc.Arbitrary<infer T> ? T : never

function rowOf({ action, match, name, important, shadow, groups }: OneRule, id: number): RuleRow {
  const more = { important, groups, ...(shadow && { shadow: true as const }) }
  const pattern = match === 'regex' ? name.replaceAll('.', '\\.') : name
  switch (action) {
    case 'alias':
      return rule(id, 'alias', 'exact', name, { ...more, important: false, target: 'z.example' })
    case 'rewrite':
      return rule(id, 'rewrite', match, pattern, { ...more, important: false, ipv4: ['192.0.2.7'], ipv6: [] })
    case 'first':
      return rule(id, 'rewrite', match, pattern, { ...more, ipv4: ['192.0.2.8'], ipv6: [], overridesBlock: true })
    case 'forward':
      return rule(id, 'forward', match, pattern, { ...more, important: false, servers: ['192.0.2.99'] })
    case 'badfilter':
      return rule(id, 'block', match, pattern, { ...more, badfilter: true })
    default:
      return rule(id, action as 'block' | 'allow', match, pattern, more)
  }
}

const oneList = fc.record({
  kind: fc.constantFrom('block', 'block', 'allow') as fc.Arbitrary<'block' | 'allow'>,
  shadow: fc.boolean(),
  groups: fc.constantFrom([], [2]),
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }),
  match: fc.constantFrom('exact', 'suffix', 'subdomains') as fc.Arbitrary<'exact' | 'suffix' | 'subdomains'>,
  regex: fc.option(fc.constantFrom(...LABELS)),
})
type OneList = typeof oneList extends fc.Arbitrary<infer T> ? T : never

const listOf = ({ kind, shadow, groups, names, match, regex }: OneList, id: number): ListFixture => ({
  ...{ id, kind, shadow, groups },
  entries: names.map((name) => ({ name, match, allows: kind === 'allow' })),
  rules: regex === null ? [] : [rule(0, kind, 'regex', `^${regex}\\.`)],
})

const oneSet = fc.record({
  set: fc.constantFrom(
    { kind: 'service', id: 'youtube' },
    { kind: 'safe-search', id: 'bing' },
    { kind: 'safe-search', id: 'youtube-strict' },
    { kind: 'safe-search', id: 'youtube-moderate' },
  ) as fc.Arbitrary<Pick<RuleSetRow, 'kind' | 'id'>>,
  enabled: fc.constantFrom(true, true, false),
  groups: fc.constantFrom([], [2]),
  shadow: fc.boolean(),
})
type OneSet = typeof oneSet extends fc.Arbitrary<infer T> ? T : never

const setOf = ({ set, ...row }: OneSet): RuleSetRow => ({ ...set, ...row, answer: null })

/** What is decided, in words. */
function ask(policy: Policy, name: string, qtype: number, groupId: number): string {
  const judge = new Judge()
  judge.judge(policy, toWire(name), qtype, clientOf(groupId), NOW_MS)
  const { first, last } = judge
  const tcp = last.isTcpOnly ? ' over TCP' : ''
  return `${first.action} ${first.reason} ${first.ruleId} ${first.listId} ${answerText(last, qtype)}${tcp}`
}

function askTrial(policy: Policy, name: string, qtype: number, groupId: number): string {
  policy.scratch.isTrial = true
  try {
    return ask(policy, name, qtype, groupId)
  } finally {
    policy.scratch.isTrial = false
  }
}

/** Without the parts that only record; with all of them acting. */
const withoutShadow = ({ rules = [], lists = [], ruleSets = [], onDisk = [] }: PolicyFixture): PolicyFixture => ({
  rules: rules.filter(({ shadow }) => !shadow),
  lists: lists.map((list) => (list.shadow ? { ...list, enabled: false } : list)),
  ruleSets: ruleSets.filter(({ shadow }) => !shadow),
  onDisk,
})
const withShadowActing = ({ rules = [], lists = [], ruleSets = [], onDisk = [] }: PolicyFixture): PolicyFixture => ({
  rules: rules.map(({ shadow: _, ...row }) => row),
  lists: lists.map((list) => ({ ...list, shadow: false })),
  ruleSets: ruleSets.map((row) => ({ ...row, shadow: false })),
  onDisk,
})

describe('rules, lists and services that only record', () => {
  it('never change a decision, and a trial decides as if they acted', () => {
    const policies = fc.record({
      rules: fc.array(oneRule, { maxLength: 8 }),
      lists: fc.array(oneList, { maxLength: 3 }),
      sets: fc.uniqueArray(oneSet, { maxLength: 4, selector: ({ set }) => set.id }),
      isOnDisk: fc.boolean(),
    })
    let questions = 0
    let differing = 0
    fc.assert(
      fc.property(policies, ({ rules, lists, sets, isOnDisk }) => {
        const fixture: PolicyFixture = {
          rules: rules.map((one, i) => rowOf(one, i + 1)),
          lists: lists.map((one, i) => listOf(one, i + 1)),
          ruleSets: sets.map(setOf),
          ...(isOnDisk && { onDisk: lists.map((_, i) => i + 1).filter((id) => id % 2 === 1) }),
        }
        const mixed = policyOf(fixture)
        const bare = policyOf(withoutShadow(fixture))
        const whole = policyOf(withShadowActing(fixture))
        for (const name of ASKED)
          for (const qtype of QTYPES)
            for (const groupId of [1, 2]) {
              questions++
              mixed.scratch.sawShadow = false
              const real = ask(mixed, name, qtype, groupId)
              const { sawShadow } = mixed.scratch
              const trial = askTrial(mixed, name, qtype, groupId)
              expect(real).toBe(ask(bare, name, qtype, groupId))
              expect(trial).toBe(ask(whole, name, qtype, groupId))
              // Where nothing was seen, no trial is made.
              if (trial !== real) {
                differing++
                expect(sawShadow).toBe(true)
              }
            }
      }),
      { numRuns: 250, seed: 11 },
    )
    expect(questions).toBeGreaterThan(8000)
    expect(differing).toBeGreaterThan(500)
  })

  it('are seen only where they match and hold', () => {
    const policy = policyOf({ rules: [rule(1, 'block', 'suffix', 'x.example', { shadow: true, groups: [2] })] })
    for (const [name, client, sees] of [
      ['y.example', clientOf(2), false],
      ['x.example', CLIENT, false],
      ['x.example', clientOf(2), true],
    ] as const) {
      policy.scratch.sawShadow = false
      new Judge().judge(policy, toWire(name), 1, client, NOW_MS)
      expect(policy.scratch.sawShadow, name).toBe(sees)
    }
  })
})

describe('why', () => {
  const why = (policy: Policy, name: string, targets: readonly string[] = []) =>
    explain(policy, { name, qtype: 1, client: CLIENT, nowMs: NOW_MS, targets })
  const list: ListFixture = { id: 1, shadow: true, entries: [{ name: 'x.example', match: 'suffix' }] }

  it('says what would be done, by what, and that nothing is', () => {
    const told = why(policyOf({ lists: [list] }), 'a.x.example')
    expect(told.decision).toMatchObject({ action: 'none', list: null })
    expect(told.shadow).toEqual({ effect: 'blocked', answer: '0.0.0.0', ruleId: null, listId: 1, ruleSet: null })
    const step = told.trace.at(-1)!
    expect(step).toMatchObject({ step: 'shadow', detail: 'only recorded: it would be blocked (0.0.0.0)' })
    expect(step.matches).toMatchObject([{ listId: 1, won: false, why: 'only recorded: it would have decided' }])
  })

  it('says so of what would change nothing, and nothing of what does not match', () => {
    const policy = policyOf({
      rules: [rule(1, 'allow', 'suffix', 'x.example', { shadow: true }), rule(2, 'block', 'exact', 'y.example')],
      lists: [{ ...list, shadow: false, enabled: false }],
    })
    expect(why(policy, 'y.example').shadow).toBeNull()
    expect(why(policy, 'y.example').trace.some(({ step }) => step === 'shadow')).toBe(false)
    const told = why(policy, 'x.example')
    expect(told.shadow).toBeNull()
    expect(told.trace.at(-1)).toMatchObject({ step: 'shadow', matches: [{ ruleId: 1 }] })
  })

  it('names the service, or the safe search, that would have decided', () => {
    const onTrial = { enabled: true, groups: [], answer: null, shadow: true }
    const service = policyOf({ ruleSets: [{ kind: 'service', id: 'youtube', ...onTrial }] })
    const blocked = why(service, 'youtu.be')
    expect(blocked.decision).toMatchObject({ action: 'none', ruleSet: null })
    expect(blocked.shadow).toMatchObject({
      effect: 'blocked',
      listId: null,
      ruleSet: { kind: 'service', id: 'youtube' },
    })
    const engine = policyOf({ ruleSets: [{ kind: 'safe-search', id: 'bing', ...onTrial }] })
    const led = why(engine, 'www.bing.com')
    expect(led.decision).toMatchObject({ action: 'none', finalName: 'www.bing.com' })
    expect(led.shadow).toMatchObject({ effect: 'rewritten', ruleSet: { kind: 'safe-search', id: 'bing' } })
    expect(led.trace.at(-1)!.matches).toMatchObject([{ ruleSet: { id: 'bing' }, won: false }])
  })

  it('looks at what the answer leads to', () => {
    const told = why(policyOf({ lists: [list] }), 'www.y.example', ['a.x.example'])
    expect(told.shadow).toMatchObject({ effect: 'blocked', listId: 1 })
  })
})
