/** The time range of the overview, in the address bar. */
import { oneOfParam, type RawSearch } from '../../lib/search-params.ts'

/** `live`: the last five minutes by the second, from the stream; the others come from the roll-ups. */
export const RANGES = ['live', '15m', '1h', '24h', '7d', '30d', '1y'] as const
export type Range = (typeof RANGES)[number]

export const RANGE_LABELS: Record<Range, string> = {
  live: '5 min',
  '15m': '15 min',
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '1y': '1 y',
}

/** What a range is held against: the same length of time just before; the seconds of live only against an hour. */
export const BEFORE_LABELS: Record<Range, string> = {
  live: 'this hour yesterday',
  '15m': '15 min before',
  '1h': 'hour before',
  '24h': 'day before',
  '7d': 'week before',
  '30d': '30 days before',
  '1y': 'year before',
}

export const readOverviewSearch = (search: RawSearch): { readonly range?: Range | undefined } => ({
  range: oneOfParam(search, 'range', RANGES),
})
