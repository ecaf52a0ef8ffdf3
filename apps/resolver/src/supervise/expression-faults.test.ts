import { describe, expect, it } from 'vitest'
import { ask } from '../rules/asked.fixture.ts'
import { MAX_ATTEMPTS, MAX_UNFILTERED_PATTERNS } from '../rules/pattern-rules.ts'
import { policyOf, rule } from '../rules/policy.fixture.ts'
import { cutSearchesOf, skippedExpressionsOf } from '../rules/policy-figures.ts'
import { expressionFaults, listFaults } from './expression-faults.ts'

const without = (id: number) => rule(id, 'block', 'regex', `^[a-z]{${(id % 60) + 1}}[0-9]{${(id % 7) + 1}}$`)
const many = (count: number, make: (id: number) => ReturnType<typeof rule>) =>
  Array.from({ length: count }, (_, i) => make(i + 1))
const NONE = { cutSearches: 0, skipped: [] }

describe('regular expressions that do not act', () => {
  it('are nothing to tell of while all do', () => {
    const policy = policyOf({
      rules: many(MAX_UNFILTERED_PATTERNS, without),
      lists: [{ id: 7, rules: many(MAX_UNFILTERED_PATTERNS, without) }],
    })
    expect(expressionFaults(policy, NONE)).toEqual([])
  })

  it('are told by list, and of own rules, with what helps', () => {
    const policy = policyOf({
      rules: many(MAX_UNFILTERED_PATTERNS + 1, without),
      lists: [{ id: 7, name: 'Everything', rules: many(MAX_UNFILTERED_PATTERNS + 1500, without) }],
    })
    expect(expressionFaults(policy, NONE)).toEqual([
      expect.stringMatching(/^own rules: 1 regular expression does not act, .* 500 .*Write names instead/),
      expect.stringMatching(/^list 'Everything': 1,500 regular expressions do not act, .*Switch the list off/),
    ])
    expect(listFaults(policy, NONE)).toEqual([
      { listId: 7, detail: expect.stringMatching(/^1,500 regular expressions do not act, .*Switch the list off/) },
    ])
  })

  it('are forgotten with the rule, and with the list', () => {
    const policy = policyOf({
      rules: many(MAX_UNFILTERED_PATTERNS + 1, without),
      lists: [{ id: 7, rules: many(MAX_UNFILTERED_PATTERNS + 1, without) }],
    })
    policy.applyRules({ kind: 'delta', changed: [], deleted: [MAX_UNFILTERED_PATTERNS + 1] })
    policy.replaceIndex(null)
    expect(expressionFaults(policy, NONE)).toEqual([])
  })

  it('on some names only are told by how often, with the list that most are of', () => {
    const wide = (id: number) => rule(id, 'block', 'regex', `^www\\.example[a-z]{${(id % 60) + 1},}[0-9]`)
    const policy = policyOf({
      rules: many(2, wide),
      lists: [
        { id: 7, name: 'Narrow', rules: many(3, wide) },
        { id: 8, name: 'Wide', rules: many(MAX_ATTEMPTS + 10, wide) },
      ],
    })
    for (let i = 0; i < 3; i++) ask(policy, 'www.exampleq.example.org')
    const cut = { cutSearches: cutSearchesOf(policy), skipped: skippedExpressionsOf(policy) }
    expect(cut).toEqual({ cutSearches: 3, skipped: [[8, 39]] })
    expect(expressionFaults(policy, cut)).toEqual([
      expect.stringMatching(/^3 times a name was tried against no more than 500 .* are of list 'Wide'\. Switch/),
    ])
    expect(listFaults(policy, cut)).toEqual([
      { listId: 8, detail: expect.stringMatching(/^39 times one of its regular expressions was not tried/) },
    ])
  })
})
