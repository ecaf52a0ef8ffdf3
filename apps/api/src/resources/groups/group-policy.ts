/** Everything that holds for the clients of a group, each with where it comes from. */
import type { GroupTerm } from '@weir/shared/contract/assignments'
import { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { GroupPolicy } from '@weir/shared/contract/groups'
import type { TimeWindow } from '@weir/shared/contract/schedules'
import type { Settings } from '@weir/shared/contract/settings'
import type { Database } from '@weir/shared/db/open-database'
import { termFor } from '@weir/shared/groups/group-term'
import { CompiledSchedule } from '@weir/shared/schedules/compiled-schedule'
import { findSafeSearchEngine } from '@weir/shared/services/safe-search'
import { findService } from '@weir/shared/services/service-catalogue'
import type { GroupRow } from './repository.ts'

type Held = GroupPolicy['lists'][number]

interface StoredHeld {
  readonly id: string
  readonly name: string
  readonly kind: Held['kind']
  readonly enabled: number
  readonly groups: string
  readonly schedule: number | null
  readonly perGroup: string
  /** Lists only. */
  readonly shadow?: number
}

export function groupPolicy(
  database: Database,
  settings: Settings,
  { group, everyone, nowMs }: { readonly group: GroupRow; readonly everyone: GroupRow; readonly nowMs: number },
): GroupPolicy {
  const { servers, strategy } = settings.upstreams
  const own = group.isDefault ? 'everyone' : 'group'
  const sets = held(
    database,
    `SELECT kind, id, id AS name, enabled, groups, schedule_id AS schedule, per_group AS perGroup, shadow FROM rule_set
     WHERE enabled = 1 ORDER BY id`,
    group.id,
  ).flatMap((one) => (one.enabled ? [{ ...one, name: titleOf(one) }] : []))
  return {
    group: group.id,
    schedule: group.schedule,
    holdsNow: group.schedule === null || holdsNow(database, group.schedule, nowMs),
    answer:
      group.answer !== null
        ? { value: group.answer, origin: own }
        : everyone.answer !== null
          ? { value: everyone.answer, origin: 'everyone' }
          : { value: settings.blocking.answer, origin: 'settings' },
    answerParts: answerParts(settings, group, everyone),
    upstreams: group.upstreams
      ? { value: group.upstreams, origin: own }
      : { value: { servers, strategy }, origin: 'settings' },
    logPrivacy: group.logPrivacy
      ? { value: group.logPrivacy, origin: own }
      : { value: everyone.logPrivacy ?? 'full', origin: 'everyone' },
    lists: held(
      database,
      `SELECT kind, CAST(id AS TEXT) AS id, name, enabled, groups, schedule_id AS schedule, per_group AS perGroup, shadow
       FROM list ORDER BY position, id`,
      group.id,
    ),
    services: sets.filter(({ kind }) => kind === 'service'),
    safeSearch: sets.filter(({ kind }) => kind === 'safe-search'),
    rules: ruleCounts(database, group.id),
  }
}

/** Part by part: the group's own, else that of "Everyone", else the settings'. */
function answerParts({ blocking }: Settings, group: GroupRow, everyone: GroupRow): GroupPolicy['answerParts'] {
  const sources: readonly (readonly [GroupPolicy['answer']['origin'], SourceAnswer])[] = [
    [group.isDefault ? 'everyone' : 'group', group.answer ?? {}],
    ['everyone', everyone.answer ?? {}],
    ['settings', { ...blocking.answer, ttlSeconds: blocking.ttlSeconds }],
  ]
  return SourceAnswer.keyof().options.flatMap((part) => {
    const source = sources.find(([, answer]) => answer[part] !== undefined)
    return source ? [{ part, value: source[1][part]!, origin: source[0] }] : []
  })
}

const held = (database: Database, sql: string, groupId: number): Held[] =>
  database
    .prepare<[], StoredHeld>(sql)
    .all()
    .map(({ id, name, kind, enabled, groups, schedule, perGroup, shadow }) => ({
      ...{ id, name, kind, shadow: shadow === 1 },
      ...termFor(
        {
          enabled: enabled === 1,
          groups: JSON.parse(groups) as number[],
          schedule,
          perGroup: JSON.parse(perGroup) as GroupTerm[],
        },
        groupId,
      ),
    }))

/** Rule sets have their titles in the catalogue. */
const titleOf = ({ kind, id }: Held): string =>
  (kind === 'service' ? findService(id) : findSafeSearchEngine(id))?.name ?? id

/** A schedule that cannot be read does not take a group's policy from it. */
function holdsNow(database: Database, id: number, nowMs: number): boolean {
  const row = database
    .prepare<[number], { timeZone: string; windows: string }>(
      'SELECT time_zone AS timeZone, windows FROM schedule WHERE id = ?',
    )
    .get(id)
  try {
    return !row || new CompiledSchedule(row.timeZone, JSON.parse(row.windows) as TimeWindow[]).holdsAt(nowMs)
  } catch {
    return true
  }
}

const ruleCounts = (database: Database, groupId: number): GroupPolicy['rules'] =>
  database
    .prepare<[number], GroupPolicy['rules'][number]>(
      `SELECT action, sum(isOwn) AS own, sum(isForAll) AS everyone FROM (
         SELECT action,
           EXISTS (SELECT 1 FROM json_each(details, '$.groups') WHERE value = ?) AS isOwn,
           details ->> '$.groups' IS NULL AS isForAll
         FROM rule WHERE enabled = 1 AND instr(details, '"shadow":true') = 0
       ) GROUP BY action HAVING sum(isOwn) + sum(isForAll) > 0 ORDER BY action`,
    )
    .all(groupId)
