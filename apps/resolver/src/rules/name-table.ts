/**
 * Names → small numbers, in some thirty octets a name, by which their owner keeps what belongs to each: open addressing over keyed
 * hashes. A found name is compared in full: unlike the index, this table never takes one name for another.
 *
 * ```
 *  slots   3 words each: first lane │ second lane │ number of the name + 1, 0: free, -1: a removed one
 *  names   by number: place and length of the octets
 *  octets  wire labels one behind the other, each name with its final zero
 * ```
 * One worker's own, edited in place, at a cost that does not grow with the number of names. Removed slots are used again for new names
 * and cleared away when the table grows; it grows when two thirds of its slots were ever used.
 */
import { grown } from './grown.ts'
import { type NameHasher, type NameOctets, NameScratch, newSuffixHashes } from './name-hash.ts'

const FREE = 0
const REMOVED = -1
const NONE = -1
const MIN_SLOTS = 64
const MIN_NAMES = 32
const MIN_OCTETS = 1024
const WORDS = 3
const MAX_DEPTHS = 129

export class NameTable {
  #hasher: NameHasher
  #slots = new Int32Array(MIN_SLOTS * WORDS)
  #used = 0
  #places = new Uint32Array(MIN_NAMES)
  /** 0: the number is free. */
  #lengths = new Uint8Array(MIN_NAMES)
  /** Names ever numbered; numbers of those removed are free again. */
  #numbered = 0
  readonly #freeNumbers: number[] = []
  #octets = new Uint8Array(MIN_OCTETS)
  #octetsEnd = 0
  /** Octets of names that are gone. */
  #wasted = 0
  #size = 0
  /** Names by their number of labels, so that look-ups skip depths that have none. */
  readonly #depths = new Uint32Array(MAX_DEPTHS)
  readonly #scratch = new NameScratch()
  readonly #hashes = newSuffixHashes()

  constructor(hasher: NameHasher) {
    this.#hasher = hasher
  }

  get size(): number {
    return this.#size
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.#hasher = hasher
    this.#rebuild(this.#slots.length / WORDS)
  }

  /**
   * The suffix of `depth` labels of `name`.
   * @param hashes of all suffixes of `name`, by this table's hasher
   * @returns its number, or -1
   */
  find({ qname, labelOffsets, labelCount }: NameOctets, hashes: Int32Array, depth: number): number {
    if (this.#depths[depth] === 0) return NONE
    const start = depth === 0 ? qname.length : labelOffsets[labelCount - depth]!
    const slot = this.#findSlot(hashes[2 * depth]!, hashes[2 * depth + 1]!, qname, start)
    return slot === NONE ? NONE : this.#slots[slot * WORDS + 2]! - 1
  }

  /** @param name wire labels, lower case, with the final zero @returns its number, or -1 */
  numberOf(name: Uint8Array): number {
    const slot = this.#slotOf(name)
    return slot === NONE ? NONE : this.#slots[slot * WORDS + 2]! - 1
  }

  /** @param name not in the table @returns its number: the least that is free, or one that a removed name had */
  add(name: Uint8Array): number {
    if ((this.#used + 1) * 3 > (this.#slots.length / WORDS) * 2)
      this.#rebuild(Math.max(MIN_SLOTS, nextPowerOfTwo((this.#size + 1) * 2)))
    const number = this.#freeNumbers.pop() ?? this.#newNumber()
    this.#places[number] = this.#keep(name)
    this.#lengths[number] = name.length
    const depth = this.#hash(name)
    this.#place(this.#hashes[2 * depth]!, this.#hashes[2 * depth + 1]!, number)
    this.#size++
    this.#depths[depth]!++
    return number
  }

  /** @param name in the table */
  remove(name: Uint8Array): void {
    const slot = this.#slotOf(name)
    const number = this.#slots[slot * WORDS + 2]! - 1
    this.#slots[slot * WORDS + 2] = REMOVED
    this.#lengths[number] = 0
    this.#freeNumbers.push(number)
    this.#wasted += name.length
    this.#size--
    this.#depths[this.#scratch.labelCount]!--
  }

  /** A copy, as the octets move when they are packed. */
  nameOf(number: number): Uint8Array {
    const start = this.#places[number]!
    return this.#octets.slice(start, start + this.#lengths[number]!)
  }

  /** Leaves the hashes of all suffixes in `#hashes`. @returns the number of labels */
  #hash(name: Uint8Array): number {
    this.#scratch.read(name)
    this.#hasher.hashSuffixes(this.#scratch, this.#hashes)
    return this.#scratch.labelCount
  }

  #slotOf(name: Uint8Array): number {
    const depth = this.#hash(name)
    return this.#findSlot(this.#hashes[2 * depth]!, this.#hashes[2 * depth + 1]!, name, 0)
  }

  /** @param start where the name begins in `octets`; at their end: the root */
  #findSlot(first: number, second: number, octets: Uint8Array, start: number): number {
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot * WORDS + 2]!
      if (value === FREE) return NONE
      if (value === REMOVED || slots[slot * WORDS] !== first || slots[slot * WORDS + 1] !== second) continue
      if (this.#isAt(value - 1, octets, start)) return slot
    }
  }

  /** The final zero ends a comparison: a name that is longer differs at it. */
  #isAt(number: number, octets: Uint8Array, start: number): boolean {
    const own = this.#octets
    const place = this.#places[number]!
    const length = this.#lengths[number]!
    if (start === octets.length) return length === 1
    for (let i = 0; i < length; i++) if (own[place + i] !== octets[start + i]) return false
    return true
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
    const old = this.#slots
    this.#slots = new Int32Array(slotCount * WORDS)
    this.#used = 0
    const scratch = new NameScratch()
    const hashes = newSuffixHashes()
    for (let slot = 0; slot < old.length / WORDS; slot++) {
      const number = old[slot * WORDS + 2]! - 1
      if (number < 0) continue
      scratch.read(this.#octets, this.#places[number])
      this.#hasher.hashSuffixes(scratch, hashes)
      this.#place(hashes[2 * scratch.labelCount]!, hashes[2 * scratch.labelCount + 1]!, number)
    }
  }

  #newNumber(): number {
    if (this.#numbered === this.#places.length) {
      const size = this.#places.length * 2
      this.#places = grown(this.#places, new Uint32Array(size))
      this.#lengths = grown(this.#lengths, new Uint8Array(size))
    }
    return this.#numbered++
  }

  #keep(name: Uint8Array): number {
    if (this.#octetsEnd + name.length > this.#octets.length) this.#makeRoom(name.length)
    const place = this.#octetsEnd
    this.#octets.set(name, place)
    this.#octetsEnd += name.length
    return place
  }

  /** Packs the octets where a half of them are of names that are gone, else doubles the room. */
  #makeRoom(octets: number): void {
    const old = this.#octets
    if (this.#wasted * 2 < this.#octetsEnd) {
      this.#octets = grown(old, new Uint8Array(Math.max(old.length * 2, this.#octetsEnd + octets)))
      return
    }
    const packed = new Uint8Array(Math.max(old.length, this.#octetsEnd - this.#wasted + octets))
    let end = 0
    for (let number = 0; number < this.#numbered; number++) {
      const length = this.#lengths[number]!
      if (length === 0) continue
      const place = this.#places[number]!
      packed.set(old.subarray(place, place + length), end)
      this.#places[number] = end
      end += length
    }
    this.#octets = packed
    this.#octetsEnd = end
    this.#wasted = 0
  }
}

function nextPowerOfTwo(least: number): number {
  let size = 1
  while (size < least) size *= 2
  return size
}
