/** Pairs of 32 bits, as NameHasher makes them, in open addressing; grows at half. */
export class HashPairs {
  #words = new Int32Array(2 * (1 << 16))
  #size = 0

  get size(): number {
    return this.#size
  }

  has(first: number, second: number): boolean {
    return this.#find(this.#words, first, second) < 0
  }

  /** @returns false when it was there */
  add(first: number, second: number): boolean {
    const at = this.#find(this.#words, first, second)
    if (at < 0) return false
    this.#put(this.#words, at, first, second)
    if (++this.#size * 4 > this.#words.length) this.#grow()
    return true
  }

  /** @returns the free place for it, or -1: it is there */
  #find(words: Int32Array, first: number, second: number): number {
    const mask = words.length / 2 - 1
    for (let slot = (first >>> 0) & mask; ; slot = (slot + 1) & mask) {
      if (words[2 * slot] === 0 && words[2 * slot + 1] === 0) return slot
      if (words[2 * slot] === first && words[2 * slot + 1] === second) return -1
    }
  }

  #put(words: Int32Array, slot: number, first: number, second: number): void {
    words[2 * slot] = first
    words[2 * slot + 1] = second
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2)
    for (let at = 0; at < this.#words.length; at += 2) {
      const [first, second] = [this.#words[at]!, this.#words[at + 1]!]
      if (first !== 0 || second !== 0) this.#put(words, this.#find(words, first, second), first, second)
    }
    this.#words = words
  }
}
