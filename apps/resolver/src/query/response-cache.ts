/** The cache of upstream answers, as seen by stages: wire format, before policy, one for all workers. */

export interface CacheKey {
  /** Wire labels, lower case, with the final zero; `nameLength` octets. */
  readonly name: Uint8Array
  readonly nameLength: number
  readonly qtype: number
  readonly qclass: number
  readonly dnssecOk: boolean
  readonly checkingDisabled: boolean
  /** UpstreamGroup.id: answers of different servers never mix. */
  readonly upstreamGroupId: number
}

/** Written by `lookUp`, so that a hit allocates nothing. */
export class CacheHit {
  /** Octets of the answer; 0: there is none. */
  length = 0
  /** Past its TTL: served only as RFC 8767 allows. */
  isStale = false
  /** Seconds that it has lain in the cache. */
  ageSeconds = 0
  /** Share of its life that is over, 0…1; for prefetch. */
  ageShare = Number.NaN
  /** How often it was found before, as far as that is counted: up to a few, and anew when it is moved. For prefetch. */
  hitCount = 0
  upstreamIndex = -1
  /** Its place, and a number that changes with whatever lies there; together they name this answer until it is replaced. */
  slot = -1
  sequence = 0
  /** Asked besides, after a look-up that counts: not finding anything is no miss. Of whoever made it; never written. */
  isProbe = false
}

export interface ResponseCache {
  /**
   * Copies the answer for `key` to `out`, TTLs aged, ID zero.
   * @returns false when there is none, or only one older than `maxStaleSeconds` past its TTL, or `out` is too short:
   *   then `hit.length` says how long it has to be
   */
  lookUp(key: CacheKey, nowMs: number, maxStaleSeconds: number, out: Uint8Array, hit: CacheHit): boolean
  /**
   * Keeps a copy of the first `length` octets of `message` (no OPT record in it) for `ttlSeconds`.
   * Bounded in octets: something else goes. What cannot be kept is not kept; never throws.
   */
  store(
    key: CacheKey,
    message: Uint8Array,
    length: number,
    ttlSeconds: number,
    upstreamIndex: number,
    nowMs: number,
  ): void
  /** Removes the answer for `key`, as far as nobody else holds what it takes. */
  remove(key: CacheKey): void
  /** Removes everything, a name's answers of every type, or those of a name and all below it. @returns answers removed */
  flush(name?: Uint8Array, subtree?: boolean): number
  readonly entryCount: number
  readonly sizeOctets: number
  readonly limitOctets: number
}
