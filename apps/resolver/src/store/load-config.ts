/**
 * weir.db → `ConfigData`: what a `Policy` is made from. Plain data, to be posted to every worker.
 *
 * A damaged row never takes the rest along: it is left out, or replaced by its default, and said in `faults`.
 */
import { GroupTerm } from '@weir/shared/contract/assignments'
import { SourceAnswer } from '@weir/shared/contract/block-answer'
import { GroupUpstreams } from '@weir/shared/contract/groups'
import { defaultSettings, Settings } from '@weir/shared/contract/settings'
import type { Database } from '@weir/shared/db/open-database'
import type { LogPrivacy } from '@weir/shared/log/log-privacy'
import { isTimeZone } from '@weir/shared/schedules/wall-clock'
import type {
  ClientRow,
  ConfigData,
  GroupRow,
  ListRow,
  OverrideRow,
  RuleSetRow,
  ScheduleRow,
} from '../rules/policy-data.ts'
import { ConfigFaults } from './config-faults.ts'
import { loadRules } from './load-rules.ts'
import type { RulesAbout } from './rules-about.ts'

const isSourceAnswer = (value: unknown): boolean => SourceAnswer.safeParse(value).success
const isGroupUpstreams = (value: unknown): boolean => GroupUpstreams.safeParse(value).success
const areTerms = (value: unknown): boolean => GroupTerm.array().safeParse(value).success
const areIds = (value: unknown): boolean => Array.isArray(value) && value.every((id) => Number.isInteger(id))
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((text) => typeof text === 'string')

interface StoredList {
  readonly id: number
  readonly name: string
  readonly kind: ListRow['kind']
  readonly enabled: number
  readonly groups: string
  readonly schedule_id: number | null
  readonly per_group: string
  readonly answer: string | null
  readonly may_answer: number
  readonly shadow: number
  readonly position: number
  readonly active_version_id: number | null
  readonly names: number | null
  readonly revision: number
}

/**
 * @param fallbackServers the upstreams of a first start, before settings exist
 * @param about only the rules that can matter to these names; null: all
 */
export function loadConfig(
  database: Database,
  fallbackServers: readonly string[],
  sinceRevision: number | null = null,
  about: RulesAbout | null = null,
): ConfigData {
  // One read transaction, so that all parts are of one revision; it ends with this function.
  return database.transaction(() => {
    const faults = new ConfigFaults()
    return {
      revision: database.prepare<[], number>('SELECT revision FROM config_revision').pluck().get() ?? 0,
      settings: loadSettings(database, fallbackServers, faults),
      groups: loadGroups(database, faults),
      clients: loadClients(database, faults),
      overrides: loadOverrides(database),
      schedules: loadSchedules(database, faults),
      lists: loadLists(database, faults),
      ruleSets: loadRuleSets(database, faults),
      rules: loadRules(database, sinceRevision, about, faults),
      faults: faults.texts,
    }
  })()
}

function loadSettings(database: Database, fallbackServers: readonly string[], faults: ConfigFaults): Settings {
  const settings: Record<string, unknown> = { ...defaultSettings([...fallbackServers]) }
  const shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>> =
    Settings.shape
  const rows = database.prepare<[], { section: string; value: string }>('SELECT section, value FROM setting').all()
  for (const { section, value } of rows) {
    const schema = shape[section]
    // A section of a newer Weir that was here before: it means nothing to this one.
    if (!schema) continue
    const stored = faults.parse<unknown>(value, `setting ${section}`, undefined)
    if (stored === undefined) continue
    const isObject = typeof stored === 'object' && stored !== null
    const parsed = schema.safeParse(isObject ? { ...(settings[section] as object), ...stored } : stored)
    if (parsed.success) settings[section] = parsed.data
    else faults.add(`setting ${section} is not valid: its defaults are in effect`)
  }
  return settings as Settings
}

interface StoredGroup {
  readonly id: number
  readonly name: string
  readonly is_default: number
  readonly answer: string | null
  readonly schedule_id: number | null
  readonly upstreams: string | null
  readonly log_privacy: LogPrivacy | null
}

const loadGroups = (database: Database, faults: ConfigFaults): GroupRow[] =>
  database
    .prepare<[], StoredGroup>(
      'SELECT id, name, is_default, answer, schedule_id, upstreams, log_privacy FROM client_group',
    )
    .all()
    .map(({ id, name, is_default, answer, schedule_id, upstreams, log_privacy }) => ({
      id,
      name,
      isDefault: is_default === 1,
      schedule: schedule_id,
      upstreams:
        upstreams === null ? null : faults.parse(upstreams, `upstreams of group ${name}`, null, isGroupUpstreams),
      logPrivacy: log_privacy,
      answer: answer === null ? null : faults.parse(answer, `answer of group ${name}`, null, isSourceAnswer),
    }))

/**
 * What is said of an address itself stands before what is said of its reverse name: of equal prefixes the first counts.
 */
const loadClients = (database: Database, faults: ConfigFaults): ClientRow[] =>
  database
    .prepare<[], { id: number; prefix: string; groupId: number; name: string; tags: string }>(
      `SELECT id, prefix, group_id AS groupId, name, tags, 0 AS rank FROM client WHERE prefix NOT LIKE 'name:%'
       UNION ALL SELECT c.id, k.address, c.group_id, c.name, c.tags, 1 FROM client c JOIN known_client k
         ON c.prefix = 'name:' || k.reverse_name ORDER BY rank`,
    )
    .all()
    .map(({ id, prefix, groupId, name, tags }) => ({
      ...{ id, prefix, groupId, name },
      tags: tags === '[]' ? [] : faults.parse<string[]>(tags, `tags of client ${prefix}`, [], areTexts),
    }))

/** What a schedule that cannot be read means: nothing may stop blocking in silence. */
const UNREADABLE = 'what blocks by it holds always, what allows by it never'

/** Asking the runtime for a zone takes long: once for each. */
class TimeZones {
  readonly #known = new Map<string, boolean>()

  knows(name: string): boolean {
    const known = this.#known.get(name) ?? isTimeZone(name)
    this.#known.set(name, known)
    return known
  }
}

const loadSchedules = (database: Database, faults: ConfigFaults, zones = new TimeZones()): ScheduleRow[] =>
  database
    .prepare<[], { id: number; name: string; timeZone: string; windows: string }>(
      'SELECT id, name, time_zone AS timeZone, windows FROM schedule',
    )
    .all()
    .flatMap(({ id, name, timeZone, windows }) => {
      if (!zones.knows(timeZone)) faults.add(`schedule ${name} names the unknown time zone ${timeZone}: ${UNREADABLE}`)
      const parsed = faults.parse<ScheduleRow['windows'] | null>(windows, `schedule ${name}`, null)
      return parsed === null ? [] : [{ id, name, timeZone, windows: parsed }]
    })

const loadOverrides = (database: Database): OverrideRow[] =>
  database
    .prepare<[], OverrideRow>(
      `SELECT id, kind, name, client, group_id AS groupId, created_at AS createdAt, ends_at AS endsAt FROM override`,
    )
    .all()

/** Damaged groups switch a list off that allows: without them it would allow for everyone. One that blocks goes on, for everyone. */
const loadLists = (database: Database, faults: ConfigFaults): ListRow[] =>
  database
    .prepare<[], StoredList>(
      `SELECT list.id, name, kind, enabled, groups, schedule_id, per_group, answer, may_answer, shadow, position,
         active_version_id, revision,
         (SELECT sum(names) FROM list_chunk WHERE version_id = active_version_id) AS names
       FROM list ORDER BY position, list.id`,
    )
    .all()
    .map((row) => ({
      ...assignedLists(row, faults),
      id: row.id,
      name: row.name,
      kind: row.kind,
      schedule: row.schedule_id,
      answer: row.answer === null ? null : faults.parse(row.answer, `answer of list ${row.name}`, null, isSourceAnswer),
      mayAnswer: row.may_answer === 1,
      shadow: row.shadow === 1,
      position: row.position,
      activeVersionId: row.active_version_id,
      names: row.names ?? 0,
      revision: row.revision,
    }))

function assignedLists(row: StoredList, faults: ConfigFaults): Pick<ListRow, 'enabled' | 'groups' | 'perGroup'> {
  const groups = faults.parse<number[] | null>(row.groups, `groups of list ${row.name}`, null, areIds)
  const isOpen = groups === null && row.kind === 'allow'
  const perGroup = faults.parse<GroupTerm[]>(row.per_group, `exceptions of list ${row.name}`, [], areTerms)
  return { enabled: row.enabled === 1 && !isOpen, groups: groups ?? [], perGroup }
}

interface StoredRuleSet {
  readonly kind: RuleSetRow['kind']
  readonly id: string
  readonly enabled: number
  readonly groups: string
  readonly schedule_id: number | null
  readonly per_group: string
  readonly answer: string | null
  readonly shadow: number
}

/** Damaged groups switch a set off: without them it would hold for everyone. */
const loadRuleSets = (database: Database, faults: ConfigFaults): RuleSetRow[] =>
  database
    .prepare<[], StoredRuleSet>(
      'SELECT kind, id, enabled, groups, schedule_id, per_group, answer, shadow FROM rule_set',
    )
    .all()
    .map(({ kind, id, enabled, groups, schedule_id, per_group, answer, shadow }) => {
      const parsed = faults.parse<number[] | null>(groups, `groups of ${kind} ${id}`, null, areIds)
      return {
        kind,
        id,
        enabled: enabled === 1 && parsed !== null,
        groups: parsed ?? [],
        schedule: schedule_id,
        perGroup: faults.parse<GroupTerm[]>(per_group, `exceptions of ${kind} ${id}`, [], areTerms),
        answer: answer === null ? null : faults.parse(answer, `answer of ${kind} ${id}`, null, isSourceAnswer),
        shadow: shadow === 1,
      }
    })
