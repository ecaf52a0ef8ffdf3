/** A list as the API shows it: its row, its active version, how fetching goes and what is being done to it. */
import type { List, ListEvent, ListProgress, ListVersion } from '@weir/shared/contract/lists'
import type { FetchState, ListRow, VersionRow } from './list-row.ts'

export interface ListFacts {
  readonly row: ListRow
  readonly active: VersionRow | undefined
  readonly fetch: FetchState
  readonly progress: ListProgress | null
}

export function listView(facts: ListFacts): List {
  const { row, active, fetch, progress } = facts
  const { activeVersionId: _activeVersionId, revision: _revision, ...fields } = row
  return {
    ...fields,
    state: listState(facts),
    progress,
    entries: active === undefined ? 0 : active.names + active.complexRules,
    activeVersion: active === undefined ? null : versionView(active, active.id),
    lastFetchAt: fetch.lastFetchAt,
    lastSuccessAt: fetch.lastSuccessAt,
    nextFetchAt: row.source === 'url' && row.enabled ? fetch.nextFetchAt : null,
    lastError: fetch.lastError,
  }
}

/** What happens now comes first, then what is wrong, then what is there. */
function listState({ row, active, fetch, progress }: ListFacts): List['state'] {
  if (progress !== null) return progress.phase === 'fetching' ? 'fetching' : 'compiling'
  if (!row.enabled) return 'disabled'
  if (fetch.lastError !== null) return 'failed'
  return active === undefined ? 'empty' : 'active'
}

export const listEvent = (facts: ListFacts): ListEvent => ({
  listId: facts.row.id,
  state: listState(facts),
  progress: facts.progress,
  lastError: facts.fetch.lastError,
})

export function versionView(version: VersionRow, activeVersionId: number | null): ListVersion {
  const { sha256: _sha256, ...fields } = version
  return { ...fields, isActive: version.id === activeVersionId }
}
