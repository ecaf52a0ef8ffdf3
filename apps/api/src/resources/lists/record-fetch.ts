/** Stores how a fetch went, and when the next one is due. */
import type { ContentFault } from './content-fault.ts'
import type { FetchedList } from './fetch-list.ts'
import { nextRegularFetch, nextRetry } from './fetch-times.ts'
import type { ListParts } from './list-parts.ts'
import type { FetchState } from './list-row.ts'

export const NO_FAILURE = { lastError: null, failures: 0, failingSince: null } as const

type Parts = Pick<ListParts, 'repository' | 'clock' | 'world'>

export function recordSuccess(parts: Parts, listId: number, fetched: FetchedList): void {
  record(parts, listId, (now, intervalSeconds, random) => ({
    lastSuccessAt: now,
    nextFetchAt: nextRegularFetch(now, intervalSeconds, random),
    ...NO_FAILURE,
    ...(fetched.kind === 'content' ? { etag: fetched.etag, lastModified: fetched.lastModified } : {}),
  }))
}

/** Somebody ended the fetch: no failure, and no reason to begin again at once. */
export function recordCancelled(parts: Parts, listId: number): void {
  record(parts, listId, (now, intervalSeconds, random) => ({
    nextFetchAt: nextRegularFetch(now, intervalSeconds, random),
  }))
}

export function recordFailure(parts: Parts, listId: number, { detail }: ContentFault): void {
  const before = parts.repository.fetchState(listId)
  const failures = before.failures + 1
  record(parts, listId, (now, intervalSeconds, random) => ({
    nextFetchAt: nextRetry(now, intervalSeconds, failures, random),
    lastError: detail,
    failures,
    failingSince: before.failingSince ?? now,
  }))
}

/** Nothing for a list that was deleted meanwhile. */
function record(
  { repository, clock, world }: Parts,
  listId: number,
  change: (now: number, intervalSeconds: number, random: number) => Partial<FetchState>,
): void {
  const list = repository.find(listId)
  if (list === undefined) return
  const now = clock.now()
  const changed = change(now, list.refreshIntervalSeconds, world.random())
  repository.saveFetchState(listId, { lastFetchAt: now, ...changed })
}
