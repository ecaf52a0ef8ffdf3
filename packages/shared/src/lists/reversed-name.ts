/** Names with their labels turned round: `www.example.org` ↔ `org␀example␀www` (name-chunk.ts says why). */

const DOT = 0x2e

/**
 * Writes the name turned round, as many octets as it has. Plain names only: no escapes, no empty labels, no final dot.
 */
export function writeReversed(source: Uint8Array, start: number, length: number, out: Uint8Array, outAt: number): void {
  let at = outAt
  let labelEnd = start + length
  for (let i = labelEnd - 1; i >= start - 1; i--) {
    if (i >= start && source[i] !== DOT) continue
    for (let j = i + 1; j < labelEnd; j++) out[at++] = source[j]!
    if (i >= start) out[at++] = 0
    labelEnd = i
  }
}

/** The other way: from reversed octets to the name with its dots, as many octets as there were. */
export function writeTurnedBack(
  source: Uint8Array,
  start: number,
  length: number,
  out: Uint8Array,
  outAt: number,
): void {
  let at = outAt
  let labelEnd = start + length
  for (let i = labelEnd - 1; i >= start - 1; i--) {
    if (i >= start && source[i] !== 0) continue
    for (let j = i + 1; j < labelEnd; j++) out[at++] = source[j]!
    if (i >= start) out[at++] = DOT
    labelEnd = i
  }
}

/** Text of a name that was turned round. */
export function nameOfReversed(octets: Uint8Array, length: number): string {
  return String.fromCharCode(...octets.subarray(0, length))
    .split('\0')
    .reverse()
    .join('.')
}

/** Reversed octets of a plain canonical name. */
export const reversedOfName = (name: string): Uint8Array =>
  Uint8Array.from(name.split('.').reverse().join('\0'), (character) => character.charCodeAt(0))

/** Order of reversed octets: below 0, 0 or above 0. A name stands before those below it. */
export function compareReversed(
  a: { readonly octets: Uint8Array; readonly offset: number; readonly length: number },
  b: { readonly octets: Uint8Array; readonly offset: number; readonly length: number },
): number {
  const common = Math.min(a.length, b.length)
  for (let i = 0; i < common; i++) {
    const difference = a.octets[a.offset + i]! - b.octets[b.offset + i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
