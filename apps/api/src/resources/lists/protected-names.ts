/**
 * The names that a new version of a list may not cover unnoticed: a maintained few (protected-data.ts), the console's own,
 * the zones and records of this network, and what the network has asked for most over days.
 *
 * Who uploads a list looks at the answer, and own records stand above lists anyway: they are checked for what is fetched.
 */
import type { ProtectedBecause } from '@weir/shared/contract/list-guard'
import type { Database } from '@weir/shared/db/open-database'
import { bucketStart, TOP_KINDS, TopResolution } from '@weir/shared/log/rollup'
import type { LogReader } from '../../log-reader.ts'
import { PROTECTED_DATA } from './protected-data.ts'

export interface ProtectedName {
  readonly name: string
  readonly because: ProtectedBecause
  /** Only an entry that covers everything below the name too does harm. */
  readonly isZone: boolean
}

/** Own names that are looked at; who has more records has a zone of them. */
const MAX_OWN_NAMES = 5000
const MAX_ASKED_MOST = 100
const ASKED_DAYS = 7
/** A burst is no habit: a name counts when it was among the most frequent of that many hours. */
const MIN_ASKED_HOURS = 3
const HOUR_MS = 3_600_000

export interface ProtectedSources {
  /** weir.db. */
  readonly database: Database
  readonly log: LogReader
  /** Host names of the console. */
  readonly consoleNames: readonly string[]
  /** Of the settings. */
  readonly chosenNames: readonly string[]
  readonly nowMs: number
}

/** @param isFetched without anybody looking at it */
export function protectedNames(sources: ProtectedSources, isFetched: boolean): ProtectedName[] {
  const names = new Map<string, ProtectedName>()
  const add = (name: string, because: ProtectedBecause, isZone = false): void => {
    if (!names.has(name)) names.set(name, { name, because, isZone })
  }
  for (const name of sources.consoleNames) if (name.includes('.')) add(name.toLowerCase(), 'console')
  for (const name of sources.chosenNames) add(name, 'chosen')
  for (const { pattern, action } of ownNames(sources.database))
    if (action === 'forward') add(pattern, 'own-zone', true)
    else if (isFetched) add(pattern, 'local-record')
  for (const name of askedMost(sources.log, sources.nowMs)) add(name, 'asked-most')
  for (const [because, data] of Object.entries(PROTECTED_DATA))
    for (const name of data) add(name, because as ProtectedBecause)
  return [...names.values()]
}

const ownNames = (database: Database): { pattern: string; action: string }[] =>
  database
    .prepare<[number], { pattern: string; action: string }>(
      `SELECT pattern, action FROM rule
       WHERE enabled = 1 AND action IN ('forward', 'rewrite', 'alias') AND match IN ('exact', 'suffix', 'subdomains')
       ORDER BY id LIMIT ?`,
    )
    .all(MAX_OWN_NAMES)

/** Names of the last days that were asked for steadily and mostly not blocked; none without a log. */
function askedMost(log: LogReader, nowMs: number): string[] {
  const from = bucketStart(nowMs - ASKED_DAYS * 24 * HOUR_MS, TopResolution.Hour)
  const read = (database: Database): string[] =>
    database
      .prepare<[number, number, number, number, number, number, number], string>(
        `SELECT asked.key FROM top asked
         LEFT JOIN (SELECT key, sum(count) AS count FROM top WHERE resolution = ? AND at >= ? AND kind = ? GROUP BY key)
           blocked ON blocked.key = asked.key
         WHERE asked.resolution = ? AND asked.at >= ? AND asked.kind = ?
         GROUP BY asked.key
         HAVING count(*) >= ${MIN_ASKED_HOURS} AND coalesce(blocked.count, 0) * 2 < sum(asked.count)
         ORDER BY sum(asked.count) DESC, asked.key LIMIT ?`,
      )
      .pluck()
      .all(
        TopResolution.Hour,
        from,
        TOP_KINDS.indexOf('blocked-names'),
        TopResolution.Hour,
        from,
        TOP_KINDS.indexOf('names'),
        MAX_ASKED_MOST,
      )
  return (log.read(read) ?? []).filter((name) => name.includes('.'))
}
