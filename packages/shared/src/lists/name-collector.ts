/** Collects the names of a list by class in packed memory (their octets and five more each), sorts them and drops duplicates. */
import { growingMemory, grownTo, MAX_GROWING_OCTETS } from './growing-memory.ts'
import type { NameCursor } from './name-chunk.ts'
import { NAME_CLASS_COUNT, type NameClass } from './name-class.ts'
import { compareReversed, writeReversed } from './reversed-name.ts'
import { sortNames } from './sort-names.ts'

const OFFSET_OCTETS = 4

export class NameCollector {
  readonly #classes: (ClassNames | undefined)[] = new Array(NAME_CLASS_COUNT)

  /**
   * Adds a plain canonical name: lower-case letters, digits, `-`, `_` and dots, at most 253 octets, no final dot.
   * @throws RangeError when one class has 4 GB of names
   */
  add(nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void {
    let names = this.#classes[nameClass]
    if (names === undefined) {
      names = new ClassNames()
      this.#classes[nameClass] = names
    }
    names.add(octets, offset, length)
  }

  /**
   * Sorts what was added. Call once, when all names are in; the memory of each class is freed with its names.
   * @param onShare told now and then which part of all names is sorted: 0…1
   */
  finish(onShare: (share: number) => void = () => {}): CollectedNames[] {
    const collected: CollectedNames[] = []
    const total = this.#classes.reduce((sum, names) => sum + (names?.count ?? 0), 0)
    let before = 0
    for (const [nameClass, names] of this.#classes.entries()) {
      if (names === undefined) continue
      this.#classes[nameClass] = undefined
      const { count } = names
      collected.push(names.finish(nameClass, (placed) => onShare((before + placed) / total)))
      before += count
    }
    return collected
  }
}

class ClassNames {
  /** Both follow the length of their memory as it grows. */
  #arena = new Uint8Array(growingMemory())
  #offsets = new Uint32Array(growingMemory())
  #used = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  add(octets: Uint8Array, offset: number, length: number): void {
    if (this.#used + 1 + length > this.#arena.length) this.#growArena(this.#used + 1 + length)
    if (this.#count === this.#offsets.length) this.#growOffsets()
    this.#offsets[this.#count++] = this.#used
    this.#arena[this.#used] = length
    writeReversed(octets, offset, length, this.#arena, this.#used + 1)
    this.#used += 1 + length
  }

  #growArena(octets: number): void {
    if (octets > MAX_GROWING_OCTETS) throw new RangeError('a list cannot have more than 4 GB of names')
    const memory = grownTo(this.#arena.buffer, octets)
    if (memory !== this.#arena.buffer) this.#arena = new Uint8Array(memory)
  }

  #growOffsets(): void {
    const memory = grownTo(this.#offsets.buffer, (this.#count + 1) * OFFSET_OCTETS)
    if (memory !== this.#offsets.buffer) this.#offsets = new Uint32Array(memory)
  }

  finish(nameClass: NameClass, onPlaced: (names: number) => void): CollectedNames {
    sortNames(this.#arena, this.#offsets, this.#count, onPlaced)
    const unique = dropDuplicates(this.#arena, this.#offsets, this.#count)
    return new CollectedNames(nameClass, this.#arena, this.#offsets.subarray(0, unique), this.#count - unique)
  }
}

/** Moves the first of equal names together. @returns how many there are */
function dropDuplicates(arena: Uint8Array, offsets: Uint32Array, count: number): number {
  let unique = 0
  for (let i = 0; i < count; i++) {
    if (unique > 0 && areEqual(arena, offsets[unique - 1]!, offsets[i]!)) continue
    offsets[unique++] = offsets[i]!
  }
  return unique
}

function areEqual(arena: Uint8Array, a: number, b: number): boolean {
  const length = arena[a]!
  for (let i = 0; i <= length; i++) if (arena[a + i] !== arena[b + i]) return false
  return true
}

/** The sorted names of one class, each once. */
export class CollectedNames {
  readonly nameClass: NameClass
  /** Names that had been added before. */
  readonly duplicates: number
  readonly #arena: Uint8Array
  readonly #offsets: Uint32Array

  constructor(nameClass: NameClass, arena: Uint8Array, offsets: Uint32Array, duplicates: number) {
    this.nameClass = nameClass
    this.duplicates = duplicates
    this.#arena = arena
    this.#offsets = offsets
  }

  get count(): number {
    return this.#offsets.length
  }

  /** Is this name among them? @param reversed as `reversedOfName` gives it */
  has(reversed: Uint8Array): boolean {
    const wanted = { octets: reversed, offset: 0, length: reversed.length }
    let from = 0
    let to = this.#offsets.length
    while (from < to) {
      const middle = (from + to) >>> 1
      const at = this.#offsets[middle]!
      const order = compareReversed({ octets: this.#arena, offset: at + 1, length: this.#arena[at]! }, wanted)
      if (order === 0) return true
      if (order < 0) from = middle + 1
      else to = middle
    }
    return false
  }

  /** A new walk through the names; any number of them, one after the other or together. */
  cursor(): NameCursor {
    return new ArenaCursor(this.#arena, this.#offsets)
  }
}

class ArenaCursor implements NameCursor {
  readonly octets: Uint8Array
  offset = 0
  length = 0
  readonly #offsets: Uint32Array
  #next = 0

  constructor(arena: Uint8Array, offsets: Uint32Array) {
    this.octets = arena
    this.#offsets = offsets
  }

  next(): boolean {
    const at = this.#offsets[this.#next]
    if (at === undefined) return false
    this.#next++
    this.offset = at + 1
    this.length = this.octets[at]!
    return true
  }
}
