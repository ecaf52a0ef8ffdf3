/** Queries under way on one socket, by ID: a small hash table, since a Map is made anew with every ebb and flow. */
import type { PendingQuery } from './pending-query.ts'

/** A power of two. IDs are random, so that their lowest bits will do. */
const LISTS = 64

export class PendingTable {
  readonly #lists: (PendingQuery | null)[] = new Array<PendingQuery | null>(LISTS).fill(null)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param query its ID is not in the table */
  add(query: PendingQuery): void {
    const list = query.id & (LISTS - 1)
    query.next = this.#lists[list]!
    this.#lists[list] = query
    this.#size++
  }

  find(id: number): PendingQuery | null {
    let query: PendingQuery | null = id < 0 ? null : this.#lists[id & (LISTS - 1)]!
    while (query !== null && query.id !== id) query = query.next
    return query
  }

  remove(query: PendingQuery): void {
    const list = query.id & (LISTS - 1)
    let before: PendingQuery | null = null
    let each: PendingQuery | null = this.#lists[list]!
    while (each !== null && each !== query) {
      before = each
      each = each.next
    }
    if (each === null) return
    if (before === null) this.#lists[list] = query.next
    else before.next = query.next
    this.#size--
  }

  all(): PendingQuery[] {
    const queries: PendingQuery[] = []
    for (const first of this.#lists) {
      let query: PendingQuery | null = first
      for (; query !== null; query = query.next) queries.push(query)
    }
    return queries
  }
}
