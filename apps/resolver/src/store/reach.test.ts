import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ListFixture } from '../rules/lists.fixture.ts'
import { NameScratch } from '../rules/name-hash.ts'
import { clientOf, compileLists, configOf, NOW_MS, rule } from '../rules/policy.fixture.ts'
import { Policy } from '../rules/policy.ts'
import type { ConfigData, RuleRow, RuleSetRow } from '../rules/policy-data.ts'
import { draftOf } from './draft-config.ts'
import { Reach } from './reach.ts'
import { effectOf, SimulatedSide } from './simulated-side.ts'

const NAMES = [
  'example.org',
  'ads.example.org',
  'www.ads.example.org',
  'example.net',
  'www.example.net',
  'org',
  'www.bing.com',
]
const PTR = '99.2.0.192.in-addr.arpa'
const name = fc.constantFrom(...NAMES)

const ownRule: fc.Arbitrary<RuleRow> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('block' as const, 'allow' as const),
      fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
      name,
      fc.record({ important: fc.boolean(), groups: fc.constantFrom([], [2]), enabled: fc.boolean() }),
    )
    .map(([action, match, pattern, more]) => rule(0, action, match, pattern, more)),
  name.map((pattern) => rule(0, 'block', 'regex', `^${pattern.replaceAll('.', '\\.')}$`)),
  name.map((pattern) => rule(0, 'block', 'regex', `^${pattern.replaceAll('.', '\\.')}$`, { inverted: true })),
  name.map((pattern) => rule(0, 'block', 'suffix', pattern, { badfilter: true })),
  name.map((pattern) => rule(0, 'rewrite', 'exact', pattern, { ipv4: ['192.0.2.99'], ipv6: [] })),
  name.map((pattern) => rule(0, 'forward', 'suffix', pattern, { servers: ['198.51.100.53'] })),
  fc.tuple(name, name).map(([pattern, target]) => rule(0, 'alias', 'exact', pattern, { target })),
  fc.tuple(name, name).map(([pattern, target]) => rule(0, 'alias', 'suffix', pattern, { target })),
)
const rules = fc.array(ownRule, { maxLength: 6 }).map((rows) => rows.map((row, i) => ({ ...row, id: i + 1 })))
const entry = fc.record({ name, match: fc.constantFrom('exact' as const, 'suffix' as const), important: fc.boolean() })
const list = (id: number): fc.Arbitrary<ListFixture> =>
  fc.record({
    ...{ id: fc.constant(id), kind: fc.constantFrom('block' as const, 'allow' as const), enabled: fc.boolean() },
    ...{ entries: fc.array(entry, { maxLength: 4 }), rules: fc.array(ownRule, { maxLength: 2 }) },
  })
const ruleSets: fc.Arbitrary<RuleSetRow[]> = fc.subarray([
  { kind: 'safe-search', id: 'bing', enabled: true, groups: [], answer: null },
  { kind: 'service', id: 'bing', enabled: true, groups: [2], answer: null },
])
const change = fc.oneof(
  fc.record({ kind: fc.constant('rule' as const), rule: ownRule }),
  fc.record({ kind: fc.constant('rule' as const), id: fc.constant(1), rule: fc.constant(null) }),
  fc.record({ kind: fc.constant('list' as const), id: fc.constant(1), enabled: fc.boolean() }),
  fc.record({ kind: fc.constant('list' as const), id: fc.constant(2), isDeleted: fc.constant(true) }),
  fc.record({ kind: fc.constant('service' as const), id: fc.constant('youtube'), enabled: fc.boolean() }),
  fc.record({ kind: fc.constant('safe-search' as const), id: fc.constant('bing'), enabled: fc.boolean() }),
)

function policyOf(config: ConfigData, lists: readonly ListFixture[]): Policy {
  const policy = new Policy(config.settings)
  policy.replaceIndex(compileLists(lists))
  policy.apply(config)
  return policy
}

/** Names in no reach that are decided as now, for everybody. */
function leftAlone(now: ConfigData, drafted: ConfigData, lists: readonly ListFixture[], changes: never[]): number {
  const policies = { now: policyOf(now, lists), drafted: policyOf(drafted, lists) }
  const reach = new Reach(policies.now)
  reach.addChanges(changes, now, drafted, compileLists(lists))
  const sides = [new SimulatedSide(policies.now, now), new SimulatedSide(policies.drafted, drafted)] as const
  const scratch = new NameScratch()
  const left = [...NAMES, PTR, 'www.youtube.com', 'elsewhere.example'].filter((one) => {
    scratch.read(toWire(one))
    return !reach.hasNames || !reach.touches(scratch)
  })
  for (const one of left)
    for (const [groupId, qtype] of QUESTIONS) {
      for (const side of sides) side.judge(toWire(one), qtype, clientOf(groupId), NOW_MS)
      expect([one, effectOf(sides[0], sides[1], qtype)]).toEqual([one, null])
    }
  return left.length
}

const QUESTIONS = [1, 2].flatMap((groupId) =>
  [RrType.A, RrType.PTR, RrType.DS].map((qtype) => [groupId, qtype] as const),
)

it('decides as now whatever it says is out of reach, for everybody', () => {
  let outOfReach = 0
  fc.assert(
    fc.property(rules, list(1), list(2), ruleSets, change, (own, first, second, sets, drafted) => {
      const lists = [first, second]
      const now = configOf({ rules: own, lists, ruleSets: sets })
      fc.pre(own.length > 0)
      const draft = draftOf(now, [drafted as never])
      if (typeof draft === 'string') throw new Error(draft)
      // A list that is switched on is read anew, from a database.
      fc.pre(draft.contents.length === 0)
      outOfReach += leftAlone(now, draft.config, lists, [drafted as never])
    }),
    { numRuns: 300 },
  )
  expect(outOfReach).toBeGreaterThan(500)
})
