/**
 * What of an upstream's answers may be kept, and for how long.
 *
 * Sources: RFC 2308 (negative answers), RFC 9520 (failures), RFC 2181 §8 (TTLs), RFC 8767 (a failure must not replace
 * what can still be served stale: that is the caller's look at the cache before it stores).
 */
import type { ResponseFacts } from '../query/ports.ts'
import { Flag } from '../wire/header.ts'

/** The part of the cache's settings that decides how long. */
export interface CacheTimes {
  readonly minTtlSeconds: number
  readonly maxTtlSeconds: number
  readonly negativeMaxTtlSeconds: number
}

export type KeepingFacts = Pick<
  ResponseFacts,
  'kind' | 'rcode' | 'isTruncated' | 'smallestTtlSeconds' | 'negativeTtlSeconds'
>

/** Failures are kept at least one and at most 300 seconds (RFC 9520 §3.2); short, so that a mended upstream is seen. */
export const FAILURE_TTL_SECONDS = 5

/**
 * Seconds for which a response may be kept; 0: not at all.
 *
 * Never kept: truncated answers, TTL 0 (even with a minimum TTL: the zone said so), negative answers without an SOA
 * (RFC 2308 §5), referrals, and failures of an RCODE above 15, which is not in the message that is kept.
 */
export function cacheSeconds(facts: KeepingFacts, times: CacheTimes): number {
  if (facts.isTruncated) return 0
  switch (facts.kind) {
    case 'answer':
      return withinBounds(facts.smallestTtlSeconds, times, times.maxTtlSeconds)
    case 'nodata':
    case 'nxdomain':
      return withinBounds(negativeSeconds(facts), times, times.negativeMaxTtlSeconds)
    case 'failure':
      return facts.rcode <= Flag.RCODE ? FAILURE_TTL_SECONDS : 0
    case 'referral':
      return 0
  }
}

/** A CNAME in front of the missing records bounds the answer's life too. */
const negativeSeconds = (facts: KeepingFacts): number =>
  facts.negativeTtlSeconds < 0 ? 0 : Math.min(facts.negativeTtlSeconds, facts.smallestTtlSeconds)

function withinBounds(ttlSeconds: number, times: CacheTimes, maxSeconds: number): number {
  if (ttlSeconds <= 0) return 0
  return Math.min(Math.max(ttlSeconds, times.minTtlSeconds), maxSeconds, times.maxTtlSeconds)
}
