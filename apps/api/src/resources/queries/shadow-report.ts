/** What a rule or a list that only records would have done: counts from the roll-ups, names and clients from the log. */
import type { ShadowReport } from '@weir/shared/contract/shadow'
import type { Database } from '@weir/shared/db/open-database'
import { POLICY_EFFECTS, type PolicyEffect } from '@weir/shared/log/outcomes'
import { HIT_KINDS, type HitKind } from '@weir/shared/log/rollup'
import type { AppDeps } from '../../deps.ts'
import { recentSince } from '../../hit-counts.ts'
import { type Filter, resolveFilter } from './query-filter.ts'
import { type QueryRow, readQueries } from './repository.ts'

/** Rows that are read for names and clients, newest first. */
const MAX_READ = 20_000
const MAX_NAMES = 10

/** A service or safe search has a number where lists have their ids. Null: all of the last days. */
export type ShadowSubject = { readonly rule: number } | { readonly list: number } | null

const NOTHING = { queries: 0, since: null, lastAt: null }
const NONE_READ = { queries: 0, isAll: true, clients: 0, names: 0 }

export function reportShadow({ log, clock }: Pick<AppDeps, 'log' | 'clock'>, subject: ShadowSubject): ShadowReport {
  const since = subject === null ? recentSince(clock.now()) : 0
  const report = log.read((database): ShadowReport => {
    const found = readQueries(database, resolveFilter(database, filterOf(subject, since)), null, MAX_READ, () =>
      clock.monotonic(),
    )
    const names = byName(found.rows)
    return {
      ...(subject === null ? countedSince(database, since) : countedHits(database, subject)),
      read: {
        queries: found.rows.length,
        isAll: found.nextBefore === null,
        clients: new Set(found.rows.map(({ client }) => client)).size,
        names: names.length,
      },
      names: names.slice(0, MAX_NAMES),
      state: 'ok',
    }
  })
  return report ?? { ...NOTHING, read: NONE_READ, names: [], state: 'unavailable' }
}

function filterOf(subject: ShadowSubject, since: number): Filter {
  if (subject === null) return { shadow: 'any', from: since }
  return 'rule' in subject ? { shadowRule: subject.rule } : { shadowList: subject.list }
}

type Counted = Pick<ShadowReport, 'queries' | 'since' | 'lastAt'>
const COUNTED = 'SELECT coalesce(sum(count), 0) AS queries, min(day) AS since, max(last_at) AS lastAt FROM hit'

function countedSince(database: Database, since: number): Counted {
  const kinds = [HIT_KINDS.indexOf('shadow-rule'), HIT_KINDS.indexOf('shadow-list')]
  const row = database.prepare<number[], Counted>(`${COUNTED} WHERE kind IN (?, ?) AND day >= ?`).get(...kinds, since)
  return row ?? NOTHING
}

function countedHits(database: Database, subject: NonNullable<ShadowSubject>): Counted {
  const kind: HitKind = 'rule' in subject ? 'shadow-rule' : 'shadow-list'
  const id = 'rule' in subject ? subject.rule : subject.list
  const row = database
    .prepare<[number, number], Counted>(`${COUNTED} WHERE kind = ? AND id = ?`)
    .get(HIT_KINDS.indexOf(kind), id)
  return row ?? NOTHING
}

/** Most queries first. */
function byName(rows: readonly QueryRow[]): ShadowReport['names'] {
  const found = new Map<string, { name: string; effect: PolicyEffect; queries: number; clients: Set<string | null> }>()
  for (const { name, client, shadowEffect } of rows) {
    const effect = POLICY_EFFECTS[shadowEffect ?? -1]
    if (effect === undefined || name === null) continue
    const key = `${effect} ${name}`
    const entry = found.get(key) ?? { name, effect, queries: 0, clients: new Set() }
    found.set(key, entry)
    entry.queries++
    entry.clients.add(client)
  }
  return [...found.values()]
    .map(({ clients, ...entry }) => ({ ...entry, clients: clients.size }))
    .sort((a, b) => b.queries - a.queries || (a.name < b.name ? -1 : 1))
}
