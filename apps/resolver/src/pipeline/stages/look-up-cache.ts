import { Rcode } from '@weir/shared/dns/rcode'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { Outcome } from '../../query/outcome.ts'
import type { QueryContext } from '../../query/query-context.ts'
import { CacheHit, type CacheKey } from '../../query/response-cache.ts'
import type { Stage } from '../../query/stage.ts'
import { Flag } from '../../wire/header.ts'
import type { LookUpSettings } from './cache-access.ts'
import { Denials, type MutableCacheKey } from './denials.ts'
import type { Prefetcher } from './prefetcher.ts'

const CACHED = OUTCOMES.indexOf('cached')

/** The longest DNS message. */
const MAX_MESSAGE_OCTETS = 65_535

/** What an answer is kept under: pre-policy, so one entry serves all clients of an upstream group. */
export function cacheKeyOf(query: QueryContext, key: MutableCacheKey): CacheKey {
  const { view, decision } = query
  key.name = query.lookupName
  key.nameLength = query.lookupNameLength
  key.qtype = view.qtype
  key.qclass = view.qclass
  key.dnssecOk = view.dnssecOk
  key.checkingDisabled = (view.flags & Flag.CD) !== 0
  key.upstreamGroupId = decision.upstreams?.id ?? 0
  return key
}

export const newCacheKey = (): MutableCacheKey => ({
  name: new Uint8Array(0),
  nameLength: 0,
  qtype: 0,
  qclass: 0,
  dnssecOk: false,
  checkingDisabled: false,
  upstreamGroupId: 0,
})

/** NXDOMAIN. */
export const isDenied = (message: Uint8Array): boolean => (message[3]! & Flag.RCODE) === Rcode.NXDOMAIN

/** A failure that is over is nothing to fall back on. */
function isFailure(message: Uint8Array): boolean {
  const rcode = message[3]! & Flag.RCODE
  return rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN
}

/**
 * Answers from the cache. An answer past its TTL is put aside in `query.stored` for `forward`, which may fall back on it.
 *
 * A fresh one is copied once, to where the response is written. What does not fit there, or follows aliases of ours,
 * goes by way of one scratch buffer a worker, since the answer is sent before the next query is read.
 */
export function lookUpCache(current: () => LookUpSettings, prefetcher: Prefetcher): Stage {
  const scratch = new Uint8Array(MAX_MESSAGE_OCTETS)
  const key = newCacheKey()
  const hit = new CacheHit()
  const denials = new Denials()

  /** No fresh answer to the question itself: apart from `run`, which the compiler keeps free of allocations while it is small. */
  function lookFurther(query: QueryContext, stored: Uint8Array | null): Outcome {
    const { cache, serveStaleSeconds, cutsAtNxdomain } = current()
    if (stored !== null && !isFailure(stored)) {
      // The scratch is another query's by the time the upstream has failed.
      query.stored = stored.slice(0, hit.length)
      denials.ownAgeSeconds = hit.ageSeconds
      query.storedLength = hit.length
      query.upstreamIndex = hit.upstreamIndex
    }
    // The name, or one above it where that counts, may not exist: then no upstream is asked.
    if (cache === null || !denials.find(cache, query, key, serveStaleSeconds, cutsAtNxdomain)) return Outcome.Continue
    query.stored = denials.message
    query.storedLength = denials.length
    query.upstreamIndex = denials.hit.upstreamIndex
    query.cacheSlot = denials.hit.slot
    query.cacheSequence = denials.hit.sequence
    query.logOutcome = CACHED
    prefetcher.see(query, denials.hit)
    return Outcome.Answered
  }

  return {
    name: 'look-up-cache',
    run(query) {
      const { cache, serveStaleSeconds } = current()
      if (cache === null) return Outcome.Continue
      cacheKeyOf(query, key)
      let stored = query.aliases.length === 0 ? query.out : scratch
      let isFound = cache.lookUp(key, query.receivedAtMs, serveStaleSeconds, stored, hit)
      if (!isFound && hit.length > stored.length) {
        stored = scratch
        isFound = cache.lookUp(key, query.receivedAtMs, serveStaleSeconds, stored, hit)
      }
      if (!isFound || hit.isStale) return lookFurther(query, isFound ? stored : null)
      query.storedLength = hit.length
      query.upstreamIndex = hit.upstreamIndex
      query.stored = stored
      query.cacheSlot = hit.slot
      query.cacheSequence = hit.sequence
      query.logOutcome = CACHED
      prefetcher.see(query, hit)
      return Outcome.Answered
    },
  }
}
