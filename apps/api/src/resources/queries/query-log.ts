/** The query log as the contract shows it: pages, and everything that fits a filter in pages. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import type { Database } from '@weir/shared/db/open-database'
import { formatRcode } from '@weir/shared/dns/rcode'
import { formatRrType } from '@weir/shared/dns/rr-type'
import { formatAnswerSummary } from '@weir/shared/log/answer-summary'
import { OUTCOMES, POLICY_EFFECTS, REASONS, TRANSPORTS } from '@weir/shared/log/outcomes'
import { isRuleSetId, ruleSetOfListId } from '@weir/shared/services/rule-set-number'
import type { AppDeps } from '../../deps.ts'
import { type Filter, resolveFilter } from './query-filter.ts'
import { findQuery, type QueryRow, readQueries } from './repository.ts'

export interface LogPage {
  readonly entries: QueryLogEntry[]
  readonly nextBefore: number | null
}

type Parts = Pick<AppDeps, 'database' | 'log' | 'clock'>

/** @returns undefined while log.db is missing or broken. @throws ProblemError `invalid-field` */
export function readPage(parts: Parts, filter: Filter, before: number | null, limit: number): LogPage | undefined {
  const found = parts.log.read((log) =>
    readQueries(log, resolveFilter(log, filter), before, limit, () => parts.clock.monotonic()),
  )
  if (!found) return undefined
  const listNames = namesOfLists(parts.database)
  return { entries: found.rows.map((row) => entryOf(row, listNames)), nextBefore: found.nextBefore }
}

/** @returns undefined: there is no such query any more, or log.db is missing or broken */
export function readQuery(parts: Parts, id: number): QueryLogEntry | undefined {
  const row = parts.log.read((log) => findQuery(log, id))
  return row && entryOf(row, namesOfLists(parts.database))
}

const PAGE_ROWS = 1000

/** Everything that fits, newest first, up to `limit`; other requests are served between two pages. */
export async function* readAll(parts: Parts, filter: Filter, limit: number): AsyncGenerator<QueryLogEntry> {
  let before: number | null = null
  for (let left = limit; left > 0; ) {
    const page: LogPage | undefined = readPage(parts, filter, before, Math.min(PAGE_ROWS, left))
    if (!page) return
    yield* page.entries
    left -= page.entries.length
    before = page.nextBefore
    if (before === null) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Lists are few. */
const namesOfLists = (database: Database): Map<number, string> =>
  new Map(database.prepare('SELECT id, name FROM list').raw().all() as [number, string][])

function shadowOf(row: QueryRow, listNames: ReadonlyMap<number, string>): QueryLogEntry['shadow'] {
  const effect = POLICY_EFFECTS[row.shadowEffect ?? -1]
  if (effect === undefined) return null
  const { shadowRuleId: ruleId, shadowListId } = row
  if (shadowListId === null) return { effect, ruleId, listId: null, listName: null, ruleSet: null }
  const ruleSet = ruleSetOfListId(shadowListId) ?? null
  const listId = isRuleSetId(shadowListId) ? null : shadowListId
  return { effect, ruleId, listId, listName: listNames.get(shadowListId) ?? null, ruleSet }
}

const entryOf = (row: QueryRow, listNames: ReadonlyMap<number, string>): QueryLogEntry => ({
  id: row.id,
  at: row.at,
  client: row.client ?? '',
  clientId: row.clientId || null,
  name: row.name ?? '',
  type: formatRrType(row.qtype),
  rcode: row.rcode === null ? null : formatRcode(row.rcode),
  outcome: OUTCOMES[row.outcome] ?? 'failed',
  reason: REASONS[row.reason] ?? 'none',
  transport: TRANSPORTS[row.transport] ?? 'udp',
  durationUs: row.durationUs,
  ruleId: row.ruleId,
  listId: row.listId === null || isRuleSetId(row.listId) ? null : row.listId,
  listName: row.listId === null ? null : (listNames.get(row.listId) ?? null),
  ruleSet: (row.listId === null ? null : ruleSetOfListId(row.listId)) ?? null,
  shadow: shadowOf(row, listNames),
  upstream: row.upstream,
  answer: row.answer === null ? '' : formatAnswerSummary(row.answer),
})
