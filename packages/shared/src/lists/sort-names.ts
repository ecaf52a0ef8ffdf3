/**
 * Sorts names in a packed arena by their octets.
 *
 * Comparing names in place costs a cache miss for each look at the arena. So each name's next four octets are read once
 * into `keys`, and keys and offsets are sorted together (quicksort, three ways); names with equal keys go on with the next
 * four. A million names take about half a second; nothing is allocated per name.
 */

import { growingMemory, grownTo } from './growing-memory.ts'

/** Shorter runs are sorted by insertion. */
const SMALL = 24

/**
 * @param arena   at each offset one octet of length, then the name: reversed, no octet 0 at the start or end of a label
 * @param offsets sorted in place, the first `count` of them
 * @param onPlaced told now and then how many names are in their place for good
 */
export function sortNames(
  arena: Uint8Array,
  offsets: Uint32Array,
  count: number,
  onPlaced: (names: number) => void = () => {},
): void {
  const keys = new Uint32Array(grownTo(growingMemory(), count * 4), 0, count)
  new NameSorter(arena, offsets, keys, onPlaced).sortFrom(0, count, 0)
}

/** Between two calls of `onPlaced`: some milliseconds. */
const PLACED_STEP = 8192

class NameSorter {
  readonly #arena: Uint8Array
  readonly #offsets: Uint32Array
  readonly #keys: Uint32Array
  readonly #onPlaced: (names: number) => void
  #toldAt = PLACED_STEP
  /** Pivots are chosen at random, so that no list can be written that sorts in quadratic time on purpose. */
  #random = (Math.random() * 0xffffffff) >>> 0

  constructor(arena: Uint8Array, offsets: Uint32Array, keys: Uint32Array, onPlaced: (names: number) => void) {
    this.#onPlaced = onPlaced
    this.#arena = arena
    this.#offsets = offsets
    this.#keys = keys
  }

  /** Sorts the names in [from, to), which are equal in their first `depth` octets. */
  sortFrom(from: number, to: number, depth: number): void {
    const arena = this.#arena
    const offsets = this.#offsets
    const keys = this.#keys
    for (let i = from; i < to; i++) {
      const at = offsets[i]!
      const left = arena[at]! - depth
      const first = at + 1 + depth
      // Past the end stand zeros: below every octet of a label, and a separator never is the last octet.
      let key = left > 0 ? arena[first]! << 24 : 0
      if (left > 1) key |= arena[first + 1]! << 16
      if (left > 2) key |= arena[first + 2]! << 8
      if (left > 3) key |= arena[first + 3]!
      keys[i] = key
    }
    this.#sortKeys(from, to)
    for (let start = from; start < to; ) {
      let end = start + 1
      while (end < to && keys[end] === keys[start]) end++
      // Only names that have ended have a key of zeros: they are equal.
      if (end - start > 1 && keys[start] !== 0) this.sortFrom(start, end, depth + 4)
      // `sortFrom` has overwritten keys of its own range only.
      start = end
      // Ranges are finished from left to right, whatever their depth.
      if (start >= this.#toldAt) {
        this.#onPlaced(start)
        this.#toldAt = start + PLACED_STEP
      }
    }
  }

  #sortKeys(from: number, to: number): void {
    const keys = this.#keys
    let lo = from
    let hi = to
    while (hi - lo > SMALL) {
      const pivot = this.#pivot(lo, hi)
      let below = lo
      let above = hi
      for (let i = lo; i < above; ) {
        const key = keys[i]!
        if (key < pivot) this.#swap(i++, below++)
        else if (key > pivot) this.#swap(i, --above)
        else i++
      }
      // The smaller side by recursion, so that the stack stays logarithmic.
      if (below - lo < hi - above) {
        this.#sortKeys(lo, below)
        lo = above
      } else {
        this.#sortKeys(above, hi)
        hi = below
      }
    }
    this.#insertionSort(lo, hi)
  }

  #pivot(lo: number, hi: number): number {
    const pick = (): number => {
      this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
      return this.#keys[lo + (this.#random % (hi - lo))]!
    }
    const a = pick()
    const b = pick()
    const c = pick()
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
  }

  #swap(i: number, j: number): void {
    const keys = this.#keys
    const offsets = this.#offsets
    const key = keys[i]!
    keys[i] = keys[j]!
    keys[j] = key
    const offset = offsets[i]!
    offsets[i] = offsets[j]!
    offsets[j] = offset
  }

  #insertionSort(lo: number, hi: number): void {
    const keys = this.#keys
    const offsets = this.#offsets
    for (let i = lo + 1; i < hi; i++) {
      const key = keys[i]!
      const offset = offsets[i]!
      let j = i
      for (; j > lo && keys[j - 1]! > key; j--) {
        keys[j] = keys[j - 1]!
        offsets[j] = offsets[j - 1]!
      }
      keys[j] = key
      offsets[j] = offset
    }
  }
}
