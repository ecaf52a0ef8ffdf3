/** A list as the API shows it: its row, its active version, how fetching goes and what is being done to it. */
import type { HitCount } from '@weir/shared/contract/hits'
import type { List, ListEvent, ListProgress, ListVersion } from '@weir/shared/contract/lists'
import type { FetchState, ListRow, VersionRow } from './list-row.ts'

export interface ListFacts {
  readonly row: ListRow
  readonly active: VersionRow | undefined
  readonly held: VersionRow | undefined
  readonly fetch: FetchState
  readonly progress: ListProgress | null
  readonly now: number
  readonly hits: HitCount | null
  readonly shadowHits: HitCount | null
}

export type ListState = Omit<ListFacts, 'hits' | 'shadowHits'>

export function listView(facts: ListFacts): List {
  const { row, active, held, fetch, progress, hits, shadowHits } = facts
  const { activeVersionId: _activeVersionId, acceptedEntries: _acceptedEntries, revision: version, ...fields } = row
  return {
    ...fields,
    version,
    state: listState(facts),
    progress,
    entries: active === undefined ? 0 : active.names + active.complexRules,
    activeVersion: active === undefined ? null : versionView(active, active.id),
    heldVersion: held === undefined ? null : versionView(held, null),
    lastFetchAt: fetch.lastFetchAt,
    lastSuccessAt: fetch.lastSuccessAt,
    nextFetchAt: row.source === 'url' && row.enabled && !row.pinned ? fetch.nextFetchAt : null,
    lastError: fetch.lastError,
    failures: fetch.failures,
    failingSince: fetch.failingSince,
    overdueSince: overdueSince(facts),
    hits,
    shadowHits,
  }
}

/** A day may be missed; two are noticed. Null: all is well, or nobody expects updates. */
const OVERDUE_INTERVALS = 2
function overdueSince({ row, fetch, now }: ListFacts): number | null {
  if (row.source !== 'url' || !row.enabled || row.pinned || row.refreshIntervalSeconds === 0) return null
  const since = (fetch.lastSuccessAt ?? row.createdAt) + OVERDUE_INTERVALS * row.refreshIntervalSeconds * 1000
  return since <= now ? since : null
}

/** What happens now comes first, then what is wrong, then what is there. */
function listState({ row, active, held, fetch, progress }: ListState): List['state'] {
  if (progress !== null) return progress.phase === 'fetching' ? 'fetching' : 'compiling'
  if (!row.enabled) return 'disabled'
  if (fetch.lastError !== null) return 'failed'
  if (held !== undefined) return 'held'
  return active === undefined ? 'empty' : 'active'
}

export const listEvent = (facts: ListState): ListEvent => ({
  listId: facts.row.id,
  state: listState(facts),
  progress: facts.progress,
  lastError: facts.fetch.lastError,
})

export function versionView(version: VersionRow, activeVersionId: number | null): ListVersion {
  const { sha256: _sha256, ...fields } = version
  return { ...fields, isActive: version.id === activeVersionId }
}
