/** One answer in a shard's arena: written, recognised, copied out. Layout: `cache-layout.ts`. */
import type { CacheKey } from '../query/response-cache.ts'
import { Entry } from './cache-layout.ts'
import type { CacheShard } from './cache-shard.ts'

export interface NewEntry {
  readonly slot: number
  readonly key: CacheKey
  readonly message: Uint8Array
  readonly length: number
  readonly ttlFields: Uint16Array
  readonly ttlCount: number
  readonly ttlSeconds: number
  readonly upstreamIndex: number
  readonly nowMs: number
}

const DNSSEC_OK = 1
const CHECKING_DISABLED = 2
/** Where a loop over octets is faster than a call of the engine's copy. */
const SHORT_COPY_OCTETS = 192

export const keyFlags = (key: CacheKey): number =>
  (key.dnssecOk ? DNSSEC_OK : 0) | (key.checkingDisabled ? CHECKING_DISABLED : 0)

/** Offset of the TTL field table: even, since the fields are 16 bits wide. */
const ttlFieldsAt = (entry: number, nameOctets: number): number => entry + Entry.Name + ((nameOctets + 1) & ~1)

/** Octets that an entry takes, a multiple of 8. */
export const entryOctets = (nameOctets: number, ttlCount: number, messageOctets: number): number =>
  (ttlFieldsAt(0, nameOctets) + ttlCount * 2 + messageOctets + 7) & ~7

/** Writes the entry at `offset`. Only with the lock; nobody finds it until its slot points there. */
export function writeEntry(shard: CacheShard, offset: number, entry: NewEntry): void {
  const { view, arena } = shard
  const { key } = entry
  view.setUint32(offset + Entry.Octets, entryOctets(key.nameLength, entry.ttlCount, entry.length), true)
  view.setUint32(offset + Entry.SlotIndex, entry.slot, true)
  view.setFloat64(offset + Entry.StoredAt, entry.nowMs, true)
  view.setUint32(offset + Entry.Ttl, entry.ttlSeconds, true)
  view.setUint16(offset + Entry.MessageOctets, entry.length, true)
  view.setInt16(offset + Entry.UpstreamIndex, entry.upstreamIndex, true)
  view.setUint16(offset + Entry.Qtype, key.qtype, true)
  view.setUint16(offset + Entry.Qclass, key.qclass, true)
  view.setUint32(offset + Entry.GroupId, key.upstreamGroupId, true)
  arena[offset + Entry.Flags] = keyFlags(key)
  arena[offset + Entry.NameOctets] = key.nameLength
  view.setUint16(offset + Entry.TtlCount, entry.ttlCount, true)
  for (let i = 0; i < key.nameLength; i++) arena[offset + Entry.Name + i] = key.name[i]!
  const fields = ttlFieldsAt(offset, key.nameLength)
  for (let i = 0; i < entry.ttlCount; i++) view.setUint16(fields + i * 2, entry.ttlFields[i]!, true)
  arena.set(entry.message.subarray(0, entry.length), fields + entry.ttlCount * 2)
}

/** The whole key, octet by octet: a hash alone would let names that share it take each other's answers. */
export function isSameKey(shard: CacheShard, offset: number, key: CacheKey): boolean {
  const { view, arena } = shard
  if (arena[offset + Entry.NameOctets] !== key.nameLength) return false
  if (view.getUint16(offset + Entry.Qtype, true) !== key.qtype) return false
  if (view.getUint16(offset + Entry.Qclass, true) !== key.qclass) return false
  if (view.getUint32(offset + Entry.GroupId, true) !== key.upstreamGroupId) return false
  if (arena[offset + Entry.Flags] !== keyFlags(key)) return false
  for (let i = 0, at = offset + Entry.Name; i < key.nameLength; i++) if (arena[at + i] !== key.name[i]) return false
  return true
}

/** True when the entry's name is `name` (wire, lower case) or, with `subtree`, below it. */
export function isNameWithin(shard: CacheShard, offset: number, name: Uint8Array, subtree: boolean): boolean {
  const { arena } = shard
  const octets = arena[offset + Entry.NameOctets]!
  let label = 0
  if (subtree) while (octets - label > name.length) label += arena[offset + Entry.Name + label]! + 1
  if (octets - label !== name.length) return false
  for (let i = 0, at = offset + Entry.Name + label; i < name.length; i++) if (arena[at + i] !== name[i]) return false
  return true
}

/** Offset of the entry's TTL field table. */
export const ttlFieldsOf = (shard: CacheShard, offset: number): number =>
  ttlFieldsAt(offset, shard.arena[offset + Entry.NameOctets]!)

/** Copies `length` octets at `from` of the arena to the start of `out`, without allocating for ordinary answers. */
export function copyMessage(arena: Uint8Array, from: number, length: number, out: Uint8Array): void {
  if (length > SHORT_COPY_OCTETS) out.set(arena.subarray(from, from + length))
  else for (let i = 0; i < length; i++) out[i] = arena[from + i]!
}
