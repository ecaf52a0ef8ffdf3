import { toWire } from '@weir/shared/dns/domain-name'
import { REASONS } from '@weir/shared/log/outcomes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decide } from './decide.ts'
import { NameScratch } from './name-hash.ts'
import { clientOf, type ListFixture, NOW_MS, policyOf, rule } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

/** The naive matcher: every rule is tried on the text of the name, all matches are sorted by what design section 3 says. */
interface Entry {
  readonly listId: number
  readonly order: number
  readonly rule: RuleRow
}
const MATCHERS: Record<string, (name: string, pattern: string) => boolean> = {
  exact: (name, pattern) => name === pattern,
  suffix: (name, pattern) => name === pattern || name.endsWith(`.${pattern}`),
  subdomains: (name, pattern) => name.endsWith(`.${pattern}`),
  regex: (name, pattern) => new RegExp(pattern).test(name),
}
const RANKS = ['exact', 'suffix', 'subdomains', 'regex']
function naiveWinner(entries: readonly Entry[], name: string, isBlockFirst: boolean, group: number, qtype: string) {
  const level = ({ rule: { action, important } }: Entry): number =>
    (important ? 0 : 2) + ((action === 'allow') !== isBlockFirst ? 0 : 1)
  const depth = ({ rule: { match, pattern } }: Entry): number => (match === 'regex' ? -1 : pattern.split('.').length)
  const keys = (entry: Entry): number[] => [
    level(entry),
    -depth(entry),
    RANKS.indexOf(entry.rule.match),
    entry.order,
    entry.rule.id,
  ]
  const holds = ({ enabled, expiresAt, groups, queryTypes }: RuleRow): boolean =>
    enabled &&
    (expiresAt === null || NOW_MS < expiresAt) &&
    (!groups?.length || groups.includes(group)) &&
    (!queryTypes?.length || queryTypes.includes(qtype))
  return entries
    .filter(({ rule: row }) => holds(row) && MATCHERS[row.match]!(name, row.pattern))
    .map((entry) => ({ entry, key: keys(entry) }))
    .sort((a, b) => a.key.map((k, i) => k - b.key[i]!).find((difference) => difference !== 0) ?? 0)[0]?.entry
}

const label = fc.constantFrom('a', 'b', 'ads', 'cdn')
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const judgement = {
  action: fc.constantFrom('block' as const, 'allow' as const),
  important: fc.boolean(),
}
const conditions = {
  enabled: fc.nat(9).map((n) => n > 0),
  expiresAt: fc.constantFrom(null, null, NOW_MS, NOW_MS + 1),
  groups: fc.constantFrom([], [], [1], [2]),
  queryTypes: fc.constantFrom([], [], ['A'], ['AAAA']),
}
const nameRule = fc.record({
  ...judgement,
  ...conditions,
  match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
  pattern: name,
})
const regexRule = fc.record({
  ...judgement,
  ...conditions,
  match: fc.constant('regex' as const),
  pattern: fc.constantFrom('^ads\\.', 'cdn', 'ads.*cdn$', '^(a|b)+\\.', 'b|cdn\\.a', 'a[b.]*b'),
})
const anyRule = fc.oneof({ weight: 4, arbitrary: nameRule }, { weight: 1, arbitrary: regexRule })
const plainEntry = fc.record({
  name,
  match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
  allows: fc.boolean(),
  important: fc.nat(5).map((n) => n === 0),
})
const list = fc.record({
  kind: fc.constantFrom('block' as const, 'block' as const, 'allow' as const),
  enabled: fc.nat(5).map((n) => n > 0),
  groups: fc.constantFrom([], [], [1], [2]),
  entries: fc.array(plainEntry, { maxLength: 6 }),
  rules: fc.array(anyRule, { maxLength: 2 }),
  position: fc.nat(3),
})

/** Lines of a list as rules of the naive matcher. */
function listEntries(
  lists: readonly Required<Pick<ListFixture, 'id' | 'entries' | 'rules'>>[] & readonly ListFixture[],
  group: number,
): Entry[] {
  const ordered = [...lists].sort((a, b) => a.position! - b.position! || a.id - b.id)
  return ordered
    .filter(({ enabled, groups }) => enabled && (groups!.length === 0 || groups!.includes(group)))
    .flatMap(({ id, kind, entries, rules }) =>
      [
        ...entries.map(({ name: pattern, match, allows, important = false }) =>
          rule(0, allows ? 'allow' : 'block', match, pattern, { important }),
        ),
        ...rules.map((row) => ({ ...row, id: 0 })),
      ].map((row) => ({
        listId: id,
        order: ordered.findIndex((one) => one.id === id) + 1,
        rule: kind === 'allow' ? { ...row, action: 'allow' as const } : row,
      })),
    )
}

describe('decide', () => {
  it('says the same as the naive matcher of any rules, lists and names', () => {
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 8 }),
        fc.array(list, { maxLength: 4 }),
        fc.array(name, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(1, 2),
        (ownParts, listParts, names, isBlockFirst, group) => {
          const rules = ownParts.map((part, i) => rule(i + 1, part.action, part.match, part.pattern, part))
          const lists = listParts.map((part, i) => ({
            ...part,
            id: i + 1,
            rules: part.rules.map((row) => rule(0, row.action, row.match, row.pattern, row)),
          }))
          const precedence = isBlockFirst ? 'block-first' : 'allow-first'
          const policy = policyOf({ rules, lists, settings: (defaults) => ({ ...defaults, precedence }) })
          const decision = new Decision()
          const scratch = new NameScratch()
          for (const asked of names) {
            scratch.read(toWire(asked))
            decide(policy, scratch, 1, clientOf(group), NOW_MS, decision)
            const own = naiveWinner(
              rules.map((row) => ({ listId: 0, order: 0, rule: row })),
              asked,
              isBlockFirst,
              group,
              'A',
            )
            const winner = own ?? naiveWinner(listEntries(lists, group), asked, isBlockFirst, group, 'A')
            const expected = winner ? `${winner.listId === 0 ? 'own-' : 'list-'}${winner.rule.action}` : 'none'
            expect({
              reason: REASONS[decision.reason]!.replace('-rule', ''),
              ruleId: decision.ruleId,
              listId: decision.listId,
              isBlocked: decision.block !== null,
            }).toEqual({
              reason: expected,
              ruleId: winner?.rule.id ?? 0,
              listId: winner?.listId ?? 0,
              isBlocked: winner?.rule.action === 'block',
            })
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
