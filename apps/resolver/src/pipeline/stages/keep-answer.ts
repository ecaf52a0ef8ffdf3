import { cacheSeconds } from '../../cache/cacheability.ts'
import type { ForwardReply } from '../../query/ports.ts'
import type { CacheKey } from '../../query/response-cache.ts'
import { HeaderOffset } from '../../wire/header.ts'
import { readUint16 } from '../../wire/octets.ts'
import { clampTtls } from '../../wire/ttl.ts'
import type { KeepSettings } from './cache-access.ts'
import { denialKeyOf } from './denials.ts'

/**
 * Brings the TTLs of an upstream's answer into the settings' bounds, and keeps what may be kept.
 *
 * @param nowMs wall clock: when the question was asked
 * @param hasBetter a failure must not take the place of what can still be served, perhaps stale (RFC 8767 §4)
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
  if (seconds === 0 || cache === null) return
  // RFC 2308 §5: with its name nothing of it exists, whatever the type. Behind an alias it is another name that does not.
  const isDenial = facts.kind === 'nxdomain' && readUint16(message, HeaderOffset.ancount) === 0
  cache.store(isDenial ? denialKeyOf(key) : key, message, length, seconds, upstreamIndex, nowMs)
}
