/** Who wins between override, group, schedule, list and rule: one table; and what stays true over changes of the clock. */

import { defaultSettings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { REASONS } from '@weir/shared/log/outcomes'
import { DAYS } from '@weir/shared/schedules/days'
import { describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decide } from './decide.ts'
import { NameScratch } from './name-hash.ts'
import { clientOf, compileLists, configOf, rule } from './policy.fixture.ts'
import { Policy } from './policy.ts'
import type { ConfigData, GroupRow, ListRow, OverrideRow, ScheduleRow } from './policy-data.ts'

const KIDS = 2
const NIGHT: ScheduleRow = {
  id: 1,
  timeZone: 'Europe/Berlin',
  windows: [{ days: ['sun', 'mon', 'tue', 'wed', 'thu'], from: '20:30', until: '06:30' }],
}
const BROKEN: ScheduleRow = { ...NIGHT, id: 9, timeZone: 'Mars/Base' }
/** Wednesday, in the window and out of it. */
const AT_NIGHT = Date.parse('2026-11-25T21:00:00+01:00')
const BY_DAY = Date.parse('2026-11-25T12:00:00+01:00')
const NAME = 'video.example'

interface Case {
  readonly list?: Partial<ListRow>
  readonly group?: Partial<GroupRow>
  readonly rules?: ConfigData['rules']
  readonly overrides?: readonly OverrideRow[]
}

const everyone: GroupRow = { id: 1, name: 'Everyone', isDefault: true, answer: null }

function policyOf(
  { list, group, rules, overrides = [] }: Case,
  schedules: readonly ScheduleRow[] = [NIGHT, BROKEN],
): Policy {
  const lists = list ? [{ id: 5, entries: [{ name: NAME, match: 'suffix' as const }], ...list }] : []
  const policy = new Policy(defaultSettings(['192.0.2.53']))
  policy.replaceIndex(compileLists(lists))
  const kids: GroupRow = { id: KIDS, name: 'Kids', isDefault: false, answer: null, ...group }
  policy.apply({
    ...configOf({ lists }),
    groups: [everyone, kids],
    schedules,
    overrides,
    ...(rules && { rules }),
  })
  return policy
}

function reasonAt(policy: Policy, atMs: number, groupId = KIDS, name = NAME): string {
  const scratch = new NameScratch()
  scratch.read(toWire(name))
  const decision = new Decision()
  decide(policy, scratch, RrType.A, clientOf(groupId), atMs, decision)
  return REASONS[decision.reason]!
}

const own = (...rows: ReturnType<typeof rule>[]): ConfigData['rules'] => ({ kind: 'full', rules: rows })
const override = (kind: OverrideRow['kind'], more: Partial<OverrideRow> = {}): OverrideRow[] => [
  { id: 1, kind, name: null, client: null, groupId: null, createdAt: 0, endsAt: AT_NIGHT + 60_000, ...more },
]
const blockRule = rule(1, 'block', 'exact', NAME)

describe('what holds for a client of Kids', () => {
  it.each<[string, Case, byDay: string, atNight: string]>([
    ['a list for all', { list: {} }, 'list-block', 'list-block'],
    ['a list that is off', { list: { enabled: false } }, 'none', 'none'],
    ['a list for others', { list: { groups: [1] } }, 'none', 'none'],
    ['a list for them', { list: { groups: [KIDS] } }, 'list-block', 'list-block'],
    ['a list at night', { list: { schedule: 1 } }, 'none', 'list-block'],
    ['a list for them at night', { list: { groups: [KIDS], schedule: 1 } }, 'none', 'list-block'],
    [
      'a list for all, for them never',
      { list: { perGroup: [{ group: KIDS, enabled: false, schedule: null }] } },
      'none',
      'none',
    ],
    [
      'a list for all, for them at night',
      { list: { perGroup: [{ group: KIDS, enabled: true, schedule: 1 }] } },
      'none',
      'list-block',
    ],
    [
      'a list at night, for them always',
      { list: { schedule: 1, perGroup: [{ group: KIDS, enabled: true, schedule: null }] } },
      'list-block',
      'list-block',
    ],
    [
      'a list for others, for them at night',
      { list: { groups: [1], perGroup: [{ group: KIDS, enabled: true, schedule: 1 }] } },
      'none',
      'list-block',
    ],
    [
      'a list that is off, whatever is said of them',
      { list: { enabled: false, perGroup: [{ group: KIDS, enabled: true, schedule: null }] } },
      'none',
      'none',
    ],
    ['a block list whose schedule cannot be read', { list: { schedule: 9 } }, 'list-block', 'list-block'],
    ['a block list whose schedule is gone', { list: { schedule: 77 } }, 'list-block', 'list-block'],
    ['an allow list whose schedule cannot be read', { list: { kind: 'allow', schedule: 9 } }, 'none', 'none'],
    ['their own policy at night', { list: { groups: [KIDS] }, group: { schedule: 1 } }, 'none', 'list-block'],
    [
      "Everyone's list while their own policy does not hold",
      { list: { groups: [1] }, group: { schedule: 1 } },
      'list-block',
      'none',
    ],
    [
      'a policy whose schedule cannot be read',
      { list: { groups: [KIDS] }, group: { schedule: 9 } },
      'list-block',
      'list-block',
    ],
    ['an own rule at night', { rules: own({ ...blockRule, schedule: 1 }) }, 'none', 'own-block-rule'],
    [
      'an allow rule at night against a list',
      { list: {}, rules: own(rule(1, 'allow', 'exact', NAME, { schedule: 1 })) },
      'list-block',
      'own-allow-rule',
    ],
    [
      "a rule of theirs while Everyone's policy holds for them",
      { rules: own({ ...blockRule, groups: [KIDS] }), group: { schedule: 1 } },
      'none',
      'own-block-rule',
    ],
    ['a pause against a list at night', { list: { schedule: 1 }, overrides: override('pause') }, 'none', 'none'],
    [
      'a pause of theirs against a rule',
      { rules: own(blockRule), overrides: override('pause', { groupId: KIDS }) },
      'none',
      'none',
    ],
    [
      'a pause of others',
      { rules: own(blockRule), overrides: override('pause', { groupId: 1 }) },
      'own-block-rule',
      'own-block-rule',
    ],
    [
      "a pause of their group while Everyone's policy holds for them",
      { list: {}, group: { schedule: 1 }, overrides: override('pause', { groupId: KIDS }) },
      'none',
      'none',
    ],
    [
      'an override that has ended, which is there no more',
      { list: {}, overrides: override('pause', { endsAt: BY_DAY - 1 }) },
      'list-block',
      'list-block',
    ],
    [
      'the internet blocked against an allow rule',
      {
        rules: own(rule(1, 'allow', 'exact', NAME)),
        overrides: override('offline'),
      },
      'override',
      'override',
    ],
    ['a rule for a group that is gone', { rules: own({ ...blockRule, groups: [77] }) }, 'none', 'none'],
  ])('%s', (_, given, byDay, atNight) => {
    const policy = policyOf(given)
    expect([reasonAt(policy, BY_DAY), reasonAt(policy, AT_NIGHT)]).toEqual([byDay, atNight])
    // The same the other way round: nothing is remembered of the time before.
    expect([reasonAt(policy, AT_NIGHT), reasonAt(policy, BY_DAY)]).toEqual([atNight, byDay])
  })
})

describe('over the changes of clocks', () => {
  /** The first answers of a day are at 23:00 to 06:00 by the clock on the wall. */
  it.each([
    ['Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T04:00:00Z'],
    ['Europe/Berlin', '2026-10-24T21:00:00Z', '2026-10-25T05:00:00Z'],
    ['America/New_York', '2026-03-08T04:00:00Z', '2026-03-08T10:00:00Z'],
    ['America/New_York', '2026-11-01T03:00:00Z', '2026-11-01T11:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T12:30:00Z', '2026-10-03T19:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T12:00:00Z', '2026-04-04T19:30:00Z'],
    ['Pacific/Apia', '2011-12-29T09:00:00Z', '2011-12-30T16:00:00Z'],
    ['Pacific/Apia', '2011-12-30T09:00:00Z', '2011-12-30T16:00:00Z'],
    ['Asia/Kolkata', '2026-03-28T17:30:00Z', '2026-03-29T00:30:00Z'],
  ])('a list of the night in %s holds from %s to %s', (timeZone, from, until) => {
    const nightly: ScheduleRow = { id: 1, timeZone, windows: [{ days: [...DAYS], from: '23:00', until: '06:00' }] }
    const list = { schedule: 1 }
    const [start, end] = [Date.parse(from), Date.parse(until)]
    const policy = policyOf({ list }, [nightly])
    const seen = (atMs: number): string => reasonAt(policy, atMs)
    if (timeZone !== 'Pacific/Apia') expect([seen(start - 1), seen(start)]).toEqual(['none', 'list-block'])
    expect([seen(end - 1), seen(end)]).toEqual(['list-block', 'none'])
    // A resolver that is started in the middle of it decides as one that ran all the time.
    const restarted = policyOf({ list }, [nightly])
    expect(reasonAt(restarted, end - 1)).toBe('list-block')
    expect(reasonAt(restarted, end)).toBe('none')
  })

  it('agrees at every quarter of an hour of both weeks with a policy that is made anew for it', () => {
    for (const day of ['2026-03-27', '2026-10-23']) {
      const policy = policyOf({ list: { schedule: 1 } })
      for (let i = 0; i < 4 * 24 * 4; i++) {
        const atMs = Date.parse(`${day}T00:00:00Z`) + i * 900_000
        expect(reasonAt(policy, atMs)).toBe(reasonAt(policyOf({ list: { schedule: 1 } }), atMs))
      }
    }
  })
})

describe('what is remembered of decisions', () => {
  it('is out of date when a schedule begins or ends, and only then', () => {
    const policy = policyOf({ list: { schedule: 1 } })
    const epochAt = (atMs: number): number => {
      reasonAt(policy, atMs)
      return policy.scheduleEpoch
    }
    const noon = epochAt(BY_DAY)
    expect(epochAt(BY_DAY + 3_600_000)).toBe(noon)
    const night = epochAt(AT_NIGHT)
    expect(night).toBeGreaterThan(noon)
    expect(epochAt(AT_NIGHT + 3_600_000)).toBe(night)
    expect(policy.isSteadyAt(AT_NIGHT)).toBe(true)
    // An answer that was waited for is finished with the time at which it was asked.
    expect(epochAt(BY_DAY)).toBeGreaterThan(night)
  })

  it('is never taken for that of an older configuration', () => {
    const policy = policyOf({ list: { schedule: 1 } })
    reasonAt(policy, BY_DAY)
    reasonAt(policy, AT_NIGHT)
    const before = policy.scheduleEpoch
    policy.apply({ ...configOf({}), groups: [everyone], schedules: [NIGHT] })
    expect(policy.scheduleEpoch).toBeGreaterThanOrEqual(before)
  })
})
