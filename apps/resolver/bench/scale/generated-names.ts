/** As many made-up names as are wanted, each from its number alone, so that none has to be kept. */

const DIGITS = Buffer.from('abcdefghijklmnopqrstuvwxyz012345')
const TOP_LEVEL = ['com', 'net', 'org', 'info'].map((label) => Buffer.from(label))

/** Writes name `i` as list chunks hold it (`com␀k3v9…␀www`) to `out`. @returns its length */
export function writeReversedName(i: number, out: Uint8Array): number {
  const top = TOP_LEVEL[i & 3]!
  out.set(top, 0)
  let at = top.length
  out[at++] = 0
  at = writeLabel(i, Math.imul(i, 0x9e3779b1), 9, out, at)
  // Every third is a label longer.
  if (i % 3 > 0) return at
  out[at++] = 0
  return writeLabel(i, Math.imul(i, 0x85ebca6b) ^ 0x5bd1e995, 5, out, at)
}

/** The number itself in seven digits, well spread, then a few that vary: distinct for 2³⁵ names. */
function writeLabel(i: number, mixed: number, length: number, out: Uint8Array, start: number): number {
  let at = start
  let rest = mixed >>> 0
  for (let digit = 0; digit < length; digit++) {
    out[at++] = DIGITS[rest & 31]!
    rest = digit === 5 ? (mixed >>> 30) + i * 4 : Math.floor(rest / 32)
  }
  return at
}

/** The same name as text. */
export function generatedName(i: number): string {
  const out = new Uint8Array(64)
  const length = writeReversedName(i, out)
  return Buffer.from(out.subarray(0, length)).toString('latin1').split('\0').reverse().join('.')
}
