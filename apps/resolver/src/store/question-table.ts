/**
 * Distinct questions with their counts, by name: rows of numbers, 16 octets a question, no object each.
 *
 * ```
 *   name id | client id | QTYPE and quarter | count | name id | …      words of 32 bits
 * ```
 * What is added is only appended. `settle` then puts the questions of one name together and merges equal ones: digests of
 * segments come sorted by name, so that this walks through memory in order, where a hash over a million questions would
 * miss the processor's caches with every look-up. Rows stay where they are and only their order is made: a page of memory that
 * is written for the first time costs up to 20 µs on a virtual machine, more than the two hundred questions in it.
 */
import { useHugePages } from '../linux/memory-advice.ts'

const WORDS = 4
const [CLIENT, WHAT, COUNT] = [1, 2, 3] as const
/** Of the type, above the quarter. */
const TYPE_SHIFT = 16
const QUARTER_MASK = 0xffff
const FIRST_CAPACITY = 1 << 14
/** Most logs ask the same again and again. */
const MAX_EXPECTED = 3 << 19
/** Questions beyond are left out: what is older than the newest four million says little more. */
const MAX_QUESTIONS = 1 << 22
/** When so many are left after they have been merged, there is no use in reading on. */
const FULL_AT = (MAX_QUESTIONS / 4) * 3
/** 64 MB of counters; ids that lie wider apart are sorted. */
const MAX_COUNTED_IDS = 1 << 24

export class QuestionTable {
  readonly #firstQuarter: number
  #rows: Uint32Array
  /** After `settle`: rows by name. */
  #order: Uint32Array = new Uint32Array(0)
  #capacity: number
  #isFull = false
  /** 1 + place of a question of the present name; 0: free. */
  #slots = new Int32Array(64)
  size = 0
  /** After `settle`: where the questions of each name begin, and where the last end. */
  nameStarts: Uint32Array = new Uint32Array(1)

  /**
   * @param expected     questions, roughly: with less room at first it is made larger on the way
   * @param firstQuarter of the period, above 0; those that follow are 65,534 at most
   */
  constructor(expected: number, firstQuarter = 1) {
    this.#firstQuarter = firstQuarter
    this.#capacity = Math.min(MAX_EXPECTED, Math.max(FIRST_CAPACITY, expected))
    this.#rows = newRows(this.#capacity)
  }

  /** @param quarter QUARTER_MS since the epoch; 0 where times do not matter @returns false: there is no room for another one */
  add(nameId: number, clientId: number, qtype: number, quarter: number, count: number): boolean {
    if (this.size === this.#capacity && !this.#makeRoom()) return false
    const rows = this.#rows
    const at = WORDS * this.size++
    rows[at] = nameId
    rows[at + CLIENT] = clientId
    rows[at + WHAT] = (qtype << TYPE_SHIFT) | (quarter === 0 ? 0 : (quarter - this.#firstQuarter + 1) & QUARTER_MASK)
    rows[at + COUNT] = count
    return true
  }

  // After `settle`, each by the place of a question: those of one name lie together, names ascending.
  nameIdOf(question: number): number {
    return this.#rows[WORDS * this.#order[question]!]!
  }
  clientIdOf(question: number): number {
    return this.#rows[WORDS * this.#order[question]! + CLIENT]!
  }
  qtypeOf(question: number): number {
    return this.#rows[WORDS * this.#order[question]! + WHAT]! >>> TYPE_SHIFT
  }
  quarterOf(question: number): number {
    const quarter = this.#rows[WORDS * this.#order[question]! + WHAT]! & QUARTER_MASK
    return quarter === 0 ? 0 : quarter + this.#firstQuarter - 1
  }
  countOf(question: number): number {
    return this.#rows[WORDS * this.#order[question]! + COUNT]!
  }
  /** Distinct names; after `settle`. */
  get names(): number {
    return this.nameStarts.length - 1
  }

  /** Puts the questions in order, names ascending, and merges equal ones. */
  settle(): void {
    const { size } = this
    const rows = this.#rows
    const order = this.#byName()
    this.#order = order
    const starts = new Uint32Array(size + 1)
    let names = 0
    let length = 0
    for (let at = 0; at < size; ) {
      const nameId = rows[WORDS * order[at]!]
      let until = at + 1
      while (until < size && rows[WORDS * order[until]!] === nameId) until++
      starts[names++] = length
      if (until === at + 1) order[length++] = order[at]!
      else length = this.#merge(at, until, length)
      at = until
    }
    starts[names] = length
    this.size = length
    this.nameStarts = starts.slice(0, names + 1)
  }

  /** @param from,until of one name @param start where they go, not behind them @returns where the next name begins */
  #merge(from: number, until: number, start: number): number {
    const [rows, order] = [this.#rows, this.#order]
    const slots = this.#emptySlots(2 * (until - from))
    const mask = slots.length - 1
    let end = start
    for (let at = from; at < until; at++) {
      const row = order[at]!
      let slot = hashOf(rows, row) & mask
      while (slots[slot] !== 0 && !isSame(rows, order[slots[slot]! - 1]!, row)) slot = (slot + 1) & mask
      if (slots[slot] === 0) {
        order[end++] = row
        slots[slot] = end
      } else rows[WORDS * order[slots[slot]! - 1]! + COUNT]! += rows[WORDS * row + COUNT]!
    }
    return end
  }

  #emptySlots(atLeast: number): Int32Array {
    let length = 4
    while (length < atLeast) length *= 2
    if (this.#slots.length < length) this.#slots = new Int32Array(length)
    return this.#slots.subarray(0, length).fill(0)
  }

  #makeRoom(): boolean {
    if (this.#isFull) return false
    const isSettled = this.#capacity >= MAX_QUESTIONS
    if (isSettled) {
      this.settle()
      this.#isFull = this.size >= FULL_AT
    }
    this.#capacity = Math.min(MAX_QUESTIONS, Math.max(2 * this.#capacity, FIRST_CAPACITY))
    const old = this.#rows
    const rows = newRows(this.#capacity)
    if (isSettled) for (let at = 0; at < this.size; at++) copyRow(old, this.#order[at]!, rows, at)
    else rows.set(old)
    this.#rows = rows
    return !this.#isFull
  }

  /** Rows of the questions, those of one name together, names ascending. */
  #byName(): Uint32Array {
    const { size } = this
    const rows = this.#rows
    if (size === 0) return new Uint32Array(0)
    let least = rows[0]!
    let most = least
    for (let at = 0; at < WORDS * size; at += WORDS) {
      const nameId = rows[at]!
      if (nameId < least) least = nameId
      else if (nameId > most) most = nameId
    }
    return most - least < MAX_COUNTED_IDS ? this.#countedByName(least, most) : this.#sortedByName()
  }

  /** Names that come together in time have ids together. */
  #countedByName(least: number, most: number): Uint32Array {
    const { size } = this
    const rows = this.#rows
    const starts = new Uint32Array(most - least + 2)
    for (let row = 0; row < size; row++) starts[rows[WORDS * row]! - least + 1]!++
    for (let id = 1; id < starts.length; id++) starts[id]! += starts[id - 1]!
    const order = new Uint32Array(size)
    for (let row = 0; row < size; row++) order[starts[rows[WORDS * row]! - least]!++] = row
    return order
  }

  #sortedByName(): Uint32Array {
    // Name id and row in one double: ids stay far below 2³¹.
    const keys = new Float64Array(this.size)
    for (let row = 0; row < this.size; row++) keys[row] = this.#rows[WORDS * row]! * MAX_QUESTIONS + row
    keys.sort()
    return Uint32Array.from(keys, (key) => key % MAX_QUESTIONS)
  }
}

function newRows(capacity: number): Uint32Array {
  const rows = new Uint32Array(WORDS * capacity)
  useHugePages(new Uint8Array(rows.buffer))
  return rows
}

function copyRow(from: Uint32Array, row: number, into: Uint32Array, at: number): void {
  for (let word = 0; word < WORDS; word++) into[WORDS * at + word] = from[WORDS * row + word]!
}

/** The same but for name and count. */
function isSame(rows: Uint32Array, one: number, other: number): boolean {
  const [left, right] = [WORDS * one, WORDS * other]
  return rows[left + CLIENT] === rows[right + CLIENT] && rows[left + WHAT] === rows[right + WHAT]
}

/** Of client, type and quarter: multiplications by odd constants, then a step of the finaliser of MurmurHash3. */
function hashOf(rows: Uint32Array, row: number): number {
  const at = WORDS * row
  const mixed = Math.imul(rows[at + CLIENT]!, 0x9e3779b1) ^ Math.imul(rows[at + WHAT]!, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
