/**
 * Regular expressions among the rules. Each runs in linear time, but thousands of them on every name would not be cheap:
 * a pattern that requires some text (pattern-literals.ts) is filed under one three-letter piece of it, and runs only on
 * names that hold that piece. One pass over the name finds the pieces; a table of counters says no to nearly all.
 */
import { type CompiledRule, holds } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { NameOctets } from './name-hash.ts'
import { MIN_LITERAL_CHARACTERS, requiredLiterals } from './pattern-literals.ts'

/** Canonical text of the longest name: 255 octets, each escaped as `\DDD`. */
const MAX_TEXT_OCTETS = 1024
const COUNTER_BITS = 14

interface Entry {
  readonly rule: CompiledRule
  /** Pieces that it is filed under, one for each alternative; empty: it runs on every name. */
  readonly pieces: readonly number[]
  /** The search that has tried it last. */
  search: number
}

const pieceAt = (a: number, b: number, c: number): number => (a << 16) | (b << 8) | c
const counterOf = (piece: number): number => Math.imul(piece, 0x9e3779b1) >>> (32 - COUNTER_BITS)

export class PatternRules {
  readonly #entries = new Map<CompiledRule, Entry>()
  readonly #always = new Set<Entry>()
  readonly #byPiece = new Map<number, Entry[]>()
  readonly #counters = new Uint32Array(1 << COUNTER_BITS)
  readonly #octets = new Uint8Array(MAX_TEXT_OCTETS)
  readonly #text = new TextDecoder('latin1')
  #search = 0

  get size(): number {
    return this.#entries.size
  }

  add(rule: CompiledRule): void {
    const pieces = (rule.row.inverted ? [] : (requiredLiterals(rule.row.pattern) ?? [])).map((literal) =>
      this.#rarestPiece(literal),
    )
    const entry: Entry = { rule, pieces: [...new Set(pieces)], search: 0 }
    this.#entries.set(rule, entry)
    if (entry.pieces.length === 0) this.#always.add(entry)
    for (const piece of entry.pieces) {
      const filed = this.#byPiece.get(piece)
      if (filed) filed.push(entry)
      else this.#byPiece.set(piece, [entry])
      this.#counters[counterOf(piece)]!++
    }
  }

  remove(rule: CompiledRule): void {
    const entry = this.#entries.get(rule)
    if (!entry) return
    this.#entries.delete(rule)
    this.#always.delete(entry)
    for (const piece of entry.pieces) {
      const filed = this.#byPiece.get(piece)!
      filed.splice(filed.indexOf(entry), 1)
      if (filed.length === 0) this.#byPiece.delete(piece)
      this.#counters[counterOf(piece)]!--
    }
  }

  /** Puts the rules that match into `found`, which is emptied first; in no particular order. */
  match(scratch: MatchScratch, found: CompiledRule[]): void {
    found.length = 0
    if (this.#entries.size === 0) return
    const length = writeText(scratch.name, this.#octets)
    this.#search++
    // The string is made only for names that some pattern has to look at.
    let text: string | null = null
    const attempt = (entry: Entry): void => {
      if (entry.search === this.#search) return
      entry.search = this.#search
      if (!holds(entry.rule, scratch)) return
      text ??= this.#text.decode(this.#octets.subarray(0, length))
      if (entry.rule.pattern!.test(text) !== (entry.rule.row.inverted ?? false)) found.push(entry.rule)
    }
    for (const entry of this.#always) attempt(entry)
    const octets = this.#octets
    for (let i = 0; i + MIN_LITERAL_CHARACTERS <= length; i++) {
      const piece = pieceAt(octets[i]!, octets[i + 1]!, octets[i + 2]!)
      if (this.#counters[counterOf(piece)] === 0) continue
      const filed = this.#byPiece.get(piece)
      if (filed) for (const entry of filed) attempt(entry)
    }
  }

  /** The piece under which the fewest patterns stand, so that common words do not gather them all. */
  #rarestPiece(literal: string): number {
    let best = 0
    let fewest = Number.POSITIVE_INFINITY
    for (let i = 0; i + MIN_LITERAL_CHARACTERS <= literal.length; i++) {
      const piece = pieceAt(literal.charCodeAt(i), literal.charCodeAt(i + 1), literal.charCodeAt(i + 2))
      const count = this.#byPiece.get(piece)?.length ?? 0
      if (count < fewest) {
        best = piece
        fewest = count
      }
    }
    return best
  }
}

const ZERO = 0x30
const BACKSLASH = 0x5c
const DOT = 0x2e

/** Canonical text of a name (dns/domain-name.ts) as octets, without making a string. @returns its length */
function writeText({ qname, labelOffsets, labelCount }: NameOctets, out: Uint8Array): number {
  let at = 0
  for (let label = 0; label < labelCount; label++) {
    if (label > 0) out[at++] = DOT
    const start = labelOffsets[label]!
    const end = start + 1 + qname[start]!
    for (let i = start + 1; i < end; i++) {
      const octet = qname[i]!
      if ((octet >= 0x61 && octet <= 0x7a) || (octet >= 0x30 && octet <= 0x39) || octet === 0x2d || octet === 0x5f) {
        out[at++] = octet
      } else if (octet === DOT || octet === BACKSLASH) {
        out[at++] = BACKSLASH
        out[at++] = octet
      } else {
        out[at++] = BACKSLASH
        out[at++] = ZERO + Math.floor(octet / 100)
        out[at++] = ZERO + (Math.floor(octet / 10) % 10)
        out[at++] = ZERO + (octet % 10)
      }
    }
  }
  return at
}
