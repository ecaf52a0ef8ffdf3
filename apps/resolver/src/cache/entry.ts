/** One answer in a shard's arena: written, recognised, copied out. Layout: `cache-layout.ts`. */

import { copyOctets } from '../wire/octets.ts'
import { BUCKET_SLOTS, Entry, SLOT_WORDS, Slot } from './cache-layout.ts'
import type { CacheShard } from './cache-shard.ts'
import type { KeyWords } from './key-words.ts'

export interface NewEntry {
  readonly slot: number
  readonly key: KeyWords
  readonly message: Uint8Array
  readonly length: number
  readonly ttlFields: Uint16Array
  readonly ttlCount: number
  readonly ttlSeconds: number
  readonly upstreamIndex: number
  readonly nowMs: number
}

/** Where a loop over octets is faster than a call of the engine's copy. */
const SHORT_COPY_OCTETS = 192
const NAME_LENGTH_SHIFT = 8

/** Octets that an entry takes, a multiple of 8. */
export const entryOctets = (nameWords: number, ttlCount: number, messageOctets: number): number =>
  (Entry.Name + nameWords * 4 + ttlCount * 2 + messageOctets + 7) & ~7

/** Writes the entry at `offset`. Only with the lock; nobody finds it until its slot points there. */
export function writeEntry(shard: CacheShard, offset: number, entry: NewEntry): void {
  const { view, arena, words } = shard
  const { key } = entry
  const base = offset >> 2
  view.setUint32(offset + Entry.Octets, entryOctets(key.nameWords, entry.ttlCount, entry.length), true)
  view.setUint32(offset + Entry.SlotIndex, entry.slot, true)
  view.setFloat64(offset + Entry.StoredAt, entry.nowMs, true)
  view.setUint32(offset + Entry.Ttl, entry.ttlSeconds, true)
  view.setUint16(offset + Entry.MessageOctets, entry.length, true)
  view.setInt16(offset + Entry.UpstreamIndex, entry.upstreamIndex, true)
  words[base + Entry.Types / 4] = key.types
  words[base + Entry.GroupId / 4] = key.group
  words[base + Entry.KeyRest / 4] = key.rest
  words[base + Entry.TtlCount / 4] = entry.ttlCount
  for (let i = 0; i < key.nameWords; i++) words[base + Entry.Name / 4 + i] = key.name[i]!
  const fields = offset + Entry.Name + key.nameWords * 4
  for (let i = 0; i < entry.ttlCount; i++) view.setUint16(fields + i * 2, entry.ttlFields[i]!, true)
  const at = fields + entry.ttlCount * 2
  if (entry.length <= SHORT_COPY_OCTETS) copyOctets(entry.message, 0, entry.length, arena, at)
  else arena.set(entry.message.subarray(0, entry.length), at)
}

/** The whole key, word by word: a hash alone would let names that share it take each other's answers. */
export function isSameKey({ words }: CacheShard, offset: number, key: KeyWords): boolean {
  const base = offset >> 2
  if (words[base + Entry.KeyRest / 4] !== key.rest) return false
  if (words[base + Entry.Types / 4] !== key.types) return false
  if (words[base + Entry.GroupId / 4] !== key.group) return false
  const { name, nameWords } = key
  for (let i = 0, at = base + Entry.Name / 4; i < nameWords; i++) if (words[at + i] !== name[i]) return false
  return true
}

/** The slot of the bucket at `first` that has the key's answer, or -1. Only with the lock. */
export function findSlot(shard: CacheShard, first: number, tag: number, key: KeyWords): number {
  for (let slot = first; slot < first + BUCKET_SLOTS; slot++) {
    const entry = shard.offsetOf(slot)
    if (entry >= 0 && shard.table[slot * SLOT_WORDS + Slot.Tag] === tag && isSameKey(shard, entry, key)) return slot
  }
  return -1
}

/** True when the entry's name is `name` (wire, lower case) or, with `subtree`, below it. */
export function isNameWithin(shard: CacheShard, offset: number, name: Uint8Array, subtree: boolean): boolean {
  const { arena } = shard
  const octets = (shard.words[(offset + Entry.KeyRest) >> 2]! >>> NAME_LENGTH_SHIFT) & 0xff
  let label = 0
  if (subtree) while (octets - label > name.length) label += arena[offset + Entry.Name + label]! + 1
  if (octets - label !== name.length) return false
  for (let i = 0, at = offset + Entry.Name + label; i < name.length; i++) if (arena[at + i] !== name[i]) return false
  return true
}

/** Copies `length` octets at `from` of the arena to the start of `out`, without allocating for ordinary answers. */
export function copyMessage(arena: Uint8Array, from: number, length: number, out: Uint8Array): void {
  if (length > SHORT_COPY_OCTETS) out.set(arena.subarray(from, from + length))
  else for (let i = 0; i < length; i++) out[i] = arena[from + i]!
}
