/**
 * Ids → numbers, in eight octets an entry where a Map takes forty: open addressing over one array of numbers, whose owner says
 * which id each has.
 */
const FREE = 0
const REMOVED = -1
const MIN_SLOTS = 64

export class IdTable {
  readonly #idOf: (number: number) => number
  /** Number + 1. */
  #slots = new Int32Array(MIN_SLOTS)
  #used = 0
  #size = 0

  /** @param idOf of a number that is in the table */
  constructor(idOf: (number: number) => number) {
    this.#idOf = idOf
  }

  get size(): number {
    return this.#size
  }

  /** @param id not in the table, and from now on what `idOf(number)` says */
  add(id: number, number: number): void {
    if ((this.#used + 1) * 3 > this.#slots.length * 2) this.#rebuild()
    this.#place(id, number)
    this.#size++
  }

  /** @returns its number, or -1 */
  find(id: number): number {
    const mask = this.#slots.length - 1
    for (let slot = spread(id) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1
      if (this.#slots[slot] !== REMOVED && this.#idOf(number) === id) return number
    }
    return -1
  }

  /** @returns the number that it had, or -1 */
  remove(id: number): number {
    const mask = this.#slots.length - 1
    for (let slot = spread(id) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1
      if (this.#slots[slot] === REMOVED || this.#idOf(number) !== id) continue
      this.#slots[slot] = REMOVED
      this.#size--
      return number
    }
    return -1
  }

  *values(): Generator<number> {
    for (const slot of this.#slots) if (slot > 0) yield slot - 1
  }

  #place(id: number, number: number): void {
    const mask = this.#slots.length - 1
    let slot = spread(id) & mask
    while (this.#slots[slot]! > 0) slot = (slot + 1) & mask
    if (this.#slots[slot] === FREE) this.#used++
    this.#slots[slot] = number + 1
  }

  #rebuild(): void {
    const old = this.#slots
    let slotCount = MIN_SLOTS
    while (slotCount < (this.#size + 1) * 2) slotCount *= 2
    this.#slots = new Int32Array(slotCount)
    this.#used = 0
    for (const slot of old) if (slot > 0) this.#place(this.#idOf(slot - 1), slot - 1)
  }
}

/** Ids follow one another: multiplied by an odd number, so do not their slots. */
const spread = (id: number): number => Math.imul(id | 0, 0x9e37_79b1) >>> 7
