import { describe, expect, it } from 'vitest'
import { sipHash24 } from './sip-hash.ts'

/** Octets as 32-bit words, as the machine stores them. */
const words = (octets: Uint8Array): Int32Array => new Int32Array(octets.slice().buffer)
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)

describe('sipHash24', () => {
  // The reference implementation's vectors: key and message are 0, 1, 2, …
  it.each([
    [0, '310e0edd47db6f72'],
    [4, 'b7877127e09427cf'],
    [8, '6224939a79f5f593'],
  ])('hashes the reference message of %i octets', (length, expected) => {
    const out = new Int32Array(2)
    sipHash24(words(counting(16)), counting(length), length, out)
    expect(Buffer.from(out.buffer).toString('hex')).toBe(expected)
  })
})
