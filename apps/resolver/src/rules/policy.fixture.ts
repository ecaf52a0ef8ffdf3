/** Policies for tests: rules and lists in a few words. */
import type { BlockAnswer } from '@weir/shared/contract/block-answer'
import type { RuleInput } from '@weir/shared/contract/rules'
import { defaultSettings, type Settings } from '@weir/shared/contract/settings'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { nameClass } from '@weir/shared/lists/name-class'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { QueryClient } from '../query/query-client.ts'
import { ClientLabelTable } from './client-labels.ts'
import { IndexBuilder } from './compile-index.ts'
import { GroupTable } from './group-table.ts'
import { type ListFixture, reversedOctets } from './lists.fixture.ts'
import { MatchScratch } from './match-scratch.ts'
import type { NameOctets } from './name-hash.ts'
import { Policy } from './policy.ts'
import type {
  CompiledIndex,
  ConfigData,
  ListRuleRow,
  OverrideRow,
  RuleRow,
  RuleSetRow,
  ScheduleRow,
} from './policy-data.ts'
import { ScheduleStates } from './schedule-states.ts'
import { compileTier } from './tier.fixture.ts'

export const NOW_MS = Date.UTC(2026, 0, 1)
export const UPSTREAM = '192.0.2.53'

/** A client of a group; its address is 192.0.2.10 unless said. */
export const clientOf = (groupId: number, address = '192.0.2.10'): QueryClient => ({
  groupId,
  clientAddress: toMapped(parseAddress(address)!),
})
/** Of "Everyone". */
export const CLIENT = clientOf(1)

/** A rule that is on, for everyone and for ever. */
export const rule = (
  id: number,
  action: RuleRow['action'],
  match: RuleRow['match'],
  pattern: string,
  more: Partial<RuleRow> = {},
): RuleRow => ({
  id,
  action,
  match,
  pattern,
  enabled: true,
  important: false,
  ttlSeconds: null,
  expiresAt: null,
  ...more,
})

/** A rule as it is stored when the API takes it. @throws Error when it is refused */
export function rowOf(input: RuleInput, id: number): RuleRow {
  const checked = checkRule(input)
  if (!checked.ok) throw new Error(checked.error.map(({ message }) => message).join())
  return { ...checked.value, id }
}

export function compileLists(lists: readonly ListFixture[], key = new Uint8Array(32).fill(7)): CompiledIndex {
  const names = lists.reduce((sum, { entries = [] }) => sum + entries.length, 0)
  const builder = new IndexBuilder(names, key, 1)
  for (const [number, { entries = [] }] of lists.entries())
    for (const { name, match, allows = false, important = false } of entries) {
      const octets = reversedOctets(name)
      builder.add(octets, 0, octets.length, number, nameClass(allows ? 'allow' : 'block', match, important))
    }
  const listRules = lists.flatMap(({ id, rules = [] }) =>
    rules.map((row, line): ListRuleRow => ({ listId: id, line, rule: { ...row, id: 0 } })),
  )
  return builder.finish(
    lists.map(({ id, entries = [] }) => ({ listId: id, versionId: id, names: entries.length })),
    listRules,
  )
}

export interface PolicyFixture {
  readonly rules?: readonly RuleRow[]
  readonly lists?: readonly ListFixture[]
  readonly overrides?: readonly OverrideRow[]
  readonly schedules?: readonly ScheduleRow[]
  readonly ruleSets?: readonly RuleSetRow[]
  readonly settings?: (defaults: Settings) => Settings
  /** Block answer of group 2. */
  readonly childrenAnswer?: BlockAnswer | null
  /** Lists whose names lie in a tier; missing: there is none. */
  readonly onDisk?: readonly number[]
}

export function configOf({
  rules = [],
  lists = [],
  overrides = [],
  schedules = [],
  ruleSets = [],
  settings = (same) => same,
  childrenAnswer = null,
}: PolicyFixture): ConfigData {
  return {
    revision: 1,
    settings: settings(defaultSettings([UPSTREAM])),
    groups: [
      { id: 1, name: 'Everyone', isDefault: true, answer: null },
      { id: 2, name: 'Children', isDefault: false, answer: childrenAnswer },
    ],
    clients: [],
    overrides,
    schedules,
    lists: lists.map(({ entries = [], rules: _, ...list }) => ({
      name: `list ${list.id}`,
      kind: 'block',
      enabled: true,
      groups: [],
      answer: null,
      position: list.id,
      activeVersionId: list.id,
      names: entries.length,
      ...list,
    })),
    ruleSets,
    rules: { kind: 'full', rules },
    faults: [],
  }
}

export function policyOf(fixture: PolicyFixture): Policy {
  const config = configOf(fixture)
  const { onDisk, lists = [] } = fixture
  const inMemory = onDisk ? lists.filter(({ id }) => !onDisk.includes(id)) : lists
  const tier = onDisk && compileTier(lists.filter(({ id }) => onDisk.includes(id)))
  const policy = new Policy(config.settings, tier && (() => tier.open()))
  const compiled = compileLists(inMemory)
  const listRules = tier ? compileLists(lists).listRules : compiled.listRules
  policy.replaceIndex({ ...compiled, listRules, ...(tier && { tier: tier.tier }) })
  policy.apply(config)
  return policy
}

/** A question for one name, type A. */
export function asking(name: NameOctets, client = CLIENT): MatchScratch {
  const scratch = new MatchScratch(
    () => new ClientLabelTable([], []),
    () => new ScheduleStates([]),
    () => new GroupTable([], new ScheduleStates([])),
  )
  scratch.ask(name, 1, client, NOW_MS, null)
  return scratch
}
