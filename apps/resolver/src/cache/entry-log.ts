/**
 * Room in a shard's arena, and who goes when there is none: CLOCK over a log.
 *
 * ```
 *          head            hand                    lap end
 *  ┌────────┬───────────────┬────────────────────────┬────────────┐
 *  │ newest │  free         │ oldest … entries ahead │ free       │
 *  └────────┴───────────────┴────────────────────────┴────────────┘
 * ```
 * Entries are written at `head`. When the free room is too short, the hand passes over the oldest entry: one that was
 * asked for since it was written (or passed) moves to the head and loses its mark, any other goes. Every entry thus has
 * the same chance of a second life, nothing fragments, and no list is kept. On Zipf-like queries this holds as many hits as LRU
 * (`eviction.test.ts`), and a hit writes at most one word, which LRU cannot do without a lock.
 */

import { Control, Entry, SLOT_WORDS, Slot } from './cache-layout.ts'
import type { CacheShard } from './cache-shard.ts'

/** Entries that one store may move; beyond it even marked ones go, so that the time of a store is bounded. */
const MAX_MOVES = 32

/**
 * Makes room for `octets` (a multiple of 8, at most a quarter of the arena) at the head. Only with the lock.
 * @param onEvict called once for each answer that had to go
 * @returns offset of the room
 */
export function reserve(shard: CacheShard, octets: number, onEvict: () => void): number {
  const { control, arena } = shard
  let movesLeft = MAX_MOVES
  while (control[Control.Hand]! - control[Control.Head]! < octets) {
    const hand = control[Control.Hand]!
    if (hand < control[Control.LapEnd]!) {
      movesLeft -= passEntry(shard, hand, movesLeft > 0, onEvict)
    } else if (arena.length - control[Control.Head]! >= octets) {
      control[Control.Hand] = arena.length & ~7
      control[Control.LapEnd] = 0
      break
    } else {
      control[Control.LapEnd] = control[Control.Head]!
      control[Control.Head] = 0
      control[Control.Hand] = 0
    }
  }
  const offset = control[Control.Head]!
  control[Control.Head] = offset + octets
  return offset
}

/** Moves the hand over one entry. @returns 1 when the entry was moved to the head, else 0 */
function passEntry(shard: CacheShard, hand: number, mayMove: boolean, onEvict: () => void): 0 | 1 {
  const { control, table, view } = shard
  const octets = view.getUint32(hand + Entry.Octets, true)
  const slot = view.getUint32(hand + Entry.SlotIndex, true)
  if (octets < Entry.Name || hand + octets > control[Control.LapEnd]!) {
    // Only a holder that was taken for dead and woke up again can leave this; an empty shard is sound in any case.
    shard.clear()
    return 0
  }
  control[Control.Hand] = hand + octets
  const isAlive = shard.offsetOf(slot) === hand
  if (!isAlive) return 0
  const base = slot * SLOT_WORDS
  if (!mayMove || table[base + Slot.Visited] === 0) {
    shard.remove(slot)
    onEvict()
    return 0
  }
  const head = control[Control.Head]!
  shard.openSlot(slot)
  shard.arena.copyWithin(head, hand, hand + octets)
  table[base + Slot.Offset] = head + 1
  table[base + Slot.Visited] = 0
  shard.closeSlot(slot)
  control[Control.Head] = head + octets
  return 1
}

/** How far the hand is from passing over the slot's entry for good: the smaller, the sooner it goes. */
export function turnOf(shard: CacheShard, slot: number): number {
  const base = slot * SLOT_WORDS
  const lap = shard.arena.length
  const ahead = shard.offsetOf(slot) - shard.control[Control.Hand]!
  return (ahead < 0 ? ahead + lap : ahead) + (shard.table[base + Slot.Visited] === 0 ? 0 : lap)
}
