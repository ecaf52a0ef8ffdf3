/** What the address bar of the history page holds. */
import type { UndoSelection } from '@weir/shared/contract/history'
import { integerParam, oneOfParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export const ENTITY_LABELS = {
  rule: 'Rules',
  list: 'Lists',
  settings: 'Settings',
  group: 'Groups',
  client: 'Clients',
  service: 'Services',
  'safe-search': 'Safe search',
  override: 'Overrides',
  schedule: 'Schedules',
  user: 'Users',
  token: 'Tokens',
  log: 'Log',
} as const
export type HistoryEntity = keyof typeof ENTITY_LABELS
const ENTITIES = Object.keys(ENTITY_LABELS) as HistoryEntity[]

/** How far back; days in the browser's time zone. */
const RANGES = ['hour', 'today', 'day', 'week'] as const
export type HistoryRange = (typeof RANGES)[number]

/** `compare` of a dialog in which none is named yet: an empty text would be none in the address bar. */
export const NO_REVISIONS = '-'

export interface HistorySearch {
  readonly entity?: HistoryEntity | undefined
  readonly actor?: string | undefined
  readonly range?: HistoryRange | undefined
  /** A time of one's own, as `datetime-local` gives it; stands above `range`. */
  readonly since?: string | undefined
  readonly search?: string | undefined
  readonly open?: number | undefined
  /** Beside the list: two revisions compared, or a policy read in. */
  readonly compare?: string | undefined
  readonly import?: string | undefined
}

export const readHistorySearch = (search: RawSearch): HistorySearch => ({
  entity: oneOfParam(search, 'entity', ENTITIES),
  actor: textParam(search, 'actor'),
  range: oneOfParam(search, 'range', RANGES),
  since: textParam(search, 'since'),
  search: textParam(search, 'search'),
  open: integerParam(search, 'open'),
  compare: textParam(search, 'compare'),
  import: textParam(search, 'import'),
})

const HOUR_MS = 3_600_000

/** Start of the time that is shown; undefined: all. */
export function sinceOf({ range, since }: HistorySearch, now: number): number | undefined {
  const own = since === undefined ? Number.NaN : new Date(since).getTime()
  if (Number.isFinite(own)) return own
  if (range === 'hour') return now - HOUR_MS
  if (range === 'day') return now - 24 * HOUR_MS
  if (range === 'week') return now - 7 * 24 * HOUR_MS
  return range === 'today' ? new Date(now).setHours(0, 0, 0, 0) : undefined
}

/** What "undo all of these" means; undefined while nothing narrows it down. */
export function selectionOf(search: HistorySearch, now: number): UndoSelection | undefined {
  const since = sinceOf(search, now)
  if (search.search !== undefined || (since === undefined && search.actor === undefined)) return undefined
  return {
    since: since ?? 0,
    ...(search.actor === undefined ? {} : { actor: search.actor }),
    ...(search.entity === undefined ? {} : { entity: search.entity }),
  }
}
