/**
 * A keyed hash of a name and two words, for tables whose keys strangers choose: HalfSipHash-1-3 with two liberties.
 *
 * The key is random and never leaves the process, so that nobody can prepare names which share a bucket. 32-bit words
 * only: JavaScript's integers need no BigInt for them. Liberties, both for speed and both harmless where the result stays inside:
 * no length is mixed in, since a wire name tells its own; and the second word of the result comes from the other half
 * of the final state, not from three more rounds. Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012).
 */
export class KeyedHash {
  /** Two signed words of result; written by `run`, so that hashing allocates nothing. */
  low = 0
  high = 0
  readonly #key0: number
  readonly #key1: number

  constructor(key0: number, key1: number) {
    this.#key0 = key0 | 0
    this.#key1 = key1 | 0
  }

  /** Hashes the first `count` of `words`, which tell their own number, and the words `a` and `b`. */
  run(words: Int32Array, count: number, a: number, b: number): void {
    let v0 = this.#key0
    let v1 = this.#key1
    let v2 = 0x6c796765 ^ v0
    let v3 = 0x74656462 ^ v1
    // The words, a, b; then three rounds without a word.
    for (let i = 0; i < count + 5; i++) {
      const word = i < count ? words[i]! : i === count ? a : i === count + 1 ? b : 0
      if (i === count + 2) v2 ^= 0xff
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
    }
    this.low = v1 ^ v3
    this.high = v0 ^ v2
  }
}
