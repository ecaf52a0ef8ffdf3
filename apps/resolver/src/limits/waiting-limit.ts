/**
 * How many of a client's queries may wait for upstreams: without a bound, one client takes all places there are, and whoever forges
 * an address lets many large answers gather behind a slow name, to reach the owner of that address at one moment (DNSBomb,
 * CVE-2024-33655).
 *
 * ```
 *  0   hash key (random)     4  workers     64  counts, 2 octets each: one of each worker in a row, for each place
 * ```
 * A table of fixed size as that of the rate (token-bucket.ts): places by a keyed hash of the address, proven addresses apart. Each
 * worker counts in a column of its own, which it clears when it starts, so that one that dies leaves nothing behind; what counts is
 * the sum of a row. Only queries that wait come here: neither cached nor blocked ones.
 */
import { randomBytes } from 'node:crypto'
import { hashAddress } from './address-hash.ts'

/** 32 KiB a worker. More than clients have queries that wait, so that two of them seldom share a place. */
const PLACES = 16_384
const HEADER_OCTETS = 64
const Header = { Key: 0, Workers: 1 } as const

/** What `take` says instead of a place: nothing is counted. */
export const NOT_COUNTED = -1
/** What `take` says when the client has as many as it may. */
export const NO_PLACE = -2

/** Made once, in the main thread. */
export function createWaitingTable(workers: number): SharedArrayBuffer {
  const table = new SharedArrayBuffer(HEADER_OCTETS + PLACES * workers * 2)
  const header = new Int32Array(table, 0, HEADER_OCTETS / 4)
  header[Header.Key] = randomBytes(4).readInt32LE()
  header[Header.Workers] = workers
  return table
}

export class WaitingLimit {
  /** Queries of one client, 0: no limit; at most 50,000. */
  limit: number
  /** Queries turned away since start. */
  refused = 0
  readonly #key: number
  readonly #workers: number
  readonly #worker: number
  readonly #counts: Uint16Array<SharedArrayBuffer>

  /** @param worker whose column this is, from 0 */
  constructor(limit: number, table: SharedArrayBuffer, worker = 0) {
    this.limit = limit
    const header = new Int32Array(table, 0, HEADER_OCTETS / 4)
    this.#key = header[Header.Key]!
    this.#workers = header[Header.Workers]!
    this.#worker = worker
    this.#counts = new Uint16Array(table, HEADER_OCTETS)
    for (let place = 0; place < PLACES; place++) this.#counts[place * this.#workers + worker] = 0
  }

  /** @param address 16 octets @returns what `leave` is to be called with, once; or NO_PLACE */
  take(address: Uint8Array, isProven: boolean): number {
    if (this.limit === 0) return NOT_COUNTED
    const counts = this.#counts
    const row = (hashAddress(address, this.#key, isProven) % PLACES) * this.#workers
    let waiting = 0
    for (let i = 0; i < this.#workers; i++) waiting += counts[row + i]!
    if (waiting >= this.limit) {
      this.refused++
      return NO_PLACE
    }
    const place = row + this.#worker
    counts[place]!++
    return place
  }

  leave(place: number): void {
    if (place >= 0) this.#counts[place]!--
  }
}
