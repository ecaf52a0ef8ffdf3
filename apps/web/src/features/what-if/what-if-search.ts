/** The draft that is tried, in the address bar, so that it can be sent to somebody. */
import type { DraftChange } from '@weir/shared/contract/simulation'
import type { SimulationPeriod } from '../../lib/api/simulate.ts'
import { oneOfParam, type RawSearch, textParam } from '../../lib/search-params.ts'

export interface WhatIfSearch {
  /** JSON of DraftChange[]. */
  readonly draft?: string | undefined
  readonly period?: SimulationPeriod | undefined
}

export const readWhatIfSearch = (search: RawSearch): WhatIfSearch => ({
  // The router reads what looks like JSON.
  draft: typeof search['draft'] === 'object' ? JSON.stringify(search['draft']) : textParam(search, 'draft'),
  period: oneOfParam(search, 'period', ['24h', '7d'] as const),
})

/** Null where there is none; what is no draft is refused by the API. */
export function draftOf({ draft }: WhatIfSearch): readonly DraftChange[] | null {
  if (draft === undefined) return null
  try {
    const changes: unknown = JSON.parse(draft)
    return Array.isArray(changes) ? (changes as DraftChange[]) : null
  } catch {
    return null
  }
}
