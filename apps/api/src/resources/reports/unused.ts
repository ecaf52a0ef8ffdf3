/** Rules and lists that have decided nothing for so many days. */
import { MAX_FINDINGS, type PolicyReportBody } from '@weir/shared/contract/policy-report'
import type { Database } from '@weir/shared/db/open-database'
import { HIT_KINDS, type HitKind } from '@weir/shared/log/rollup'
import type { ReportedList } from './list-overlaps.ts'
import { lineOf } from './rule-findings.ts'
import type { StoredRule } from './stored-rules.ts'

const DAY_MS = 86_400_000

type Unused = Pick<PolicyReportBody, 'unusedRules' | 'unusedLists' | 'hitsSince'>

/** @param log undefined: it cannot be read, and nothing is said to be unused */
export function findUnused(
  log: Database | undefined,
  { rules, lists }: { readonly rules: readonly StoredRule[]; readonly lists: readonly ReportedList[] },
  { days, nowMs }: { readonly days: number; readonly nowMs: number },
): Unused {
  if (log === undefined)
    return { unusedRules: { total: 0, items: [] }, unusedLists: { total: 0, items: [] }, hitsSince: null }
  const since = nowMs - days * DAY_MS
  const ofRules = lastHits(log, 'rule')
  const ofLists = lastHits(log, 'list')
  const idle = <T extends { readonly id: number; readonly createdAt: number }>(
    things: readonly T[],
    hits: Map<number, number>,
  ) => things.filter(({ id, createdAt }) => createdAt <= since && (hits.get(id) ?? 0) < since)
  // What only takes other rules back never decides.
  const deciding = rules.filter(({ rule }) => rule.badfilter === undefined && rule.exceptRewrite === undefined)
  const unusedRules = idle(deciding, ofRules)
  const unusedLists = idle(lists, ofLists)
  return {
    hitsSince: log.prepare<[], number>('SELECT since FROM hit_horizon').pluck().get() ?? null,
    unusedRules: {
      total: unusedRules.length,
      items: unusedRules
        .slice(0, MAX_FINDINGS)
        .map((stored) => ({ rule: lineOf(stored), lastHitAt: ofRules.get(stored.id) ?? null })),
    },
    unusedLists: {
      total: unusedLists.length,
      items: unusedLists
        .slice(0, MAX_FINDINGS)
        .map(({ id, name, entries }) => ({ id, name, entries, lastHitAt: ofLists.get(id) ?? null })),
    },
  }
}

const lastHits = (log: Database, kind: HitKind): Map<number, number> =>
  new Map(
    log
      .prepare<[number], { id: number; at: number }>(
        'SELECT id, max(last_at) AS at FROM hit WHERE kind = ? GROUP BY id',
      )
      .all(HIT_KINDS.indexOf(kind))
      .map(({ id, at }) => [id, at]),
  )
