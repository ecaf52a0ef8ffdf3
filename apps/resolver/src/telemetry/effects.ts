/** Notes in log.db which configuration answered from when on (migrations/log/0003-effect.sql). */
import type { Database } from '@weir/shared/db/open-database'

/** A configuration that is in effect now. */
export interface Effect {
  readonly atMs: number
  /** config_revision. */
  readonly revision: number
  /** List id and version id of each list in the rule index. */
  readonly versions: readonly (readonly [number, number])[]
}

/** While log.db cannot be written; the oldest go, and the history of weir.db stands in for them. */
const MAX_PENDING = 1000
/** As many as change rows are kept. */
const MAX_ROWS = 100_000

export class Effects {
  #pending: Effect[] = []

  get hasNews(): boolean {
    return this.#pending.length > 0
  }

  note(effect: Effect): void {
    this.#pending.push(effect)
    if (this.#pending.length > MAX_PENDING) this.#pending.shift()
  }

  /** Inside the caller's transaction. */
  write(database: Database): void {
    const put = database.prepare('INSERT OR REPLACE INTO effect (at, revision, versions) VALUES (?, ?, ?)')
    for (const { atMs, revision, versions } of this.#pending) put.run(atMs, revision, JSON.stringify(versions))
  }

  /** After the transaction of `write` has been committed. */
  written(): void {
    this.#pending = []
  }
}

/** Those of before `beforeMs` go, all but the last one, which held on. Inside the caller's transaction. */
export function pruneEffects(database: Database, beforeMs: number): void {
  database.prepare('DELETE FROM effect WHERE at < (SELECT max(at) FROM effect WHERE at <= ?)').run(beforeMs)
  database
    .prepare('DELETE FROM effect WHERE at <= (SELECT at FROM effect ORDER BY at DESC LIMIT 1 OFFSET ?)')
    .run(MAX_ROWS)
}
