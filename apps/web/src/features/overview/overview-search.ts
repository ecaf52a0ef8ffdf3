/** The time range of the overview, in the address bar. */
import { compact, oneOfParam, type RawSearch } from '../../lib/search-params.ts'

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

export const readOverviewSearch = (search: RawSearch): { readonly range?: Range | undefined } =>
  compact({ range: oneOfParam(search, 'range', RANGES) })
