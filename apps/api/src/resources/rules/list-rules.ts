/**
 * Pages of own rules: filtered, sorted and searched by SQLite, keyset-paged.
 *
 * Searching is a LIKE scan, on purpose. Measured with 1 M rules: a rare text 130 to 220 ms, a common one below 1 ms (the
 * scan stops when the page is full). An FTS5 trigram index answers rare texts in 1 ms and common ones in 1.3 s, since all
 * matches must be sorted, and makes adding rules four times as slow.
 */

import type { HitCount } from '@weir/shared/contract/hits'
import type { ListedRule, RULE_SORTS, RulePage, RuleQuery } from '@weir/shared/contract/listed-rules'
import type { Rule } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import type { z } from 'zod'
import { formatCursor, parseCursor } from '../../cursor.ts'
import { hitsOf } from '../../hit-counts.ts'
import { RULE_COLUMNS, type RuleRow, ruleOf } from './rule-row.ts'

type Query = z.infer<typeof RuleQuery>
type Sort = (typeof RULE_SORTS)[number]

/** Hits of rules by id; undefined while log.db cannot be read. @param ids null: of all that had any */
export type ReadRuleHits = (
  kind: 'rule' | 'shadow-rule',
  ids: readonly number[] | null,
) => Map<number, HitCount> | undefined

type SortedRow = RuleRow & { readonly hits: number; readonly lastHitAt: number }

const SORT_COLUMNS: Readonly<Record<string, { column: string; of: (row: SortedRow) => string | number }>> = {
  id: { column: 'id', of: (row) => row.id },
  pattern: { column: 'pattern', of: (row) => row.pattern },
  action: { column: 'action', of: (row) => row.action },
  updatedAt: { column: 'updated_at', of: (row) => row.updatedAt },
  hits: { column: 'coalesce(hit.recent, 0)', of: (row) => row.hits },
  shadowHits: { column: 'coalesce(hit.recent, 0)', of: (row) => row.hits },
  lastHitAt: { column: 'coalesce(hit.last_at, 0)', of: (row) => row.lastHitAt },
}

/** Hits lie in log.db, rules in weir.db: they are joined as JSON. Of more rules than this, those with fewest count as none. */
const MAX_SORTED_HITS = 20_000
const HITS = `(SELECT value ->> 0 AS rule_id, value ->> 1 AS recent, value ->> 2 AS last_at FROM json_each(?)) hit`

/** Totals are counted once per revision and filter; this many are remembered. */
const MAX_TOTALS = 32

interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

export class RuleLister {
  readonly #database: Database
  readonly #hits: ReadRuleHits
  readonly #totals = new Map<string, number>()

  constructor(database: Database, hits: ReadRuleHits) {
    this.#database = database
    this.#hits = hits
  }

  /** @throws ProblemError `invalid-field` for a foreign cursor */
  list(query: Query, revision: number): z.infer<typeof RulePage> {
    const filters = conditionsOf(query)
    const conditions = query.cursor === undefined ? filters : [...filters, afterCursor(query.sort, query.cursor)]
    const { column, isDescending } = orderOf(query.sort)
    const direction = isDescending ? 'DESC' : 'ASC'
    const rows = this.#database
      .prepare<(string | number)[], SortedRow>(
        `SELECT ${RULE_COLUMNS}, coalesce(hit.recent, 0) AS hits, coalesce(hit.last_at, 0) AS lastHitAt
         FROM rule LEFT JOIN ${HITS} ON hit.rule_id = rule.id ${where(conditions)}
         ORDER BY ${column} ${direction}${column === 'id' ? '' : `, id ${direction}`} LIMIT ?`,
      )
      .all(this.#sortedHits(query.sort), ...valuesOf(conditions), query.limit + 1)
    const hasMore = rows.length > query.limit
    if (hasMore) rows.pop()
    const last = rows.at(-1)
    return {
      items: withHits(rows.map(ruleOf), this.#hits),
      nextCursor: hasMore && last ? formatCursor({ value: orderOf(query.sort).valueOf(last), id: last.id }) : null,
      total: this.#total(query, filters, rows.length, hasMore, revision),
    }
  }

  /** For the order alone; of the rows of a page they are read exactly. */
  #sortedHits(sort: Sort): string {
    if (!/hits$|lastHitAt$/i.test(sort)) return '[]'
    const hits = this.#hits(sort.endsWith('shadowHits') ? 'shadow-rule' : 'rule', null)
    const most = [...(hits ?? [])].sort(([, a], [, b]) => b.recent - a.recent).slice(0, MAX_SORTED_HITS)
    return JSON.stringify(most.map(([id, { recent, lastHitAt }]) => [id, recent, lastHitAt]))
  }

  /** Exact without a search; with one, only where the first page already holds everything. */
  #total(query: Query, filters: readonly Condition[], rows: number, hasMore: boolean, revision: number): number | null {
    if (query.cursor === undefined && !hasMore) return rows
    if (query.search !== undefined) return null
    const key = JSON.stringify([revision, filters])
    const known = this.#totals.get(key)
    if (known !== undefined) return known
    const total =
      this.#database
        .prepare<(string | number)[], number>(`SELECT count(*) FROM rule ${where(filters)}`)
        .pluck()
        .get(...valuesOf(filters)) ?? 0
    this.#totals.set(key, total)
    if (this.#totals.size > MAX_TOTALS) this.#totals.delete(this.#totals.keys().next().value ?? '')
    return total
  }
}

/** Rules with how often they decided, and how often they would have. */
export function withHits(rules: readonly Rule[], readHits: ReadRuleHits): ListedRule[] {
  const ids = rules.map(({ id }) => id)
  const hits = readHits('rule', ids)
  const shadowHits = readHits('shadow-rule', ids)
  return rules.map((rule) => ({ ...rule, hits: hitsOf(hits, rule.id), shadowHits: hitsOf(shadowHits, rule.id) }))
}

function conditionsOf({ search, action, match, enabled }: Query): Condition[] {
  const conditions: Condition[] = []
  if (action !== undefined) conditions.push({ sql: 'action = ?', values: [action] })
  if (match !== undefined) conditions.push({ sql: 'match = ?', values: [match] })
  if (enabled !== undefined) conditions.push({ sql: 'enabled = ?', values: [enabled ? 1 : 0] })
  if (search !== undefined && search.trim() !== '') {
    const text = search.trim()
    conditions.push({
      sql: `(pattern LIKE ? ESCAPE '!' OR comment LIKE ? ESCAPE '!')`,
      values: [likePattern(canonicalSearch(text)), likePattern(text)],
    })
  }
  return conditions
}

/** A part of a name as patterns hold it: `BÜCHER.example` finds `xn--bcher-kva.example`. */
function canonicalSearch(text: string): string {
  const name = /[^\p{ASCII}]/u.test(text) ? parseDomainName(text) : undefined
  return name?.ok ? name.value : text
}

const likePattern = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`

interface Order {
  readonly column: string
  readonly isDescending: boolean
  readonly valueOf: (row: SortedRow) => string | number
}

function orderOf(sort: Sort): Order {
  const { column, of } = SORT_COLUMNS[sort.replace(/^-/, '')]!
  return { column, isDescending: sort.startsWith('-'), valueOf: of }
}

function afterCursor(sort: Sort, cursor: string): Condition {
  const { column, isDescending } = orderOf(sort)
  const { value, id } = parseCursor(cursor)
  const comparison = isDescending ? '<' : '>'
  return column === 'id'
    ? { sql: `id ${comparison} ?`, values: [id] }
    : { sql: `(${column}, id) ${comparison} (?, ?)`, values: [value, id] }
}

const where = (conditions: readonly Condition[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`

const valuesOf = (conditions: readonly Condition[]): (string | number)[] => conditions.flatMap(({ values }) => values)
