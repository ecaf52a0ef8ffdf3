/**
 * The sets of list numbers and name classes that names belong to, numbered as they come up.
 *
 * A name that several lists hold moves from set to set: {1} and then list 2 makes {1, 2}. Each such step is worked out
 * once and looked up afterwards, as lists hold the same few combinations again and again.
 */

/** 16 classes a list must leave a set transition below 2⁵³: 2²⁴ sets × 2²⁰ members. */
const MAX_INDEX_LISTS = 65_536

/** The sets of members seen so far, numbered from 1; 0 is the empty set. */
export class SetTable {
  readonly #most: number
  readonly #sets: (readonly number[])[] = [[]]
  readonly #numbers = new Map<string, number>()
  readonly #steps = new Map<number, number>()
  #lastStep = -1
  #lastResult = 0

  /** @param most sets that can be numbered */
  constructor(most: number) {
    this.#most = most
  }

  get count(): number {
    return this.#sets.length - 1
  }

  /**
   * The number of `set` with `member` added.
   * @throws RangeError when there are more sets than can be numbered
   */
  with(set: number, member: number): number {
    const step = set * (MAX_INDEX_LISTS * 16) + member
    if (step === this.#lastStep) return this.#lastResult
    this.#lastStep = step
    this.#lastResult = this.#steps.get(step) ?? this.#intern(step, this.#sets[set]!, member)
    return this.#lastResult
  }

  #intern(step: number, set: readonly number[], member: number): number {
    const members = set.includes(member) ? set : [...set, member].sort((a, b) => a - b)
    const text = members.join()
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#sets.length
      if (number > this.#most) throw new RangeError('more combinations of lists than an index holds')
      this.#sets.push(members)
      this.#numbers.set(text, number)
    }
    this.#steps.set(step, number)
    return number
  }

  /** As an index holds them: see the drawing in rule-index.ts. */
  pack(): SharedArrayBuffer {
    let at = this.#sets.length + 1
    const words = at + this.#sets.reduce((sum, set) => sum + set.length, 0)
    const packed = new SharedArrayBuffer(words * 4)
    const view = new Int32Array(packed)
    for (const [number, members] of this.#sets.entries()) {
      view[number] = at
      view.set(members, at)
      at += members.length
    }
    view[this.#sets.length] = at
    return packed
  }
}
