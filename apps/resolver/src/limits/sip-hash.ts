/**
 * SipHash-2-4: a keyed hash of short messages that nobody can foretell without the key (Aumasson and Bernstein, 2012; what
 * RFC 9018 §4.4 makes cookies with). 64-bit words are pairs of 32-bit numbers, low half first; nothing is allocated.
 */

/** State v0…v3, each low half, high half; then the word that is taken in. */
const v = new Int32Array(8)

/** The key as four little-endian words, 16 octets. */
export type SipKey = Int32Array

/** Hashes `length` octets of `message`, a multiple of 4. @param out gets the hash in two words, low half first */
export function sipHash24(key: SipKey, message: Uint8Array, length: number, out: Int32Array): void {
  v[0] = key[0]! ^ 0x70736575
  v[1] = key[1]! ^ 0x736f6d65
  v[2] = key[2]! ^ 0x6e646f6d
  v[3] = key[3]! ^ 0x646f7261
  v[4] = key[0]! ^ 0x6e657261
  v[5] = key[1]! ^ 0x6c796765
  v[6] = key[2]! ^ 0x79746573
  v[7] = key[3]! ^ 0x74656462
  const whole = length & ~7
  for (let at = 0; at < whole; at += 8) absorb(readWord(message, at), readWord(message, at + 4))
  // The last word: what is left, and the length in its highest octet.
  absorb(whole < length ? readWord(message, whole) : 0, (length & 0xff) << 24)
  v[4]! ^= 0xff
  for (let i = 0; i < 4; i++) round()
  out[0] = v[0]! ^ v[2]! ^ v[4]! ^ v[6]!
  out[1] = v[1]! ^ v[3]! ^ v[5]! ^ v[7]!
}

const readWord = (octets: Uint8Array, at: number): number =>
  octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)

function absorb(low: number, high: number): void {
  v[6]! ^= low
  v[7]! ^= high
  round()
  round()
  v[0]! ^= low
  v[1]! ^= high
}

/**
 * Of the sum of two low halves, what goes into the high ones. Compared without sign by turning the top bits round: numbers
 * above 2^31 may be allocated.
 */
const carryOf = (sum: number, part: number): number => ((sum ^ TOP_BIT) < (part ^ TOP_BIT) ? 1 : 0)
const TOP_BIT = 0x8000_0000 | 0

function round(): void {
  let a0 = v[0]!
  let a1 = v[1]!
  let b0 = v[2]!
  let b1 = v[3]!
  let c0 = v[4]!
  let c1 = v[5]!
  let d0 = v[6]!
  let d1 = v[7]!
  let t: number

  a0 = (a0 + b0) | 0
  a1 = (a1 + b1 + carryOf(a0, b0)) | 0
  t = (b0 << 13) | (b1 >>> 19)
  b1 = ((b1 << 13) | (b0 >>> 19)) ^ a1
  b0 = t ^ a0
  t = a0
  a0 = a1
  a1 = t

  c0 = (c0 + d0) | 0
  c1 = (c1 + d1 + carryOf(c0, d0)) | 0
  t = (d0 << 16) | (d1 >>> 16)
  d1 = ((d1 << 16) | (d0 >>> 16)) ^ c1
  d0 = t ^ c0

  a0 = (a0 + d0) | 0
  a1 = (a1 + d1 + carryOf(a0, d0)) | 0
  t = (d0 << 21) | (d1 >>> 11)
  d1 = ((d1 << 21) | (d0 >>> 11)) ^ a1
  d0 = t ^ a0

  c0 = (c0 + b0) | 0
  c1 = (c1 + b1 + carryOf(c0, b0)) | 0
  t = (b0 << 17) | (b1 >>> 15)
  b1 = ((b1 << 17) | (b0 >>> 15)) ^ c1
  b0 = t ^ c0
  t = c0
  c0 = c1
  c1 = t

  v[0] = a0
  v[1] = a1
  v[2] = b0
  v[3] = b1
  v[4] = c0
  v[5] = c1
  v[6] = d0
  v[7] = d1
}
