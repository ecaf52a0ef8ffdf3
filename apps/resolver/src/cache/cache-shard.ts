/** Views on one shard of the shared cache, and its lock. Layout: `cache-layout.ts`. */
import { CONTROL_OCTETS, Control, Entry, SLOT_WORDS, Slot } from './cache-layout.ts'

/** A holder that keeps the lock so long has died: holders need microseconds, and never wait. */
export const LOCK_PATIENCE_MS = 5000
const STORE_TRIES = 64
const FLUSH_WAIT_MS = 1
/** More than this says nothing more of an answer's popularity. */
const MAX_VISITS = 4

export interface CacheShardPlace {
  readonly number: number
  readonly offset: number
  readonly octets: number
  readonly slotCount: number
}

export class CacheShard {
  readonly control: Int32Array<SharedArrayBuffer>
  readonly table: Int32Array<SharedArrayBuffer>
  readonly arena: Uint8Array<SharedArrayBuffer>
  readonly view: DataView<SharedArrayBuffer>
  /** The arena again, as words in the machine's own order. */
  readonly words: Int32Array<SharedArrayBuffer>
  readonly slotCount: number
  /** Number of its first slot among those of all shards. */
  readonly firstSlot: number
  /** The ticket seen on a lock that could not be had, and since when; 0: none. */
  #blockingTicket = 0
  #blockedSinceMs = 0

  readonly #monotonic: () => number

  /** @param monotonic milliseconds, for the age of a lock; asked only when one cannot be had */
  constructor(buffer: SharedArrayBuffer, place: CacheShardPlace, monotonic: () => number) {
    const { number, offset, octets, slotCount } = place
    this.slotCount = slotCount
    this.firstSlot = number * slotCount
    this.#monotonic = monotonic
    const tableOctets = slotCount * SLOT_WORDS * 4
    const arenaOffset = offset + CONTROL_OCTETS + tableOctets
    const arenaOctets = octets - CONTROL_OCTETS - tableOctets
    this.control = new Int32Array(buffer, offset, CONTROL_OCTETS / 4)
    this.table = new Int32Array(buffer, offset + CONTROL_OCTETS, tableOctets / 4)
    this.arena = new Uint8Array(buffer, arenaOffset, arenaOctets)
    this.view = new DataView(buffer, arenaOffset, arenaOctets)
    this.words = new Int32Array(buffer, arenaOffset, arenaOctets >> 2)
  }

  /** Takes the lock if it is free now or soon; a store that cannot have it is given up. @returns ticket, 0: not had */
  tryLock(): number {
    const ticket = this.#nextTicket()
    for (let i = 0; i < STORE_TRIES; i++)
      if (Atomics.compareExchange(this.control, Control.Lock, 0, ticket) === 0) {
        this.#blockingTicket = 0
        return ticket
      }
    return this.#takeOver(ticket) ? ticket : 0
  }

  /** Waits for the lock, at most about LOCK_PATIENCE_MS. @returns ticket */
  lock(): number {
    for (;;) {
      const ticket = this.tryLock()
      if (ticket !== 0) return ticket
      Atomics.wait(this.control, Control.Lock, Atomics.load(this.control, Control.Lock), FLUSH_WAIT_MS)
    }
  }

  /** Gives the lock back, unless it was taken over meanwhile. */
  unlock(ticket: number): void {
    if (Atomics.compareExchange(this.control, Control.Lock, ticket, 0) === ticket)
      Atomics.notify(this.control, Control.Lock, 1)
  }

  /** True while the lock is still ours: a holder that slept through its patience must not go on. */
  holds(ticket: number): boolean {
    return Atomics.load(this.control, Control.Lock) === ticket
  }

  /** Empties the table and starts the log anew. Only with the lock. @returns answers removed */
  clear(): number {
    let removed = 0
    for (let slot = 0; slot < this.slotCount; slot++) if (this.offsetOf(slot) >= 0) removed += this.remove(slot)
    const { control } = this
    control[Control.Head] = 0
    control[Control.Hand] = 0
    control[Control.LapEnd] = 0
    return removed
  }

  /** Offset of the slot's entry, -1: empty. */
  offsetOf(slot: number): number {
    return this.table[slot * SLOT_WORDS + Slot.Offset]! - 1
  }

  /** Gives the empty slot an entry that is written: from now on readers find it. Only with the lock. */
  publish(slot: number, tag: number, offset: number, octets: number): void {
    const base = slot * SLOT_WORDS
    this.openSlot(slot)
    this.table[base + Slot.Tag] = tag
    this.table[base + Slot.Visited] = 0
    this.table[base + Slot.Offset] = offset + 1
    this.closeSlot(slot)
    this.#count(1, octets)
  }

  /** Not exact when several threads count at once, and bounded, so that popular answers are only read. @returns visits before */
  countVisit(slot: number): number {
    const at = slot * SLOT_WORDS + Slot.Visited
    const visits = this.table[at]!
    if (visits < MAX_VISITS) this.table[at] = visits + 1
    return visits
  }

  /** Takes the entry away from its slot; its octets become free when the hand comes by. Only with the lock. @returns 1 */
  remove(slot: number): 1 {
    const entry = this.offsetOf(slot)
    this.openSlot(slot)
    this.table[slot * SLOT_WORDS + Slot.Offset] = 0
    this.closeSlot(slot)
    this.#count(-1, -this.view.getUint32(entry + Entry.Octets, true))
    return 1
  }

  /** Plain, since only the lock's holder writes them: an atomic addition costs as much as the rest of a store's bookkeeping. */
  #count(entries: number, octets: number): void {
    this.control[Control.Entries]! += entries
    this.control[Control.UsedOctets]! += octets
  }

  /** Makes the sequence odd: readers keep off, and those under way notice at their end. */
  openSlot(slot: number): void {
    Atomics.or(this.table, slot * SLOT_WORDS + Slot.Sequence, 1)
  }

  /** Makes the sequence even again, and another than before. */
  closeSlot(slot: number): void {
    Atomics.add(this.table, slot * SLOT_WORDS + Slot.Sequence, 1)
  }

  #nextTicket(): number {
    const ticket = (Atomics.add(this.control, Control.NextTicket, 1) + 1) | 0
    return ticket === 0 ? this.#nextTicket() : ticket
  }

  /** A worker that was stopped while it wrote leaves its ticket; whoever finds it too old clears what it may have torn. */
  #takeOver(ticket: number): boolean {
    const holder = Atomics.load(this.control, Control.Lock)
    if (holder === 0) return false
    if (holder !== this.#blockingTicket) {
      this.#blockingTicket = holder
      this.#blockedSinceMs = this.#monotonic()
      return false
    }
    if (this.#monotonic() - this.#blockedSinceMs < LOCK_PATIENCE_MS) return false
    if (Atomics.compareExchange(this.control, Control.Lock, holder, ticket) !== holder) return false
    this.#blockingTicket = 0
    this.clear()
    this.control[Control.Entries] = 0
    this.control[Control.UsedOctets] = 0
    return true
  }
}
