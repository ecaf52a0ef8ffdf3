/**
 * Which of many literals stand in a name: each is filed under one piece of three octets, the rarest among those that are
 * filed already, so that common words do not gather them all. Of several literals that must all be there, one is filed.
 *
 * ```
 *  name     w w w . a d s 7 . t r a c k . e x a m p l e
 *  pieces   www ww. w.a .ad ads ds7 …        one pass; a table of counters says no to nearly all
 *  filed    'ads' → { '.ads', at 1 } { 'loads.', at 2 }      the whole literal is compared around the piece
 * ```
 * The table has eight times as many entries as there are pieces filed, and each has a bit for what may follow its pieces (by the
 * last three bits of the next octet), so that a piece that no literal goes on from seldom costs more than one look.
 */

/** Shorter literals say too little. */
export const MIN_LITERAL_CHARACTERS = 3
const MIN_COUNTER_BITS = 8
const COUNTERS_PER_PIECE_BITS = 3
/** Anything may follow: the piece ends its literal. */
const ANY_OCTET = 0xff
const bitOf = (octet: number): number => 1 << (octet & 7)

interface Filed<T> {
  readonly octets: Uint8Array
  /** Where in it the piece stands that it is filed under. */
  readonly offset: number
  readonly item: T
}

const pieceAt = (octets: Uint8Array, at: number): number =>
  (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!

export class LiteralIndex<T> {
  readonly #filed = new Map<number, Filed<T>[]>()
  #bits = MIN_COUNTER_BITS
  #counters = new Uint8Array(1 << MIN_COUNTER_BITS)

  /** Files the item under the one of `literals` that promises to be the rarest. @param literals Latin-1, each at least MIN_LITERAL_CHARACTERS */
  add(literals: readonly string[], item: T): void {
    const { octets, offset } = this.#rarestPiece(literals)
    const piece = pieceAt(octets, offset)
    const filed: Filed<T> = { octets, offset, item }
    const others = this.#filed.get(piece)
    if (others) others.push(filed)
    else this.#filed.set(piece, [filed])
    if (this.#filed.size << COUNTERS_PER_PIECE_BITS > this.#counters.length) this.#grow()
    else this.#note(piece, filed)
  }

  /** Takes out all that was filed for the item under one of these literals. */
  remove(literals: readonly string[], item: T): void {
    for (const literal of literals) this.#removeFrom(literal, item)
  }

  #removeFrom(literal: string, item: T): void {
    for (let at = 0; at + MIN_LITERAL_CHARACTERS <= literal.length; at++) {
      const piece = pieceAt(octetsOf(literal.slice(at, at + 3)), 0)
      const left = this.#filed.get(piece)?.filter((one) => one.item !== item)
      if (left === undefined) continue
      // The counter stays: it only ever says that a look is worth it.
      if (left.length > 0) this.#filed.set(piece, left)
      else this.#filed.delete(piece)
    }
  }

  /** Calls `visit` for each literal that stands in the first `length` octets, perhaps more than once. */
  search(octets: Uint8Array, length: number, visit: (item: T) => void): void {
    if (this.#filed.size === 0) return
    const counters = this.#counters
    const shift = 32 - this.#bits
    let piece = (octets[0]! << 8) | octets[1]!
    for (let at = 2; at < length; at++) {
      piece = ((piece << 8) | octets[at]!) & 0xff_ffff
      const followers = counters[Math.imul(piece, SPREAD) >>> shift]!
      if (followers === 0 || (at + 1 < length && (followers & bitOf(octets[at + 1]!)) === 0)) continue
      const filed = this.#filed.get(piece)
      if (filed === undefined) continue
      for (let i = 0; i < filed.length; i++) if (stands(filed[i]!, octets, at - 2, length)) visit(filed[i]!.item)
    }
  }

  #note(piece: number, { octets, offset }: Filed<T>): void {
    const next = octets[offset + MIN_LITERAL_CHARACTERS]
    this.#counters[Math.imul(piece, SPREAD) >>> (32 - this.#bits)]! |= next === undefined ? ANY_OCTET : bitOf(next)
  }

  #grow(): void {
    while (this.#filed.size << COUNTERS_PER_PIECE_BITS > 1 << this.#bits) this.#bits++
    this.#counters = new Uint8Array(1 << this.#bits)
    for (const [piece, filed] of this.#filed) for (const one of filed) this.#note(piece, one)
  }

  /** The piece under which the fewest others are filed; among equals, that of the longest literal. */
  #rarestPiece(literals: readonly string[]): { octets: Uint8Array; offset: number } {
    let best: { octets: Uint8Array; offset: number } = { octets: new Uint8Array(0), offset: 0 }
    let fewest = Number.POSITIVE_INFINITY
    for (const literal of literals) {
      const octets = octetsOf(literal)
      for (let offset = 0; offset + MIN_LITERAL_CHARACTERS <= octets.length; offset++) {
        const count = this.#filed.get(pieceAt(octets, offset))?.length ?? 0
        if (count > fewest || (count === fewest && octets.length <= best.octets.length)) continue
        best = { octets, offset }
        fewest = count
      }
    }
    return best
  }
}

const octetsOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** Knuth's multiplicative hashing. */
const SPREAD = 0x9e37_79b1

function stands<T>(
  { octets: literal, offset }: Filed<T>,
  octets: Uint8Array,
  pieceAt: number,
  length: number,
): boolean {
  const start = pieceAt - offset
  if (start < 0 || start + literal.length > length) return false
  for (let i = 0; i < literal.length; i++) if (octets[start + i] !== literal[i]) return false
  return true
}
