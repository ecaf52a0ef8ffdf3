/**
 * Where everything of the shared response cache lies. One SharedArrayBuffer:
 *
 * ```
 *  0      header       256   magic, shard count, shard octets, slots a shard, hash key, next slice, flushes (u32 each);
 *                             at 40: by how much the clock was set back since, ms (f64)
 *  256    counters     64 slices × 64   float64: hits misses stored evicted refused; each slice has one writer
 *  4352   shard 0      control · table · arena
 *         shard 1 …
 *
 *  a shard:
 *  control  64 octets   i32: lock ticket · head · hand · lap end · entries · octets in use · next ticket
 *  table    16 a slot, 8 slots a bucket
 *           ┌──────────┬──────────┬──────────┬──────────┐
 *           │ sequence │ tag      │ offset   │ visited  │   offset: that of the entry in the arena, plus 1; 0: empty
 *           └──────────┴──────────┴──────────┴──────────┘   visited: hits since it was written or moved, up to 4
 *  arena    a log of entries, each at a multiple of 8:
 *           0  u32  octets of the entry      4  u32  its slot
 *           8  f64  stored at, ms            16 u32  TTL, seconds
 *           20 u16  message octets           22 i16  upstream index
 *           24 u32  QTYPE, QCLASS            28 u32  upstream group
 *           32 u32  DO, CD, name octets      36 u32  number of TTL fields
 *           40      name, to whole words · offsets of TTL fields in the message (u16) · message
 * ```
 * How readers and writers stay out of each other's way is told in `shared-cache.ts`, who goes when it is full in `entry-log.ts`.
 */
import { getRandomValues } from 'node:crypto'

export const HEADER_OCTETS = 256
export const SLICE_COUNT = 64
export const SLICE_OCTETS = 64
export const SHARDS_OFFSET = HEADER_OCTETS + SLICE_COUNT * SLICE_OCTETS
export const CONTROL_OCTETS = 64
export const SLOT_WORDS = 4
export const BUCKET_SLOTS = 8
/** 'WRC1': this layout. */
export const MAGIC = 0x57524331

export const Header = {
  Magic: 0,
  ShardCount: 1,
  ShardOctets: 2,
  SlotCount: 3,
  Key0: 4,
  Key1: 5,
  NextSlice: 6,
  Flushes: 7,
} as const
/** Octets. */
export const SET_BACK_OFFSET = 40
export const Counter = { Hits: 0, Misses: 1, Stored: 2, Evicted: 3, Refused: 4 } as const
export const Control = { Lock: 0, Head: 1, Hand: 2, LapEnd: 3, Entries: 4, UsedOctets: 5, NextTicket: 6 } as const
export const Slot = { Sequence: 0, Tag: 1, Offset: 2, Visited: 3 } as const
export const Entry = {
  Octets: 0,
  SlotIndex: 4,
  StoredAt: 8,
  Ttl: 16,
  MessageOctets: 20,
  UpstreamIndex: 22,
  Types: 24,
  GroupId: 28,
  /** KeyWords.rest: the name's octets are its second octet. */
  KeyRest: 32,
  TtlCount: 36,
  Name: 40,
} as const

/**
 * A slot for each so many octets of a shard. Entries are twice as long and more, so that a bucket seldom runs over, which would
 * send away an answer before its turn.
 */
const OCTETS_PER_SLOT = 64
/** Large enough that one answer is a small part of a shard, small enough that a lock covers little. */
const SHARD_TARGET_OCTETS = 512 * 1024
const MAX_SHARDS = 256
export const MIN_CACHE_OCTETS = 64 * 1024

interface CacheGeometry {
  readonly shardCount: number
  readonly shardOctets: number
  /** Slots a shard, a multiple of BUCKET_SLOTS. */
  readonly slotCount: number
}

/** Divides `limitOctets` (at least MIN_CACHE_OCTETS) into shards; the whole buffer is never larger than the limit. */
function planGeometry(limitOctets: number): CacheGeometry {
  const room = Math.max(limitOctets, MIN_CACHE_OCTETS) - SHARDS_OFFSET
  let shardCount = 1
  while (shardCount < MAX_SHARDS && room / (shardCount * 2) >= SHARD_TARGET_OCTETS * 0.9) shardCount *= 2
  const shardOctets = Math.floor(room / shardCount) & ~63
  const bucketCount = Math.floor(shardOctets / (BUCKET_SLOTS * OCTETS_PER_SLOT))
  return { shardCount, shardOctets, slotCount: bucketCount * BUCKET_SLOTS }
}

/** Makes the buffer that all workers attach to. @param limitOctets all it may take, at least MIN_CACHE_OCTETS */
export function createCacheBuffer(limitOctets: number): SharedArrayBuffer {
  const { shardCount, shardOctets, slotCount } = planGeometry(limitOctets)
  const buffer = new SharedArrayBuffer(SHARDS_OFFSET + shardCount * shardOctets)
  const header = new Uint32Array(buffer, 0, 8)
  header.set([MAGIC, shardCount, shardOctets, slotCount, ...getRandomValues(new Uint32Array(2)), 0])
  return buffer
}
