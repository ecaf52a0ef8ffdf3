/**
 * The response cache of all workers, in one SharedArrayBuffer. Layout: `cache-layout.ts`; eviction: `entry-log.ts`.
 *
 * Writers hold their shard's lock while they change it. They do not wait: a store that cannot have the lock is given up
 * and counted as refused, since the next miss brings the answer again. A ticket older than LOCK_PATIENCE_MS belongs to a thread that
 * was stopped; the next writer takes the lock over and empties that shard.
 *
 * Readers take no lock. Each slot has a sequence number, odd while its entry is being changed. A reader
 * notes it, compares the whole key, copies the answer out, and takes the copy only when the number is still the same;
 * a writer makes it odd before it touches the entry's octets or gives them to another. After READ_TRIES torn copies the
 * reader calls it a miss. Reads that a writer tears stay inside the arena, because lengths are checked before use.
 *
 * What is too long or too odd for it is kept by each thread for itself (`big-answers.ts`). TTLs are aged on the copy. What is past its TTL stays until it has to go, for serve-stale (RFC 8767).
 */
import type { CacheHit, CacheKey, ResponseCache } from '../query/response-cache.ts'
import { BigAnswers } from './big-answers.ts'
import { type CacheCounters, CounterSlice, sumCounters } from './cache-counters.ts'
import {
  BUCKET_SLOTS,
  Control,
  Counter,
  Header,
  MAGIC,
  SET_BACK_OFFSET,
  SHARDS_OFFSET,
  SLICE_COUNT,
  SLOT_WORDS,
  Slot,
} from './cache-layout.ts'
import { CacheShard } from './cache-shard.ts'
import { copyEntry, Reading } from './copy-entry.ts'
import { entryOctets, findSlot, isNameWithin, writeEntry } from './entry.ts'
import { reserve, turnOf } from './entry-log.ts'
import type { KeyWords } from './key-words.ts'
import { KeyedHash } from './keyed-hash.ts'
import { findTtlFields, MAX_TTL_FIELDS } from './ttl-fields.ts'

/** Longer answers are kept apart: one of 64 KB would push out hundreds of ordinary ones. */
export const MAX_ANSWER_OCTETS = 16 * 1024
const READ_TRIES = 4
/** Odd: no two groups' numbers fall together before they are hashed with the rest. */
const GROUP_SPREAD = 0x9e37_79b1
/** Other processors than x86 may move a load before an earlier one; there the last look at the sequence is a locked one. */
const LOADS_STAY_IN_ORDER = process.arch === 'x64' || process.arch === 'ia32'

export class SharedCache implements ResponseCache {
  readonly limitOctets: number
  readonly #buffer: SharedArrayBuffer
  readonly #shards: CacheShard[] = []
  readonly #bucketCount: number
  readonly #hash: KeyedHash
  /** The call that is under way. */
  readonly #reading: Reading
  readonly #key: KeyWords
  readonly #counters: CounterSlice
  readonly #big: BigAnswers
  readonly #ttlFields = new Uint16Array(MAX_TTL_FIELDS)
  readonly #maxEntryOctets: number
  readonly #onEvict: () => void
  /** One number: by how much the clock was set back, ms. */
  readonly #setBack: Float64Array<SharedArrayBuffer>

  /**
   * Attaches to a buffer of `createCacheBuffer`; cheap, one for each thread.
   * @param monotonic milliseconds, for the age of locks
   */
  constructor(buffer: SharedArrayBuffer, monotonic: () => number = () => performance.now()) {
    const header = new Uint32Array(buffer, 0, 8)
    if (header[Header.Magic] !== MAGIC) throw new Error('attaching to a response cache of another layout')
    this.#buffer = buffer
    this.#setBack = new Float64Array(buffer, SET_BACK_OFFSET, 1)
    this.#reading = new Reading(this.#setBack)
    this.#key = this.#reading.key
    this.limitOctets = buffer.byteLength
    const slotCount = header[Header.SlotCount]!
    const octets = header[Header.ShardOctets]!
    for (let i = 0; i < header[Header.ShardCount]!; i++)
      this.#shards.push(
        new CacheShard(buffer, { number: i, offset: SHARDS_OFFSET + i * octets, octets, slotCount }, monotonic),
      )
    this.#bucketCount = slotCount / BUCKET_SLOTS
    this.#hash = new KeyedHash(header[Header.Key0]!, header[Header.Key1]!)
    this.#big = new BigAnswers(buffer)
    this.#counters = new CounterSlice(buffer, Atomics.add(header, Header.NextSlice, 1) % SLICE_COUNT)
    this.#maxEntryOctets = Math.min(this.#shards[0]!.arena.length >> 2, MAX_ANSWER_OCTETS + 2048)
    this.#onEvict = () => this.#counters.add(Counter.Evicted)
  }

  get entryCount(): number {
    return this.#sum(Control.Entries)
  }
  /** Octets of the entries that can be found; the tables come on top. */
  get sizeOctets(): number {
    return this.#sum(Control.UsedOctets)
  }
  /** Sums over all threads since the buffer was made. */
  get counters(): CacheCounters {
    return sumCounters(this.#buffer)
  }

  /**
   * The wall clock, by which answers age so that they do while the machine sleeps, was set back: they go on from where they were, and
   * live no longer for it. Of one thread alone.
   */
  setBack(ms: number): void {
    this.#setBack[0]! += ms
  }

  lookUp(key: CacheKey, wallMs: number, maxStaleSeconds: number, out: Uint8Array, hit: CacheHit): boolean {
    const shard = this.#findShard(key)
    const { table } = shard
    const tag = this.#hash.high
    const first = this.#firstSlot()
    hit.length = 0
    this.#reading.nowMs = wallMs
    this.#reading.maxStaleSeconds = maxStaleSeconds
    for (let slot = first; slot < first + BUCKET_SLOTS; slot++) {
      if (table[slot * SLOT_WORDS + Slot.Tag] !== tag) continue
      if (this.#readSlot(shard, slot, out, hit)) {
        hit.slot = shard.firstSlot + slot
        this.#counters.add(Counter.Hits)
        return true
      }
    }
    // Added up here alone: above, the sum would be allocated for each query.
    const isFound =
      hit.length <= out.length && this.#big.lookUp(key, wallMs + this.#setBack[0]!, maxStaleSeconds, out, hit)
    // Too long for `out` is no miss: the caller comes back with more room.
    if (isFound) this.#counters.add(Counter.Hits)
    else if (hit.length <= out.length && !hit.isProbe) this.#counters.add(Counter.Misses)
    return isFound
  }

  store(
    key: CacheKey,
    message: Uint8Array,
    length: number,
    ttlSeconds: number,
    upstreamIndex: number,
    wallMs: number,
  ): void {
    const nowMs = wallMs + this.#setBack[0]!
    const ttlFields = this.#ttlFields
    const ttlCount = length <= MAX_ANSWER_OCTETS && ttlSeconds >= 1 ? findTtlFields(message, length, ttlFields) : -1
    const shard = this.#findShard(key)
    const octets = entryOctets(this.#key.nameWords, ttlCount, length)
    const isKeepable = ttlCount >= 0 && octets <= this.#maxEntryOctets
    if (!isKeepable && ttlSeconds >= 1) return this.#big.store(key, message, length, ttlSeconds, upstreamIndex, nowMs)
    const ticket = isKeepable ? shard.tryLock() : 0
    if (ticket === 0) {
      this.#counters.add(Counter.Refused)
      return
    }
    const offset = reserve(shard, octets, this.#onEvict)
    const slot = this.#claimSlot(shard)
    const isOurs = shard.holds(ticket)
    if (isOurs) {
      const entry = { slot, key: this.#key, message, length, ttlFields, ttlCount, ttlSeconds, upstreamIndex, nowMs }
      writeEntry(shard, offset, entry)
      shard.publish(slot, this.#hash.high, offset, octets)
    }
    this.#counters.add(isOurs ? Counter.Stored : Counter.Refused)
    shard.unlock(ticket)
  }

  remove(key: CacheKey): void {
    this.#big.remove(key)
    const shard = this.#findShard(key)
    const ticket = shard.tryLock()
    if (ticket === 0) return
    const slot = findSlot(shard, this.#firstSlot(), this.#hash.high, this.#key)
    if (slot >= 0 && shard.holds(ticket)) shard.remove(slot)
    shard.unlock(ticket)
  }

  flush(name?: Uint8Array, subtree = false): number {
    let removed = this.#big.flush(name, subtree)
    for (const shard of this.#shards) {
      const ticket = shard.lock()
      if (name === undefined) removed += shard.clear()
      else
        for (let slot = 0; slot < shard.slotCount; slot++) {
          const entry = shard.offsetOf(slot)
          if (entry >= 0 && isNameWithin(shard, entry, name, subtree)) removed += shard.remove(slot)
        }
      shard.unlock(ticket)
    }
    return removed
  }

  #sum(word: number): number {
    let sum = 0
    for (const shard of this.#shards) sum += Atomics.load(shard.control, word)
    return sum
  }

  /** Reads and hashes the key; the words stay in #hash: `high` chose the shard and is the tag, `low` chooses the bucket. */
  #findShard(key: CacheKey): CacheShard {
    const words = this.#key
    words.read(key)
    this.#hash.run(words.name, words.nameWords, words.types, Math.imul(words.group, GROUP_SPREAD) ^ words.rest)
    return this.#shards[this.#hash.high & (this.#shards.length - 1)]!
  }

  /** First slot of the hashed key's bucket. */
  #firstSlot(): number {
    return Math.floor(((this.#hash.low >>> 0) / 2 ** 32) * this.#bucketCount) * BUCKET_SLOTS
  }

  /** Reads one slot whose tag fits, again when a writer came between. */
  #readSlot(shard: CacheShard, slot: number, out: Uint8Array, hit: CacheHit): boolean {
    const { table } = shard
    const base = slot * SLOT_WORDS
    for (let attempt = 0; attempt < READ_TRIES; attempt++) {
      const sequence = Atomics.load(table, base + Slot.Sequence)
      if ((sequence & 1) === 1) continue
      const isFound = copyEntry(shard, shard.offsetOf(slot), this.#reading, out, hit)
      const now = LOADS_STAY_IN_ORDER
        ? Atomics.load(table, base + Slot.Sequence)
        : Atomics.or(table, base + Slot.Sequence, 0)
      if (now !== sequence) continue
      hit.sequence = sequence
      if (isFound) hit.hitCount = shard.countVisit(slot)
      return isFound
    }
    return false
  }

  /** The key's own slot, else an empty one, else that of the bucket's answer whose turn to go is next; empty when it returns. */
  #claimSlot(shard: CacheShard): number {
    const first = this.#firstSlot()
    const own = findSlot(shard, first, this.#hash.high, this.#key)
    if (own >= 0) {
      shard.remove(own)
      return own
    }
    let free = -1
    let victim = first
    for (let slot = first; slot < first + BUCKET_SLOTS; slot++) {
      // The first one: a reader then finds it at its first look, in its first cache line.
      if (shard.offsetOf(slot) < 0) free = free < 0 ? slot : free
      else if (free < 0 && turnOf(shard, slot) < turnOf(shard, victim)) victim = slot
    }
    if (free >= 0) return free
    shard.remove(victim)
    this.#onEvict()
    return victim
  }
}
