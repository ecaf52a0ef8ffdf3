/** Random rules, lists, names and clients: the engine says what the reference matcher says. */

import type { RuleInput } from '@weir/shared/contract/rules'
import { toWire } from '@weir/shared/dns/domain-name'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { propertyRuns } from '@weir/shared/property-runs'
import { checkRule } from '@weir/shared/rules/check-rule'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Decision, DecisionAction } from '../query/decision.ts'
import { decide } from './decide.ts'
import type { ListEntryFixture, ListFixture } from './lists.fixture.ts'
import { NameScratch } from './name-hash.ts'
import { clientOf, NOW_MS, policyOf } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'
import { type Placed, referenceVerdict, type Verdict } from './reference-matcher.fixture.ts'

const label = fc.constantFrom('a', 'b', 'ads', 'cdn')
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const conditions = {
  important: fc.boolean(),
  enabled: fc.nat(9).map((n) => n > 0),
  expiresAt: fc.constantFrom(null, null, NOW_MS, NOW_MS + 1),
  groups: fc.constantFrom([], [], [1], [2]),
  queryTypes: fc.constantFrom([], [], ['A'], ['AAAA'], ['~A'], ['A', '~AAAA']),
  clients: seldom(
    fc.constantFrom(['192.0.2.10'], ['192.0.2.0/24', '~192.0.2.10'], ['~children'], ['Everyone', '198.51.100.0/24']),
  ),
  clientTags: seldom(fc.constantFrom(['children'], ['~children'], ['everyone', 'children'])),
  exceptNames: seldom(fc.array(name, { minLength: 1, maxLength: 2 })),
}
const names = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
      pattern: name,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ match: 'suffix' as const, pattern: '.' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      match: fc.constant('regex' as const),
      pattern: fc.constantFrom('^ads\\.', 'cdn', 'ads.*cdn$', '^(a|b)+\\.', 'b|cdn\\.a', 'a[b.]*b'),
    }),
  },
)
const effect = fc.oneof(
  { weight: 4, arbitrary: fc.record({ action: fc.constantFrom('block' as const, 'allow' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ action: fc.constantFrom('allow' as const, 'block' as const), yields: fc.constant(true) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ action: fc.constant('block' as const), badfilter: fc.constant(true) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constant('allow' as const),
      exceptRewrite: fc.constantFrom('', '192.0.2.1', 'NXDOMAIN'),
    }),
  },
)
const answers = fc.record({
  action: fc.constant('rewrite' as const),
  rcode: fc.constantFrom(undefined, undefined, 'NXDOMAIN'),
  overridesBlock: fc.boolean(),
})
type Part = Record<string, unknown> & { match: string }

/** As it is stored; undefined for what cannot be saved. */
function rowOf(parts: Part, id: number): RuleRow | undefined {
  const said = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== false))
  const isAnswer = said['action'] === 'rewrite' && said['rcode'] === undefined
  const checked = checkRule({ ...said, ...(isAnswer && { ipv4: ['192.0.2.1'] }) } as unknown as RuleInput)
  if (!checked.ok) return undefined
  // A switch that is off is not among what was said.
  return { ...checked.value, enabled: parts['enabled'] !== false, id }
}
const partOf = (kind: fc.Arbitrary<object>): fc.Arbitrary<Part> =>
  fc.tuple(names, kind, fc.record(conditions), fc.boolean()).map(([which, what, when, inverted]) => ({
    ...which,
    ...what,
    ...when,
    ...(which.match === 'regex' && { inverted }),
  }))
const forwards = fc.constant({ action: 'forward', servers: ['192.0.2.53'] })
const ownPart = partOf(
  fc.oneof({ weight: 8, arbitrary: effect }, { weight: 2, arbitrary: answers }, { weight: 1, arbitrary: forwards }),
)
const listPart = partOf(
  fc.oneof(
    { weight: 4, arbitrary: effect },
    { weight: 1, arbitrary: fc.constant({ action: 'rewrite', rcode: 'NXDOMAIN', overridesBlock: true }) },
  ),
)
const plainEntry = fc.record({
  name,
  match: fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
  allows: fc.boolean(),
  important: fc.nat(5).map((n) => n === 0),
})
const list = fc.record({
  enabled: fc.nat(5).map((n) => n > 0),
  groups: fc.constantFrom([], [], [1], [2]),
  entries: fc.array(plainEntry, { maxLength: 6 }),
  parts: fc.array(listPart, { maxLength: 3 }),
  position: fc.nat(3),
})

const partOfEntry = ({ name: pattern, match, allows, important }: ListEntryFixture): Part => ({
  action: allows ? 'allow' : 'block',
  match,
  pattern,
  important: important ?? false,
})

type List = ListFixture & Required<Pick<ListFixture, 'entries' | 'rules'>>

/** Lines of the lists that are on for the group, as rules. */
function placed(lists: readonly List[], groupId: number): Placed[] {
  const ordered = [...lists].sort((a, b) => a.position! - b.position! || a.id - b.id)
  return ordered
    .filter(({ enabled, groups }) => enabled && (groups!.length === 0 || groups!.includes(groupId)))
    .flatMap(({ id, entries, rules }) =>
      [...entries.map((entry) => rowOf(partOfEntry(entry), 0)!), ...rules.map((row) => ({ ...row, id: 0 }))].map(
        (row) => ({ listId: id, order: ordered.findIndex((one) => one.id === id) + 1, rule: row }),
      ),
    )
}

function verdictOf({ action, ruleId, listId, block }: Decision): Verdict {
  const kind =
    block !== null
      ? 'block'
      : action === DecisionAction.LocalAnswer
        ? 'answer'
        : action === DecisionAction.Allow
          ? 'allow'
          : 'none'
  return { kind, ruleId, listId }
}

const GROUPS = ['Everyone', 'Children']
const TYPES = ['A', 'AAAA', 'TXT']

it('says the same as the reference matcher, whatever the rules, lists, names, types and clients, in memory and on disk', () => {
  fc.assert(
    fc.property(
      fc.array(ownPart, { maxLength: 8 }),
      fc.array(list, { maxLength: 3 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 2),
      fc.constantFrom(...TYPES),
      fc.constantFrom('192.0.2.10', '192.0.2.11', '198.51.100.7'),
      fc.constantFrom(undefined, undefined, [], [1], [2, 3], [1, 2, 3]),
      (ownParts, listParts, asked, isBlockFirst, hasTwins, groupId, type, client, onDisk) => {
        // Random rules are seldom equal, which `badfilter` asks for: one of each list and one own rule get their counterpart.
        const twins = [ownParts[0], ...listParts.map(({ parts }) => parts[0])].flatMap((part) =>
          part ? [{ ...part, badfilter: true }] : [],
        )
        const plainTwins = listParts.flatMap(({ entries: [entry] }): Part[] =>
          entry && hasTwins ? [{ ...partOfEntry(entry), badfilter: true }] : [],
        )
        const all = hasTwins ? [...ownParts, ...twins, ...plainTwins] : ownParts
        const rules = all.flatMap((part, i) => rowOf(part, i + 1) ?? [])
        const lists = listParts.map(({ parts, ...rest }, i): List => {
          const rows = parts.flatMap((part) => rowOf({ ...part, enabled: true }, 0) ?? [])
          return { ...rest, id: i + 1, rules: rows }
        })
        const precedence = isBlockFirst ? 'block-first' : 'allow-first'
        const policy = policyOf({
          rules,
          lists,
          settings: (defaults) => ({ ...defaults, precedence }),
          ...(onDisk && { onDisk }),
        })
        const decision = new Decision()
        const scratch = new NameScratch()
        for (const one of asked) {
          scratch.read(toWire(one))
          decide(policy, scratch, parseRrType(type)!, clientOf(groupId, client), NOW_MS, decision)
          const question = { name: one, type, groupId, groupName: GROUPS[groupId - 1]!, client }
          const own = rules.map((row) => ({ listId: 0, order: 0, rule: row }))
          expect(verdictOf(decision)).toEqual(referenceVerdict(own, placed(lists, groupId), question, isBlockFirst))
        }
      },
    ),
    propertyRuns(900),
  )
})
