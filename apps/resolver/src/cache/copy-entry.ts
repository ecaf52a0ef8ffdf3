/** What a reader does with an entry, which a writer may be changing under its hands. */
import type { CacheHit, CacheKey } from '../query/response-cache.ts'
import { ageTtls } from './age-ttls.ts'
import { Entry } from './cache-layout.ts'
import type { CacheShard } from './cache-shard.ts'
import { copyMessage, isSameKey, ttlFieldsOf } from './entry.ts'

/** A wall clock that jumped back further than workers' clocks can differ makes ages meaningless. */
const MAX_CLOCK_SKEW_MS = 5000

/** Copies the entry when it is the key's and may be served. Its octets may be torn: every length is checked. */
export function copyEntry(
  shard: CacheShard,
  entry: number,
  key: CacheKey,
  nowMs: number,
  maxStaleSeconds: number,
  out: Uint8Array,
  hit: CacheHit,
): boolean {
  const { view, arena } = shard
  if (entry < 0 || entry + Entry.Name + key.nameLength > arena.length || !isSameKey(shard, entry, key)) return false
  const ageMs = nowMs - view.getFloat64(entry + Entry.StoredAt, true)
  const ttlSeconds = view.getUint32(entry + Entry.Ttl, true)
  const ageSeconds = ageMs > 0 ? Math.floor(ageMs / 1000) : 0
  const remainingSeconds = ttlSeconds - ageSeconds
  if (!(ageMs >= -MAX_CLOCK_SKEW_MS) || (remainingSeconds < 1 && -remainingSeconds >= maxStaleSeconds)) return false
  const length = view.getUint16(entry + Entry.MessageOctets, true)
  const fields = ttlFieldsOf(shard, entry)
  const fieldCount = view.getUint16(entry + Entry.TtlCount, true)
  const from = fields + fieldCount * 2
  if (length > out.length || from + length > arena.length) return false
  copyMessage(arena, from, length, out)
  if (!ageTtls(out, length, view, fields, fieldCount, ageSeconds, remainingSeconds)) return false
  out[0] = 0
  out[1] = 0
  hit.length = length
  hit.isStale = remainingSeconds < 1
  hit.ageSeconds = ageSeconds
  hit.ageShare = Math.min(1, ageMs > 0 ? ageMs / (ttlSeconds * 1000) : 0)
  hit.upstreamIndex = view.getInt16(entry + Entry.UpstreamIndex, true)
  return true
}
