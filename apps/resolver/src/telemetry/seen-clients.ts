/**
 * When each client was seen first and last, how much it asked and how much of that was blocked: counted from the records
 * of the log, written as additions to what is there. Who is new is written at once.
 */
import type { Database } from '@weir/shared/db/open-database'

/** Clients that wait for log.db; what others ask beyond them is not counted here. */
const MAX_PENDING = 10_000
/** Rows that are kept: those that were silent for longest go. */
const MAX_KEPT = 20_000
/** Rows are looked through once in so many writes. */
const PRUNE_EVERY_WRITES = 600

interface Seen {
  readonly firstAt: number
  lastAt: number
  queries: number
  blocked: number
}

const ADD = `INSERT INTO seen_client (address, first_at, last_at, queries, blocked) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (address) DO UPDATE SET last_at = max(last_at, excluded.last_at), queries = queries + excluded.queries,
    blocked = blocked + excluded.blocked`
const PRUNE = `DELETE FROM seen_client WHERE address IN
  (SELECT address FROM seen_client ORDER BY last_at DESC LIMIT -1 OFFSET ${MAX_KEPT})`

export class SeenClients {
  readonly #pending = new Map<string, Seen>()
  #writes = 0

  /** @param address as the log holds it: empty where privacy drops it @param weight queries that the record stands for */
  count(address: string, isBlocked: boolean, atMs: number, weight: number): void {
    if (address === '') return
    let seen = this.#pending.get(address)
    if (seen === undefined) {
      if (this.#pending.size >= MAX_PENDING) return
      seen = { firstAt: Math.floor(atMs), lastAt: 0, queries: 0, blocked: 0 }
      this.#pending.set(address, seen)
    }
    seen.lastAt = Math.max(seen.lastAt, Math.floor(atMs))
    seen.queries += weight
    if (isBlocked) seen.blocked += weight
  }

  /** Inside the caller's transaction. */
  write(database: Database): void {
    if (this.#pending.size === 0) return
    const add = database.prepare(ADD)
    for (const [address, { firstAt, lastAt, queries, blocked }] of this.#pending)
      add.run(address, firstAt, lastAt, queries, blocked)
    if (this.#writes++ % PRUNE_EVERY_WRITES === 0) database.prepare(PRUNE).run()
  }

  /** After the transaction of `write` has been committed. */
  written(): void {
    this.#pending.clear()
  }
}
