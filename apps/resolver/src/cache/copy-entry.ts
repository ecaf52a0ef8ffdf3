/** What a reader does with an entry, which a writer may be changing under its hands. */
import type { CacheHit } from '../query/response-cache.ts'
import { ageTtls } from './age-ttls.ts'
import { Entry } from './cache-layout.ts'
import type { CacheShard } from './cache-shard.ts'
import { copyMessage, isSameKey } from './entry.ts'
import { KeyWords } from './key-words.ts'

/** A wall clock that jumped back further than workers' clocks can differ makes ages meaningless. */
const MAX_CLOCK_SKEW_MS = 5000

/** What is looked for, and when. An object that is used again: a time handed over as a number would be allocated for each call. */
export class Reading {
  readonly key = new KeyWords()
  /** By the wall clock. */
  nowMs = Number.NaN
  maxStaleSeconds = 0
  readonly setBack: Float64Array

  /** @param setBack one number: by how much that clock was set back, ms */
  constructor(setBack: Float64Array) {
    this.setBack = setBack
  }
}

/**
 * Copies the entry when it is the key's and may be served. Its octets may be torn: every length is checked.
 * @returns false when it is not, or `out` is too short: then `hit.length` says how long it has to be
 */
export function copyEntry(shard: CacheShard, entry: number, reading: Reading, out: Uint8Array, hit: CacheHit): boolean {
  const { key, nowMs, setBack, maxStaleSeconds } = reading
  const { view, arena, words } = shard
  const fields = entry + Entry.Name + key.nameWords * 4
  if (entry < 0 || fields > arena.length || !isSameKey(shard, entry, key)) return false
  const ageMs = nowMs + setBack[0]! - view.getFloat64(entry + Entry.StoredAt, true)
  const ttlSeconds = words[(entry + Entry.Ttl) >> 2]! >>> 0
  const ageSeconds = ageMs > 0 ? Math.floor(ageMs / 1000) : 0
  const remainingSeconds = ttlSeconds - ageSeconds
  if (!(ageMs >= -MAX_CLOCK_SKEW_MS) || (remainingSeconds < 1 && -remainingSeconds >= maxStaleSeconds)) return false
  const lengths = words[(entry + Entry.MessageOctets) >> 2]!
  const length = lengths & 0xffff
  const fieldCount = words[(entry + Entry.TtlCount) >> 2]!
  const from = fields + fieldCount * 2
  if (fieldCount < 0 || from + length > arena.length) return false
  hit.length = length
  if (length > out.length) return false
  copyMessage(arena, from, length, out)
  if (!ageTtls(out, length, view, fields, fieldCount, ageSeconds, remainingSeconds)) return false
  out[0] = 0
  out[1] = 0
  hit.isStale = remainingSeconds < 1
  hit.ageSeconds = ageSeconds
  hit.ageShare = Math.min(1, ageMs > 0 ? ageMs / (ttlSeconds * 1000) : 0)
  hit.upstreamIndex = lengths >> 16
  return true
}
