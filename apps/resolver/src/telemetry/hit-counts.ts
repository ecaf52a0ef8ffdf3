/**
 * How often each list and each own rule decided a query, by day (UTC), and when last: what tells the unused ones from the
 * rest. Counted from the records of the log, whether the log is kept or not; written with the roll-ups as additions to
 * what is there, so that nothing has to be read first.
 */
import type { Database } from '@weir/shared/db/open-database'
import { bucketStart, HIT_KINDS, type HitKind, Resolution } from '@weir/shared/log/rollup'

/** Keys that wait for log.db; while it is broken, what comes beyond them is counted as lost. */
const MAX_PENDING = 100_000

interface Hits {
  readonly kind: number
  readonly id: number
  readonly day: number
  count: number
  lastAt: number
}

const ADD = `INSERT INTO hit (kind, id, day, count, last_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (kind, id, day) DO UPDATE SET count = count + excluded.count, last_at = max(last_at, excluded.last_at)`

export class HitCounts {
  readonly #pending = HIT_KINDS.map(() => new Map<number, Hits>())
  /** Of an earlier day: a key of today has begun before they were written. */
  #closed: Hits[] = []
  #lost = 0

  /** Hits that were not kept, since log.db could not be written for long. */
  get lost(): number {
    return this.#lost
  }

  /** @param weight queries that the record stands for */
  count(kind: HitKind, id: number, atMs: number, weight: number): void {
    const day = bucketStart(atMs, Resolution.Day)
    const position = HIT_KINDS.indexOf(kind)
    const pending = this.#pending[position]!
    let hits = pending.get(id)
    if (hits === undefined || hits.day !== day) {
      if (this.#size >= MAX_PENDING) {
        this.#lost += weight
        return
      }
      if (hits !== undefined) this.#closed.push(hits)
      hits = { kind: position, id, day, count: 0, lastAt: atMs }
      pending.set(id, hits)
    }
    hits.count += weight
    hits.lastAt = Math.max(hits.lastAt, atMs)
  }

  /** Inside the caller's transaction. */
  write(database: Database): void {
    if (this.#size === 0) return
    const add = database.prepare(ADD)
    const put = ({ kind, id, day, count, lastAt }: Hits): unknown => add.run(kind, id, day, count, lastAt)
    this.#closed.forEach(put)
    for (const pending of this.#pending) pending.forEach(put)
  }

  /** After the transaction of `write` has been committed. */
  written(): void {
    this.#closed = []
    for (const pending of this.#pending) pending.clear()
  }

  get #size(): number {
    return this.#pending.reduce((sum, { size }) => sum + size, this.#closed.length)
  }
}
