/**
 * Removes names that no query has any more: marks what postings and open rows refer to, then sweeps, in small steps.
 *
 * There is no index from names to queries; one pass over the postings costs less than keeping it for every row.
 */
import type { Database } from '@weir/shared/db/open-database'
import { PostingKind, SEGMENT_ROWS } from '@weir/shared/log/segment'

const SWEEP_NAMES = 2000
/** Ids above this are not looked at in this pass: 4 MiB of bits. Ids rise for ever; a cleared log starts anew. */
const MAX_NAME_ID = 32 * 1024 * 1024

export class NameSweeper {
  readonly #bits: Uint8Array
  readonly #lastNameId: number
  #nextSegment = 0
  #nextName = 1

  constructor(database: Database) {
    const last = (database.prepare('SELECT max(id) FROM name').pluck().get() as number | null) ?? 0
    this.#lastNameId = Math.min(last, MAX_NAME_ID)
    this.#bits = new Uint8Array((this.#lastNameId >> 3) + 1)
  }

  /** A name is in use: the writer says so for each record while a pass goes on. */
  mark(nameId: number): void {
    if (nameId <= this.#lastNameId) this.#bits[nameId >> 3]! |= 1 << (nameId & 7)
  }

  /** One step, in a transaction of the caller. @returns names removed, or null when the pass is done */
  step(database: Database): number | null {
    if (this.#markNext(database)) return 0
    return this.#nextName > this.#lastNameId ? null : this.#sweepNext(database)
  }

  /** Segments one by one; then all rows without postings at once, at most two segments. */
  #markNext(database: Database): boolean {
    if (this.#nextSegment < 0) return false
    const segment = database.prepare('SELECT min(id) FROM segment WHERE id >= ?').pluck().get(this.#nextSegment)
    if (typeof segment === 'number') {
      const keys = database.prepare('SELECT key FROM posting WHERE segment_id = ? AND kind = ?').pluck()
      for (const key of keys.all(segment, PostingKind.Name) as number[]) this.mark(key)
      this.#nextSegment = segment + 1
      return true
    }
    const open = database.prepare('SELECT DISTINCT name_id FROM query WHERE id >= ?').pluck()
    for (const id of open.all(this.#nextSegment * SEGMENT_ROWS) as number[]) this.mark(id)
    this.#nextSegment = -1
    return true
  }

  #sweepNext(database: Database): number {
    const until = this.#nextName + SWEEP_NAMES
    const ids = database.prepare('SELECT id FROM name WHERE id >= ? AND id < ?').pluck()
    const remove = database.prepare('DELETE FROM name WHERE id = ?')
    let removed = 0
    for (const id of ids.all(this.#nextName, Math.min(until, this.#lastNameId + 1)) as number[]) {
      if ((this.#bits[id >> 3]! & (1 << (id & 7))) !== 0) continue
      remove.run(id)
      removed++
    }
    this.#nextName = until
    return removed
  }
}
