/**
 * HalfSipHash-1-3 with 64 bits of output, for tables whose keys strangers choose.
 *
 * The key is random and never leaves the process, so that nobody can prepare names which share a bucket. 32-bit words
 * only: JavaScript's integers need no BigInt for them. Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast
 * short-input PRF" (2012), and the authors' reference code for the half-width variant.
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

  /** Hashes the first `length` octets of `octets` followed by the words `a` and `b`. */
  run(octets: Uint8Array, length: number, a: number, b: number): void {
    let v0 = this.#key0
    let v1 = this.#key1 ^ 0xee
    let v2 = 0x6c796765 ^ this.#key0
    let v3 = 0x74656462 ^ this.#key1
    const whole = length & ~3
    const words = (whole >> 2) + 3
    for (let i = 0; i < words; i++) {
      const at = i << 2
      let word: number
      if (at < whole) word = octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)
      else if (at === whole) word = a
      else if (at === whole + 4) word = b
      else word = lastWord(octets, whole, length)
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
    this.#finish(v0, v1, v2 ^ 0xee, v3)
  }

  #finish(a: number, b: number, c: number, d: number): void {
    let v0 = a
    let v1 = b
    let v2 = c
    let v3 = d
    for (let round = 0; round < 6; round++) {
      if (round === 3) {
        this.low = v1 ^ v3
        v1 ^= 0xdd
      }
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
    }
    this.high = v1 ^ v3
  }
}

/** The octets behind the last whole word, and the length in the top octet as SipHash pads. */
function lastWord(octets: Uint8Array, whole: number, length: number): number {
  let word = (length & 0xff) << 24
  for (let i = whole; i < length; i++) word |= octets[i]! << ((i - whole) << 3)
  return word
}
