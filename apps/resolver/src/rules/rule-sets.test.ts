import { Explanation } from '@weir/shared/contract/explain'
import { toWire } from '@weir/shared/dns/domain-name'
import { REASONS } from '@weir/shared/log/outcomes'
import { ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import { describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from './decide.ts'
import { explain, type RuleExplanation } from './explain.ts'
import { CLIENT, clientOf, compileLists, NOW_MS, type PolicyFixture, policyOf, rule } from './policy.fixture.ts'
import type { RuleSetRow } from './policy-data.ts'

const on = (kind: RuleSetRow['kind'], id: string, more: Partial<RuleSetRow> = {}): RuleSetRow => ({
  kind,
  id,
  enabled: true,
  groups: [],
  answer: null,
  ...more,
})
const youtube = on('service', 'youtube')
const A = 1

function why(fixture: PolicyFixture, name: string, groupId = 1): RuleExplanation {
  const explanation = explain(policyOf(fixture), { name, qtype: A, client: clientOf(groupId), nowMs: NOW_MS })
  return Explanation.omit({ policy: true, now: true, logged: true }).parse(explanation)
}

describe('services', () => {
  it('are named in "why?", with what lost against them', () => {
    const blockList = { id: 7, name: 'Videos', entries: [{ name: 'youtube.com', match: 'suffix' as const }] }
    const { decision, trace } = why({ ruleSets: [youtube], lists: [blockList] }, 'www.youtube.com')
    // Lists stand before services, in their order.
    expect(decision).toMatchObject({ reason: 'list-block', list: { name: 'Videos' }, ruleSet: null })
    expect(trace.find(({ step }) => step === 'lists')?.matches).toMatchObject([
      { won: true, listName: 'Videos', ruleSet: null },
      { won: false, listName: null, listId: null, ruleSet: { kind: 'service', id: 'youtube', name: 'YouTube' } },
    ])
    expect(why({ ruleSets: [youtube] }, 'www.youtube.com').decision).toMatchObject({
      action: 'block',
      reason: 'service-block',
      list: null,
      ruleSet: { kind: 'service', id: 'youtube', name: 'YouTube' },
      answer: '0.0.0.0',
    })
  })

  it.each<[what: string, fixture: PolicyFixture, reason: string]>([
    ['own allow rule', { rules: [rule(1, 'allow', 'suffix', 'youtube.com')] }, 'own-allow-rule'],
    [
      'allow list',
      { lists: [{ id: 7, kind: 'allow', entries: [{ name: 'youtube.com', match: 'suffix' }] }] },
      'list-allow',
    ],
    [
      'own local answer',
      { rules: [rule(1, 'rewrite', 'suffix', 'youtube.com', { ipv4: ['192.0.2.7'] })] },
      'local-answer-rule',
    ],
  ])('give way to an %s', (_, fixture, reason) => {
    expect(why({ ...fixture, ruleSets: [youtube] }, 'www.youtube.com').decision.reason).toBe(reason)
  })

  it.each<[what: string, set: RuleSetRow, group: number, reason: string]>([
    ['everyone', youtube, 2, 'service-block'],
    ['its groups', on('service', 'youtube', { groups: [2] }), 2, 'service-block'],
    ['no other group', on('service', 'youtube', { groups: [2] }), 1, 'none'],
    ['nobody when it is off', on('service', 'youtube', { enabled: false }), 1, 'none'],
    ['nobody when this Weir does not know it', on('service', 'of-a-newer-weir'), 1, 'none'],
  ])('hold for %s', (_, set, group, reason) => {
    expect(why({ ruleSets: [set] }, 'youtu.be', group).decision.reason).toBe(reason)
  })

  it('stay in force when the index comes with another key', () => {
    const policy = policyOf({ ruleSets: [youtube, on('safe-search', 'bing')] })
    policy.replaceIndex(compileLists([{ id: 7 }], new Uint8Array(32).fill(99)))
    const reasonOf = (name: string) => {
      const decision = new Decision()
      decideName(policy, toWire(name), A, CLIENT, NOW_MS, decision)
      return `${REASONS[decision.reason]} ${ruleSetOfListId(decision.listId)?.id}`
    }
    expect(reasonOf('i.ytimg.com')).toBe('service-block youtube')
    expect(reasonOf('www.bing.com')).toBe('safe-search bing')
  })
})

describe('safe search', () => {
  it('is named in "why?", with the host it leads to', () => {
    const { decision, trace } = why({ ruleSets: [on('safe-search', 'google')] }, 'www.google.de')
    expect(decision).toMatchObject({
      action: 'alias',
      reason: 'safe-search',
      list: null,
      ruleSet: { kind: 'safe-search', id: 'google', name: 'Google' },
      finalName: 'forcesafesearch.google.com',
    })
    const step = trace.find((one) => one.step === 'safe-search')
    expect(step?.detail).toBe('safe search of Google leads it to forcesafesearch.google.com')
    expect(step?.matches).toMatchObject([{ won: true, ruleSet: { id: 'google' } }])
  })

  it('is lifted by an own allow rule, not by an allow list', () => {
    const ruleSets = [on('safe-search', 'google')]
    const rules = [rule(1, 'allow', 'exact', 'www.google.com')]
    const allowList = { id: 7, kind: 'allow' as const, entries: [{ name: 'google.com', match: 'suffix' as const }] }
    expect(why({ ruleSets, rules }, 'www.google.com').decision.reason).toBe('own-allow-rule')
    expect(why({ ruleSets, lists: [allowList] }, 'www.google.com').decision.reason).toBe('safe-search')
  })
})

describe('block answers', () => {
  it('come from the rule, else the list, else the group, else the global settings', () => {
    const fixture: PolicyFixture = {
      childrenAnswer: { kind: 'refused' },
      lists: [
        { id: 7, entries: [{ name: 'plain.example', match: 'suffix' }] },
        { id: 8, answer: { kind: 'nodata' }, entries: [{ name: 'list.example', match: 'suffix' }] },
      ],
      rules: [
        rule(1, 'block', 'exact', 'own.example', { answer: { kind: 'nxdomain' } }),
        rule(2, 'block', 'exact', 'bare.example'),
      ],
    }
    const answers = (group: number) =>
      ['own.example', 'list.example', 'plain.example', 'bare.example'].map(
        (name) => why(fixture, name, group).decision.answer,
      )
    expect(answers(1)).toEqual(['NXDOMAIN', 'NODATA', '0.0.0.0', '0.0.0.0'])
    expect(answers(2)).toEqual(['NXDOMAIN', 'NODATA', 'REFUSED', 'REFUSED'])
  })
})
