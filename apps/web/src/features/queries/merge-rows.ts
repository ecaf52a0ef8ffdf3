/** Tail and pages in one: what the stream brought may be in the log by the time a page is read. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'

/** Both newest first. A row of the tail goes when the log holds the same query. */
export function mergeRows(tail: readonly QueryLogEntry[], logged: readonly QueryLogEntry[]): readonly QueryLogEntry[] {
  const newest = logged[0]
  if (newest === undefined) return tail
  const known = new Set(logged.filter((row) => row.at >= (tail.at(-1)?.at ?? 0)).map(identityOf))
  return [...tail.filter((row) => row.at > newest.at || !known.has(identityOf(row))), ...logged]
}

const identityOf = (row: QueryLogEntry): string =>
  `${row.at} ${row.client} ${row.clientId} ${row.name} ${row.type} ${row.durationUs}`
