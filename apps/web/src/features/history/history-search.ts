/** What the address bar of the history page holds. */
import { compact, integerParam, oneOfParam, type RawSearch } from '../../lib/search-params.ts'

export const ENTITY_LABELS = {
  rule: 'Rules',
  list: 'Lists',
  settings: 'Settings',
  group: 'Groups',
  service: 'Services',
  'safe-search': 'Safe search',
  override: 'Overrides',
  schedule: 'Schedules',
  user: 'Users',
  token: 'Tokens',
  log: 'Log',
} as const
export const ENTITIES = Object.keys(ENTITY_LABELS) as (keyof typeof ENTITY_LABELS)[]
export interface HistorySearch {
  readonly entity?: (typeof ENTITIES)[number] | undefined
  readonly open?: number | undefined
}

export const readHistorySearch = (search: RawSearch): HistorySearch =>
  compact({ entity: oneOfParam(search, 'entity', ENTITIES), open: integerParam(search, 'open') })
