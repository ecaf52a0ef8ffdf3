/**
 * Keyed 64-bit hash of domain names, as two 32-bit lanes, from the root to the left: one pass over a QNAME gives the
 * hash of every suffix of it.
 *
 * ```
 *  www.example.org   →   SEP o r g   SEP e x a m p l e   SEP w w w
 *                                 ↑ org               ↑ example.org ↑ www.example.org
 *  each step:   lane = imul(rotl(lane) ^ T[octet], odd)      T: 257 random words per lane, T[256] is SEP
 * ```
 * Tabulation hashing with a key: T comes from 32 random octets through SHAKE-256, so that nobody who does not know the key can
 * prepare names that collide, whatever they register or put in a list (a flood of equal hashes would make lookups
 * long, a forged equal hash would block a foreign name). SEP is no octet value, so that a label with a dot or a zero
 * octet inside never hashes like two labels. A last mixing step per suffix spreads each lane over all its bits.
 */
import { createHash } from 'node:crypto'
import { MAX_LABELS, MAX_NAME_OCTETS } from '../wire/query-view.ts'

/** Octets of the secret that an index draws its tables from. */
export const HASH_KEY_OCTETS = 32

/** A name on the wire with the places of its labels; `QueryView` is one. */
export interface NameOctets {
  /** Lower case, with the final zero. */
  readonly qname: Uint8Array
  /** Offset of each label's length octet, leftmost first. */
  readonly labelOffsets: Uint8Array
  readonly labelCount: number
}

/** Room for the hashes of all suffixes of the longest name, the root's included. */
export const newSuffixHashes = (): Int32Array => new Int32Array(2 * (MAX_LABELS + 1))

const SEPARATOR = 256
const TABLE_WORDS = 257
const FIRST_ODD = 0x9e3779b1 | 0
const SECOND_ODD = 0x85ebca6b | 0

export class NameHasher {
  readonly #first: Int32Array
  readonly #second: Int32Array

  /** @param key HASH_KEY_OCTETS octets from a CSPRNG, kept secret */
  constructor(key: Uint8Array) {
    const octets = createHash('shake256', { outputLength: 2 * TABLE_WORDS * 4 })
      .update(new Uint8Array(key))
      .digest()
    const words = new Int32Array(new Uint8Array(octets).buffer)
    this.#first = words.slice(0, TABLE_WORDS)
    this.#second = words.slice(TABLE_WORDS)
  }

  /** Writes the pair of the suffix of `k` labels to `out[2k]` and `out[2k + 1]`, k from 0 (the root) to all labels. */
  hashSuffixes(name: NameOctets, out: Int32Array): void {
    const { qname, labelOffsets, labelCount } = name
    const firstTable = this.#first
    const secondTable = this.#second
    let first = 0
    let second = 0
    out[0] = 0
    out[1] = 0
    for (let label = labelCount - 1, at = 2; label >= 0; label--, at += 2) {
      const start = labelOffsets[label]!
      const end = start + 1 + qname[start]!
      first = Math.imul(((first << 5) | (first >>> 27)) ^ firstTable[SEPARATOR]!, FIRST_ODD)
      second = Math.imul(((second << 11) | (second >>> 21)) ^ secondTable[SEPARATOR]!, SECOND_ODD)
      for (let i = start + 1; i < end; i++) {
        const octet = qname[i]!
        first = Math.imul(((first << 5) | (first >>> 27)) ^ firstTable[octet]!, FIRST_ODD)
        second = Math.imul(((second << 11) | (second >>> 21)) ^ secondTable[octet]!, SECOND_ODD)
      }
      out[at] = spread(first)
      out[at + 1] = spread(second)
    }
  }

  /**
   * The same hash for a name as list chunks hold it: labels reversed, a zero octet between them (`org\0example\0www`).
   * @param out gets the pair at 0 and 1
   * @returns number of labels
   */
  hashReversed(octets: Uint8Array, start: number, end: number, out: Int32Array): number {
    const firstTable = this.#first
    const secondTable = this.#second
    let labels = 1
    let first = Math.imul(firstTable[SEPARATOR]!, FIRST_ODD)
    let second = Math.imul(secondTable[SEPARATOR]!, SECOND_ODD)
    for (let i = start; i < end; i++) {
      let octet = octets[i]!
      if (octet === 0) {
        octet = SEPARATOR
        labels++
      }
      first = Math.imul(((first << 5) | (first >>> 27)) ^ firstTable[octet]!, FIRST_ODD)
      second = Math.imul(((second << 11) | (second >>> 21)) ^ secondTable[octet]!, SECOND_ODD)
    }
    out[0] = spread(first)
    out[1] = spread(second)
    return labels
  }
}

/** Is the wire name `suffix` the same as `name`, or above it? Both lower case. */
export function isSuffixOf(suffix: Uint8Array, name: NameOctets): boolean {
  const { qname, labelOffsets, labelCount } = name
  if (suffix.length === 1) return true
  for (let label = 0; label < labelCount; label++) {
    const start = labelOffsets[label]!
    let i = 0
    while (i < suffix.length && qname[start + i] === suffix[i]) i++
    if (i === suffix.length) return true
  }
  return false
}

/** Are two names the same? `wire` in lower case, with its final zero. */
export function isSameName(wire: Uint8Array, { qname }: NameOctets): boolean {
  for (let i = 0; i < wire.length; i++) if (qname[i] !== wire[i]) return false
  return true
}

/** The finaliser of MurmurHash3: a bijection, so that no two lane values fall together. */
function spread(lane: number): number {
  let mixed = lane ^ (lane >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** A name that is not in a `QueryView`: alias targets, names in answers, names of rules. Reused, never shared. */
export class NameScratch implements NameOctets {
  readonly qname = new Uint8Array(MAX_NAME_OCTETS)
  readonly labelOffsets = new Uint8Array(MAX_LABELS)
  labelCount = 0

  /**
   * Copies an uncompressed wire name, ASCII letters lower-cased (RFC 4343).
   * @returns false, and no labels, when it is no name of at most 255 octets
   */
  read(wire: Uint8Array, offset = 0): boolean {
    this.labelCount = 0
    let labels = 0
    for (let at = 0; at < MAX_NAME_OCTETS; ) {
      const length = wire[offset + at]
      if (length === undefined || length > 63 || at + 1 + length > MAX_NAME_OCTETS) return false
      this.qname[at] = length
      if (length === 0) {
        this.labelCount = labels
        return true
      }
      this.labelOffsets[labels++] = at
      for (let i = at + 1; i <= at + length; i++) {
        const octet = wire[offset + i]
        if (octet === undefined) return false
        this.qname[i] = octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet
      }
      at += 1 + length
    }
    return false
  }
}
