import { cacheSeconds } from '../../cache/cacheability.ts'
import type { ForwardReply, ResponseFacts } from '../../query/ports.ts'
import type { CacheKey } from '../../query/response-cache.ts'
import { HeaderOffset } from '../../wire/header.ts'
import { readUint16 } from '../../wire/octets.ts'
import { clampTtls } from '../../wire/ttl.ts'
import type { KeepSettings } from './cache-access.ts'
import { denialKeyOf } from './denials.ts'

/** Says what the upstream knows of the name: what was there before is of no use any more (RFC 8767 §4). */
export const isLastWord = ({ kind, isTruncated }: ResponseFacts): boolean =>
  !isTruncated && kind !== 'failure' && kind !== 'referral'

/**
 * Brings the TTLs of an upstream's answer into the settings' bounds, and keeps what may be kept.
 *
 * @param nowMs wall clock: when the question was asked
 * @param hasBetter there is something that can still be served, perhaps stale: a failure must not take its place, and whatever else
 *   comes must, even where it may not be kept itself (RFC 8767 §4)
 */
export function keepAnswer(
  { cache, times }: KeepSettings,
  key: CacheKey,
  reply: ForwardReply & { readonly ok: true },
  nowMs: number,
  hasBetter: boolean,
): void {
  const { message, length, facts, upstreamIndex } = reply
  const seconds = cacheSeconds(facts, times)
  const isNegative = facts.kind === 'nodata' || facts.kind === 'nxdomain'
  // RFC 2308 §5: the SOA is sent with the time for which the negative answer holds, so that its age counts everywhere.
  const maxSeconds = isNegative && seconds > 0 ? seconds : times.maxTtlSeconds
  clampTtls(message, length, Math.min(times.minTtlSeconds, maxSeconds), maxSeconds)
  if (facts.kind === 'failure' && hasBetter) return
  if (cache === null) return
  // RFC 2308 §5: with its name nothing of it exists, whatever the type. Behind an alias it is another name that does not.
  const isDenial = facts.kind === 'nxdomain' && readUint16(message, HeaderOffset.ancount) === 0
  if (hasBetter && isLastWord(facts)) {
    if (isDenial || seconds === 0) cache.remove(key)
    if (!isDenial || seconds === 0) cache.remove(denialKeyOf(key))
  }
  if (seconds > 0) cache.store(isDenial ? denialKeyOf(key) : key, message, length, seconds, upstreamIndex, nowMs)
}
