/**
 * How often one client may ask: a token bucket an address, in a table of fixed size that all workers share.
 *
 * ```
 *  0   hash key (random)     4  rate that the buckets are counted by     64  buckets, 4 octets each
 * ```
 * The table is an array of buckets chosen by a keyed hash, not a map: a flood of spoofed addresses costs no memory and
 * throws nobody out. Two clients that share a bucket share its rate; the key is random, so nobody can aim at a neighbour.
 * IPv6 clients are counted by their /64 (RFC 6177: one site holds at least that). What proves its address is counted apart
 * from what does not, or whoever forges an address would use up its owner's rate.
 *
 * A bucket is one number: the time at which it is full again, in parts of the time that one token takes. It is changed by
 * compare-and-exchange, so that a client's rate is one rate whichever workers its queries reach. (The generic cell rate
 * algorithm, ITU-T I.371, which counts as a token bucket does.) The number wraps: a client that was quiet for exactly so
 * long (4 minutes at the highest rate, months at usual ones) may find a part of its burst gone.
 */
import { randomBytes } from 'node:crypto'
import { hashAddress } from './address-hash.ts'

/** 256 KiB. */
const BUCKET_COUNT = 65_536
const HEADER_OCTETS = 64
/** A client that was quiet may ask this many seconds' worth at once. */
const BURST_SECONDS = 2
/** Fineness of time: parts of a token. */
const TOKEN = 16
/** Not used yet, or not since the rate was changed. */
const FRESH = 0
const Header = { Key: 0, Rate: 1 } as const

/** Made once, in the main thread. */
export function createRateTable(): SharedArrayBuffer {
  const table = new SharedArrayBuffer(HEADER_OCTETS + BUCKET_COUNT * 4)
  new Int32Array(table)[Header.Key] = randomBytes(4).readInt32LE()
  return table
}

export class RateLimiter {
  readonly #perSecond: number
  readonly #originMs: number
  readonly #key: number
  readonly #fullAt: Int32Array<SharedArrayBuffer>
  /** Queries refused since start. */
  refused = 0

  /**
   * @param perSecond queries a second and client; 0: no limit
   * @param originMs what makes this thread's monotonic clock that of all threads, when added to it
   */
  constructor(perSecond: number, table: SharedArrayBuffer, originMs = 0) {
    this.#perSecond = perSecond
    this.#originMs = originMs
    const header = new Int32Array(table, 0, HEADER_OCTETS / 4)
    this.#key = header[Header.Key]!
    this.#fullAt = new Int32Array(table, HEADER_OCTETS)
    if (Atomics.exchange(header, Header.Rate, perSecond) !== perSecond) this.#fullAt.fill(FRESH)
  }

  /** @param address 16 octets @param nowMs monotonic @param isProven nobody else can send from there */
  mayAsk(address: Uint8Array, nowMs: number, isProven: boolean): boolean {
    if (this.#perSecond === 0) return true
    const buckets = this.#fullAt
    const bucket = hashAddress(address, this.#key, isProven) % BUCKET_COUNT
    const burst = BURST_SECONDS * this.#perSecond * TOKEN
    const now = Math.floor(((nowMs + this.#originMs) * this.#perSecond * TOKEN) / 1000) | 0
    for (;;) {
      const fullAt = Atomics.load(buckets, bucket)
      const missing = fullAt === FRESH ? 0 : (fullAt - now) | 0
      // More than can be missing: the number has gone round since the client last asked.
      const level = missing < 0 || missing > 2 * burst ? 0 : missing
      if (level + TOKEN > burst) {
        this.refused++
        return false
      }
      const next = (now + level + TOKEN) | 0 || 1
      if (Atomics.compareExchange(buckets, bucket, fullAt, next) === fullAt) return true
    }
  }
}
