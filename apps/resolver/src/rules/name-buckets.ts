/**
 * Rules by name: an open-addressing table that is edited in place, one worker's own.
 *
 * ```
 *  slots   3 words each: first lane │ second lane │ bucket number + 1, 0: free, -1: a removed one
 *  buckets the name on the wire, and its rules
 * ```
 * Adding and removing one rule costs the same whatever the number of rules. Removed slots are used again for new names and
 * cleared away when the table grows; it grows when two thirds of its slots were ever used. A found bucket's name is
 * compared in full: unlike the index, this table never takes one name for another.
 */
import type { CompiledRule } from './compiled-rule.ts'
import { type NameHasher, type NameOctets, NameScratch, newSuffixHashes } from './name-hash.ts'

export interface NameBucket {
  /** Wire labels, lower case, final zero. */
  readonly name: Uint8Array
  readonly rules: CompiledRule[]
}

const FREE = 0
const REMOVED = -1
const MIN_SLOTS = 64
const WORDS = 3

export class NameBuckets {
  #hasher: NameHasher
  #slots = new Int32Array(MIN_SLOTS * WORDS)
  #buckets: (NameBucket | null)[] = []
  #freeNumbers: number[] = []
  #used = 0
  #live = 0
  /** Names by their number of labels, so that look-ups skip depths that have none. */
  readonly #depths = new Uint32Array(129)
  readonly #scratch = new NameScratch()
  readonly #hashes = newSuffixHashes()

  constructor(hasher: NameHasher) {
    this.#hasher = hasher
  }

  /** Distinct names. */
  get size(): number {
    return this.#live
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.#hasher = hasher
    this.#rebuild(this.#slots.length / WORDS)
  }

  add(name: Uint8Array, rule: CompiledRule): void {
    const depth = this.#hash(name)
    const found = this.#findSlot(depth, name)
    if (found >= 0) {
      this.#buckets[this.#slots[found * WORDS + 2]! - 1]!.rules.push(rule)
      return
    }
    if ((this.#used + 1) * 3 > (this.#slots.length / WORDS) * 2)
      this.#rebuild(Math.max(MIN_SLOTS, nextPowerOfTwo((this.#live + 1) * 3)))
    const number = this.#freeNumbers.pop() ?? this.#buckets.length
    this.#buckets[number] = { name, rules: [rule] }
    this.#place(this.#hashes[2 * depth]!, this.#hashes[2 * depth + 1]!, number)
    this.#live++
    this.#depths[depth]!++
  }

  remove(name: Uint8Array, rule: CompiledRule): void {
    const depth = this.#hash(name)
    const slot = this.#findSlot(depth, name)
    if (slot < 0) return
    const number = this.#slots[slot * WORDS + 2]! - 1
    const { rules } = this.#buckets[number]!
    const at = rules.indexOf(rule)
    if (at >= 0) rules.splice(at, 1)
    if (rules.length > 0) return
    this.#slots[slot * WORDS + 2] = REMOVED
    this.#buckets[number] = null
    this.#freeNumbers.push(number)
    this.#live--
    this.#depths[depth]!--
  }

  /**
   * The rules of the suffix of `depth` labels of `name`, or null.
   * @param hashes of all suffixes of `name`, by this table's hasher
   */
  find(name: NameOctets, hashes: Int32Array, depth: number): NameBucket | null {
    if (this.#depths[depth] === 0) return null
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    const first = hashes[2 * depth]!
    const second = hashes[2 * depth + 1]!
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot * WORDS + 2]!
      if (number === FREE) return null
      if (number === REMOVED || slots[slot * WORDS] !== first || slots[slot * WORDS + 1] !== second) continue
      const bucket = this.#buckets[number - 1]!
      if (isSuffix(bucket.name, name, depth)) return bucket
    }
  }

  #hash(name: Uint8Array): number {
    this.#scratch.read(name)
    this.#hasher.hashSuffixes(this.#scratch, this.#hashes)
    return this.#scratch.labelCount
  }

  /** The slot of the name in `#scratch`, whose hash is at `depth`; -1: not there. */
  #findSlot(depth: number, name: Uint8Array): number {
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    const first = this.#hashes[2 * depth]!
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot * WORDS + 2]!
      if (number === FREE) return -1
      if (number === REMOVED || slots[slot * WORDS] !== first) continue
      const bucket = this.#buckets[number - 1]!
      if (bucket.name.length === name.length && isSuffix(bucket.name, this.#scratch, depth)) return slot
    }
  }

  #place(first: number, second: number, number: number): void {
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    let slot = first & mask
    while (slots[slot * WORDS + 2]! > 0) slot = (slot + 1) & mask
    if (slots[slot * WORDS + 2] === FREE) this.#used++
    slots[slot * WORDS] = first
    slots[slot * WORDS + 1] = second
    slots[slot * WORDS + 2] = number + 1
  }

  #rebuild(slotCount: number): void {
    this.#slots = new Int32Array(slotCount * WORDS)
    this.#used = 0
    const scratch = new NameScratch()
    const hashes = newSuffixHashes()
    for (const [number, bucket] of this.#buckets.entries()) {
      if (bucket === null) continue
      scratch.read(bucket.name)
      this.#hasher.hashSuffixes(scratch, hashes)
      this.#place(hashes[2 * scratch.labelCount]!, hashes[2 * scratch.labelCount + 1]!, number)
    }
  }
}

function nextPowerOfTwo(least: number): number {
  let size = 1
  while (size < least) size *= 2
  return size
}

function isSuffix(suffix: Uint8Array, { qname, labelOffsets, labelCount }: NameOctets, depth: number): boolean {
  if (depth === 0) return suffix.length === 1
  const start = labelOffsets[labelCount - depth]!
  for (let i = 0; i < suffix.length; i++) if (qname[start + i] !== suffix[i]) return false
  return true
}
