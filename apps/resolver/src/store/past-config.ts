/**
 * The configuration of an earlier revision, as far as it bears on a few names: the rows of now, with the images of what
 * has changed since laid over them (shared/policy/past-images.ts).
 *
 * Timed overrides go the other way: their rows are removed when they have ended, so that the history is read forwards.
 */
import { Settings } from '@weir/shared/contract/settings'
import type { Database } from '@weir/shared/db/open-database'
import type { PastImages } from '@weir/shared/policy/past-images'
import { eachRow } from '../rules/packed-rows.ts'
import type {
  ClientRow,
  ConfigData,
  GroupRow,
  ListRow,
  OverrideRow,
  RuleRow,
  RuleSetRow,
  ScheduleRow,
} from '../rules/policy-data.ts'
import type { RulesAbout } from './rules-about.ts'

export interface PastMoment {
  readonly revision: number
  readonly atMs: number
}

/** @param now the configuration of now, with the rules that are about the same names */
export function pastConfig(
  database: Database,
  now: ConfigData,
  images: PastImages,
  about: RulesAbout,
  { revision, atMs }: PastMoment,
): ConfigData {
  images.undoTo(revision)
  return {
    ...now,
    revision,
    settings: pastSettings(now.settings, images),
    groups: pastGroups(now.groups, images),
    clients: pastClients(now.clients, images),
    overrides: pastOverrides(database, now.overrides, revision, atMs),
    schedules: pastRows<ScheduleRow>(now.schedules, images, 'schedule'),
    lists: pastRows<ListRow>(now.lists, images, 'list'),
    ruleSets: pastRuleSets(now.ruleSets, images),
    rules: { kind: 'full', rules: pastRules(now, images, about) },
  }
}

/** A section goes back to what it was; what it did not have then is as now. */
function pastSettings(now: Settings, images: PastImages): Settings {
  const settings: Record<string, unknown> = { ...now }
  for (const [section, image] of images.of('settings')) {
    const current = settings[section]
    if (current === undefined || image === null) continue
    settings[section] = typeof image === 'object' ? { ...(current as object), ...image } : image
  }
  const parsed = Settings.safeParse(settings)
  return parsed.success ? parsed.data : now
}

/** Rows with a numeric id, whose images have the fields of the rows. */
function pastRows<T extends { readonly id: number }>(now: readonly T[], images: PastImages, entity: string): T[] {
  const rows = new Map(now.map((row) => [row.id, row]))
  for (const [id, image] of images.of(entity)) {
    if (image === null) rows.delete(Number(id))
    else rows.set(Number(id), { ...baseOf(image as T, rows.get(Number(id))), ...(image as T), id: Number(id) })
  }
  return [...rows.values()]
}

/** What an image of before these fields existed does not have: it was not set. */
const UNSET = { schedule: null, perGroup: [], upstreams: null, logPrivacy: null, names: 0 }

/** A whole image stands for itself; one of single fields lies on the row of now. */
const baseOf = <T extends object>(image: T, now: T | undefined): Partial<T> =>
  'name' in image ? (UNSET as unknown as Partial<T>) : (now ?? {})

const pastGroups = (now: readonly GroupRow[], images: PastImages): GroupRow[] =>
  pastRows<GroupRow>(now, images, 'group')

interface ClientImage {
  readonly identifier: string
  readonly groupId: number
  readonly name: string
  readonly tags: readonly string[]
}

/** The image of a group names its clients; that of a client counts before it, since it tells of one moment alone. */
function pastClients(current: readonly ClientRow[], images: PastImages): ClientRow[] {
  const own = new Map([...images.of('client')].map(([id, image]) => [Number(id), image as ClientImage | null]))
  const told = [...own.values()].filter((image) => image !== null)
  const changed = new Set([
    ...told.map(({ identifier }) => identifier),
    ...current.filter(({ id }) => id !== undefined && own.has(id)).map(({ prefix }) => prefix),
  ])
  const ofGroups = pastMembers(current, images).filter(({ prefix }) => !changed.has(prefix))
  return [...ofGroups, ...told.map(({ identifier, ...image }) => ({ ...image, prefix: identifier }))]
}

function pastMembers(now: readonly ClientRow[], images: PastImages): ClientRow[] {
  const groups = images.of('group')
  const names = new Map(now.map(({ prefix, name = '' }) => [prefix, name]))
  const kept = now.filter(({ groupId }) => !groups.has(String(groupId)))
  const then = [...groups].flatMap(([id, image]) => {
    const { clients = [] } = (image ?? {}) as { clients?: string[] }
    return clients.map((prefix) => ({ prefix, groupId: Number(id), name: names.get(prefix) ?? '' }))
  })
  return [...kept, ...then]
}

function pastRuleSets(now: readonly RuleSetRow[], images: PastImages): RuleSetRow[] {
  const rows = new Map(now.map((row) => [`${row.kind} ${row.id}`, row]))
  for (const kind of ['service', 'safe-search'] as const)
    for (const [id, image] of images.of(kind)) {
      if (image === null) rows.delete(`${kind} ${id}`)
      else rows.set(`${kind} ${id}`, { ...UNSET, ...(image as RuleSetRow), kind, id })
    }
  return [...rows.values()]
}

function pastRules(now: ConfigData, images: PastImages, about: RulesAbout): RuleRow[] {
  const current = now.rules.kind === 'full' ? [...eachRow(now.rules.rules)] : []
  const unchanged = current.filter(({ id }) => images.find('rule', id) === undefined)
  const then = [...images.of('rule').keys()].flatMap((id) => {
    const image = images.find('rule', id) as RuleRow | null | undefined
    return image && about.includes(image) ? [image] : []
  })
  return [...unchanged, ...then]
}

interface OverrideChange {
  readonly operation: string
  readonly entityId: string
  readonly image: string | null
}

/** Those that had begun by `revision` and held at the time. */
function pastOverrides(database: Database, now: readonly OverrideRow[], revision: number, atMs: number): OverrideRow[] {
  const rows = new Map(now.map((row) => [row.id, row]))
  const changes = database
    .prepare<[], OverrideChange & { revision: number }>(
      `SELECT operation, entity_id AS entityId, revision, coalesce(after, before) AS image
       FROM change WHERE entity = 'override' ORDER BY id`,
    )
    .all()
  for (const { operation, entityId, image, revision: changed } of changes) {
    const id = Number(entityId)
    const row = image === null ? undefined : (JSON.parse(image) as OverrideRow)
    if (operation === 'create' ? changed > revision : changed <= revision) rows.delete(id)
    else if (row) rows.set(id, { ...row, id })
  }
  return [...rows.values()].filter(({ createdAt, endsAt }) => createdAt <= atMs && atMs < endsAt)
}
