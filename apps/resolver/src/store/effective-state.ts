/** Which configuration answered at a moment: as the resolver has noted it in log.db, else as the history has it. */
import type { Database } from '@weir/shared/db/open-database'
import { revisionAt } from '@weir/shared/policy/past-images'

export interface EffectiveState {
  readonly revision: number
  /** Version of each list that was in the rule index; null: those that were active in that revision. */
  readonly versions: ReadonlyMap<number, number> | null
}

/** @returns undefined when neither reaches back so far */
export function stateAt(database: Database, log: Database | null, atMs: number): EffectiveState | undefined {
  const now = database.prepare<[], number>('SELECT revision FROM config_revision').pluck().get() ?? 0
  const noted = log && notedAt(log, atMs)
  // A backup that was restored has taken history back: what was noted is of another one.
  if (noted && noted.revision <= now) return noted
  const revision = revisionAt(database, atMs)
  return revision === undefined ? undefined : { revision, versions: null }
}

function notedAt(log: Database, atMs: number): EffectiveState | undefined {
  const row = log
    .prepare<[number], { revision: number; versions: string }>(
      'SELECT revision, versions FROM effect WHERE at <= ? ORDER BY at DESC LIMIT 1',
    )
    .get(atMs)
  return row && { revision: row.revision, versions: new Map(JSON.parse(row.versions) as [number, number][]) }
}
