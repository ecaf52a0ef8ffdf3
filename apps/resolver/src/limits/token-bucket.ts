/**
 * How often one client may ask: a token bucket an address, in a table of fixed size.
 *
 * The table is an array of buckets chosen by a keyed hash, not a map: a flood of spoofed addresses costs no memory and
 * throws nobody out. Two clients that share a bucket share its rate; the key is random, so nobody can aim at a neighbour.
 * IPv6 clients are counted by their /64 (RFC 6177: one site holds at least that).
 */
import { randomBytes } from 'node:crypto'
import { isMapped } from '@weir/shared/dns/ip-address'

/** Two doubles each: 1 MiB. */
export const BUCKET_COUNT = 65_536
/** A client that was quiet may ask this many seconds' worth at once. */
const BURST_SECONDS = 2
const V6_NETWORK_OCTETS = 8

export class RateLimiter {
  readonly #perSecond: number
  readonly #tokens = new Float64Array(BUCKET_COUNT)
  readonly #filledAtMs = new Float64Array(BUCKET_COUNT)
  readonly #key = randomBytes(4).readInt32LE()
  /** Queries refused since start. */
  refused = 0

  /** @param perSecond queries a second and client; 0: no limit */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#tokens.fill(perSecond * BURST_SECONDS)
  }

  /** @param address 16 octets @param nowMs monotonic */
  mayAsk(address: Uint8Array, nowMs: number): boolean {
    if (this.#perSecond === 0) return true
    const bucket = this.#bucketOf(address)
    const gained = ((nowMs - this.#filledAtMs[bucket]!) * this.#perSecond) / 1000
    const tokens = Math.min(this.#tokens[bucket]! + Math.max(gained, 0), this.#perSecond * BURST_SECONDS)
    this.#filledAtMs[bucket] = nowMs
    if (tokens < 1) {
      this.#tokens[bucket] = tokens
      this.refused++
      return false
    }
    this.#tokens[bucket] = tokens - 1
    return true
  }

  #bucketOf(address: Uint8Array): number {
    const end = isMapped(address) ? 16 : V6_NETWORK_OCTETS
    let hash = this.#key
    for (let i = 0; i < end; i++) {
      hash = Math.imul(hash ^ address[i]!, 0x5bd1e995)
      hash ^= hash >>> 15
    }
    return (hash >>> 0) % BUCKET_COUNT
  }
}
