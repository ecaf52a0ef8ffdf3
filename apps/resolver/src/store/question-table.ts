/**
 * Distinct questions with their counts, by name: columns of numbers, 24 octets a question and its place in the hash, so
 * that a million take some 30 MB and no object each.
 */
const FIRST_CAPACITY = 1 << 14
/** Most logs ask the same again and again. */
const MAX_EXPECTED = 1 << 20
/** Questions beyond are left out: what is older than the newest four million says little more. */
const MAX_QUESTIONS = 1 << 22
/** 64 MB of counters; ids that lie wider apart are sorted. */
const MAX_COUNTED_IDS = 1 << 24

export class QuestionTable {
  #capacity: number
  /** 1 + position of the question; 0: free. Twice as many places as questions. */
  #slots: Int32Array
  nameIds: Uint32Array
  clientIds: Uint32Array
  qtypes: Uint16Array
  /** QUARTER_MS since the epoch; 0 where times do not matter. */
  quarters: Uint32Array
  counts: Uint32Array
  size = 0

  /** @param expected questions, roughly: with less room at first it is made larger on the way */
  constructor(expected: number) {
    let capacity = FIRST_CAPACITY
    while (capacity < expected && capacity < MAX_EXPECTED) capacity *= 2
    this.#capacity = capacity
    this.#slots = new Int32Array(2 * capacity)
    this.nameIds = new Uint32Array(capacity)
    this.clientIds = new Uint32Array(capacity)
    this.qtypes = new Uint16Array(capacity)
    this.quarters = new Uint32Array(capacity)
    this.counts = new Uint32Array(capacity)
  }

  /** @returns false: there is no room for another one */
  add(nameId: number, clientId: number, qtype: number, quarter: number, count: number): boolean {
    const mask = this.#slots.length - 1
    let slot = hash(nameId, clientId, qtype, quarter) & mask
    for (;;) {
      const at = this.#slots[slot]! - 1
      if (at < 0) break
      if (this.#isAt(at, nameId, clientId, qtype, quarter)) {
        this.counts[at]! += count
        return true
      }
      slot = (slot + 1) & mask
    }
    if (this.size === MAX_QUESTIONS) return false
    if (this.size === this.#capacity) {
      this.#grow()
      return this.add(nameId, clientId, qtype, quarter, count)
    }
    const at = this.size++
    this.nameIds[at] = nameId
    this.clientIds[at] = clientId
    this.qtypes[at] = qtype
    this.quarters[at] = quarter
    this.counts[at] = count
    this.#slots[slot] = at + 1
    return true
  }

  /** Positions of the questions, those of one name together, names ascending. */
  byName(): Uint32Array {
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

  #isAt(at: number, nameId: number, clientId: number, qtype: number, quarter: number): boolean {
    return (
      this.nameIds[at] === nameId &&
      this.clientIds[at] === clientId &&
      this.qtypes[at] === qtype &&
      this.quarters[at] === quarter
    )
  }

  #grow(): void {
    this.#capacity *= 2
    this.nameIds = widened(this.nameIds, new Uint32Array(this.#capacity))
    this.clientIds = widened(this.clientIds, new Uint32Array(this.#capacity))
    this.qtypes = widened(this.qtypes, new Uint16Array(this.#capacity))
    this.quarters = widened(this.quarters, new Uint32Array(this.#capacity))
    this.counts = widened(this.counts, new Uint32Array(this.#capacity))
    this.#slots = new Int32Array(2 * this.#capacity)
    const mask = this.#slots.length - 1
    for (let at = 0; at < this.size; at++) {
      let slot = hash(this.nameIds[at]!, this.clientIds[at]!, this.qtypes[at]!, this.quarters[at]!) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = at + 1
    }
  }
}

function widened<T extends Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Multiplications by odd constants, then the finaliser of MurmurHash3. */
function hash(nameId: number, clientId: number, qtype: number, quarter: number): number {
  let mixed = Math.imul(nameId, 0x9e3779b1) ^ Math.imul(clientId, 0x85ebca6b)
  mixed ^= Math.imul(qtype, 0xc2b2ae35) ^ Math.imul(quarter, 0x27d4eb2f)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
