/**
 * Distinct questions with their counts, by name: columns of numbers, 18 octets a question, no object each.
 *
 * What is added is only appended. `settle` then puts the questions of one name together and merges equal ones: digests of
 * segments come sorted by name, so that this walks through memory in order, where a hash over a million questions would
 * miss the processor's caches with every look-up.
 */
const FIRST_CAPACITY = 1 << 14
/** Most logs ask the same again and again. */
const MAX_EXPECTED = 3 << 19
/** Questions beyond are left out: what is older than the newest four million says little more. */
const MAX_QUESTIONS = 1 << 22
/** When so many are left after they have been merged, there is no use in reading on. */
const FULL_AT = (MAX_QUESTIONS / 4) * 3
/** 64 MB of counters; ids that lie wider apart are sorted. */
const MAX_COUNTED_IDS = 1 << 24

/** One row of columns. */
class Columns {
  readonly nameIds: Uint32Array
  readonly clientIds: Uint32Array
  readonly qtypes: Uint16Array
  readonly quarters: Uint32Array
  readonly counts: Uint32Array

  constructor(capacity: number, from?: Columns) {
    this.nameIds = new Uint32Array(capacity)
    this.clientIds = new Uint32Array(capacity)
    this.qtypes = new Uint16Array(capacity)
    this.quarters = new Uint32Array(capacity)
    this.counts = new Uint32Array(capacity)
    if (!from) return
    this.nameIds.set(from.nameIds)
    this.clientIds.set(from.clientIds)
    this.qtypes.set(from.qtypes)
    this.quarters.set(from.quarters)
    this.counts.set(from.counts)
  }

  copy(at: number, from: Columns, source: number): void {
    this.nameIds[at] = from.nameIds[source]!
    this.clientIds[at] = from.clientIds[source]!
    this.qtypes[at] = from.qtypes[source]!
    this.quarters[at] = from.quarters[source]!
    this.counts[at] = from.counts[source]!
  }

  /** The same but for name and count. */
  isSame(at: number, other: Columns, source: number): boolean {
    return (
      this.clientIds[at] === other.clientIds[source] &&
      this.qtypes[at] === other.qtypes[source] &&
      this.quarters[at] === other.quarters[source]
    )
  }

  /** Of client, type and quarter: multiplications by odd constants, then a step of the finaliser of MurmurHash3. */
  hash(at: number): number {
    const mixed =
      Math.imul(this.clientIds[at]!, 0x9e3779b1) ^
      Math.imul(this.qtypes[at]!, 0xc2b2ae35) ^
      Math.imul(this.quarters[at]!, 0x27d4eb2f)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

export class QuestionTable {
  #columns: Columns
  #capacity: number
  #isFull = false
  /** 1 + position of a question of the present name; 0: free. */
  #slots = new Int32Array(64)
  size = 0
  /** After `settle`: where the questions of each name begin, and where the last end. */
  nameStarts: Uint32Array = new Uint32Array(1)

  /** @param expected questions, roughly: with less room at first it is made larger on the way */
  constructor(expected: number) {
    this.#capacity = Math.min(MAX_EXPECTED, Math.max(FIRST_CAPACITY, expected))
    this.#columns = new Columns(this.#capacity)
  }

  /** @returns false: there is no room for another one */
  add(nameId: number, clientId: number, qtype: number, quarter: number, count: number): boolean {
    if (this.size === this.#capacity && !this.#makeRoom()) return false
    const columns = this.#columns
    const at = this.size++
    columns.nameIds[at] = nameId
    columns.clientIds[at] = clientId
    columns.qtypes[at] = qtype
    columns.quarters[at] = quarter
    columns.counts[at] = count
    return true
  }

  get nameIds(): Uint32Array {
    return this.#columns.nameIds
  }
  get clientIds(): Uint32Array {
    return this.#columns.clientIds
  }
  get qtypes(): Uint16Array {
    return this.#columns.qtypes
  }
  /** QUARTER_MS since the epoch; 0 where times do not matter. */
  get quarters(): Uint32Array {
    return this.#columns.quarters
  }
  get counts(): Uint32Array {
    return this.#columns.counts
  }
  /** Distinct names; after `settle`. */
  get names(): number {
    return this.nameStarts.length - 1
  }

  /** Puts the questions in order, names ascending, and merges equal ones. */
  settle(): void {
    const { size } = this
    const from = this.#columns
    const order = this.#byName()
    const into = new Columns(size)
    const starts = new Uint32Array(size + 1)
    let names = 0
    let length = 0
    for (let at = 0; at < size; ) {
      const nameId = from.nameIds[order[at]!]
      let until = at + 1
      while (until < size && from.nameIds[order[until]!] === nameId) until++
      starts[names++] = length
      if (until === at + 1) into.copy(length++, from, order[at]!)
      else length = this.#merge(from, order.subarray(at, until), into, length)
      at = until
    }
    starts[names] = length
    this.#columns = into
    this.#capacity = size
    this.size = length
    this.nameStarts = starts.slice(0, names + 1)
  }

  /** @param rows of one name @returns where the next name begins */
  #merge(from: Columns, rows: Uint32Array, into: Columns, start: number): number {
    const slots = this.#emptySlots(2 * rows.length)
    const mask = slots.length - 1
    let end = start
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      let slot = from.hash(row) & mask
      while (slots[slot] !== 0 && !into.isSame(slots[slot]! - 1, from, row)) slot = (slot + 1) & mask
      if (slots[slot] === 0) {
        into.copy(end++, from, row)
        slots[slot] = end
      } else into.counts[slots[slot]! - 1]! += from.counts[row]!
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
    if (this.#capacity >= MAX_QUESTIONS) {
      this.settle()
      this.#isFull = this.size >= FULL_AT
    }
    this.#capacity = Math.min(MAX_QUESTIONS, Math.max(2 * this.#capacity, FIRST_CAPACITY))
    this.#columns = new Columns(this.#capacity, this.#columns)
    return !this.#isFull
  }

  /** Positions of the questions, those of one name together, names ascending. */
  #byName(): Uint32Array {
    const { size, nameIds } = this
    if (size === 0) return new Uint32Array(0)
    let least = nameIds[0]!
    let most = least
    for (let at = 1; at < size; at++) {
      if (nameIds[at]! < least) least = nameIds[at]!
      if (nameIds[at]! > most) most = nameIds[at]!
    }
    return most - least < MAX_COUNTED_IDS ? this.#countedByName(least, most) : this.#sortedByName()
  }

  /** Names that come together in time have ids together. */
  #countedByName(least: number, most: number): Uint32Array {
    const { size, nameIds } = this
    const starts = new Uint32Array(most - least + 2)
    for (let at = 0; at < size; at++) starts[nameIds[at]! - least + 1]!++
    for (let id = 1; id < starts.length; id++) starts[id]! += starts[id - 1]!
    const order = new Uint32Array(size)
    for (let at = 0; at < size; at++) order[starts[nameIds[at]! - least]!++] = at
    return order
  }

  #sortedByName(): Uint32Array {
    // Name id and position in one double: ids stay far below 2³¹.
    const keys = new Float64Array(this.size)
    for (let at = 0; at < this.size; at++) keys[at] = this.nameIds[at]! * MAX_QUESTIONS + at
    keys.sort()
    return Uint32Array.from(keys, (key) => key % MAX_QUESTIONS)
  }
}
