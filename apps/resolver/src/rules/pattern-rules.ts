/**
 * Regular expressions among the rules. Each runs in linear time, but thousands of them on every name would not be cheap:
 * a pattern that requires some text (pattern-literals.ts) runs only on names that hold it, which one pass over the name
 * tells of all of them (literal-index.ts). Patterns that require none run on every name: their number is bounded. Names that
 * none matches are remembered (unmatched-names.ts): who asks for them again pays for neither.
 *
 * A compiled pattern takes some 7 KB. Those that require text seldom run, so that they are kept as their text and compiled when a
 * name holds what they require.
 */
import { type CompiledPattern, compilePattern } from '@weir/shared/rules/pattern'
import { type CompiledRule, holds } from './compiled-rule.ts'
import { LiteralIndex } from './literal-index.ts'
import type { MatchScratch } from './match-scratch.ts'
import type { NameOctets } from './name-hash.ts'
import { requiredLiterals } from './pattern-literals.ts'
import { UnmatchedNames } from './unmatched-names.ts'

/** Canonical text of the longest name: 255 octets, each escaped as `\DDD`. */
const MAX_TEXT_OCTETS = 1024
/** Patterns without a literal: about a microsecond each, on every name that is new. */
export const MAX_UNFILTERED_PATTERNS = 500

/** All patterns of an overlay: taking over so many holds up a worker for a second at most. */
export const MAX_PATTERNS = 50_000
/**
 * Patterns with a literal that one name is tried against. Ordinary lists come to a handful; it takes a list that requires
 * `www` or `.com` in thousands of them to get here, and that must not cost every name its milliseconds.
 */
export const MAX_ATTEMPTS = 500

/** Patterns with a literal that are kept compiled, about 7 MB; all go when there would be more. */
const MAX_KEPT = 1000
const MATCHES_NOTHING: CompiledPattern = { test: () => false }

/** What one top-level alternative of a pattern requires: all of its literals. */
interface Alternative {
  readonly entry: Entry
  readonly literals: readonly string[]
}

interface Entry {
  readonly rule: CompiledRule
  /** Null: it runs on every name. */
  alternatives: readonly Alternative[] | null
  /** The search that has tried it last. */
  search: number
}

export class PatternRules {
  readonly #entries = new Map<CompiledRule, Entry>()
  readonly #unfiltered = new Set<Entry>()
  readonly #literals = new LiteralIndex<Alternative>()
  readonly #octets = new Uint8Array(MAX_TEXT_OCTETS)
  readonly #text = new TextDecoder('latin1')
  readonly #kept = new Map<CompiledRule, CompiledPattern>()
  readonly #unmatched = new UnmatchedNames()
  #search = 0
  #attempts = 0
  /** Searches that found more than MAX_ATTEMPTS patterns to try, and left the others out. */
  cutSearches = 0
  /** How often patterns of each list were left out of these; 0: own ones. */
  readonly skippedByList = new Map<number, number>()
  // Of the search that runs: one function for all, since a closure for each query would be garbage.
  #found: CompiledRule[] = []
  #scratch: MatchScratch | null = null
  #length = 0
  #isMatched = false
  /** Made only for names that some pattern has to look at. */
  #name: string | null = null

  get size(): number {
    return this.#entries.size
  }

  /** @returns false when there are MAX_UNFILTERED_PATTERNS already, or MAX_PATTERNS, and this would be one more: it is left out */
  add(rule: CompiledRule): boolean {
    if (this.#entries.size >= MAX_PATTERNS) return false
    const literals = rule.row.inverted ? null : requiredLiterals(rule.row.pattern)
    if (literals === null && this.#unfiltered.size >= MAX_UNFILTERED_PATTERNS) return false
    const entry: Entry = { rule, alternatives: null, search: 0 }
    this.#entries.set(rule, entry)
    this.#unmatched.clear()
    if (literals === null) {
      this.#unfiltered.add(entry)
      rule.pattern ??= compiledOf(rule)
    } else {
      entry.alternatives = literals.map((all) => ({ entry, literals: all }))
      for (const alternative of entry.alternatives) this.#literals.add(alternative.literals, alternative)
      rule.pattern = null
    }
    return true
  }

  remove(rule: CompiledRule): void {
    const entry = this.#entries.get(rule)
    if (!entry) return
    this.#entries.delete(rule)
    this.#unfiltered.delete(entry)
    this.#kept.delete(rule)
    for (const alternative of entry.alternatives ?? []) this.#literals.remove(alternative.literals, alternative)
  }

  /**
   * Puts the rules that match into `found`, which is emptied first; in no particular order.
   * @param hashes of all suffixes of the name in the scratch
   */
  match(scratch: MatchScratch, hashes: Int32Array, found: CompiledRule[]): void {
    if (found.length > 0) found.length = 0
    if (this.#entries.size === 0) return
    const first = hashes[2 * scratch.name.labelCount]!
    const second = hashes[2 * scratch.name.labelCount + 1]!
    if (this.#unmatched.has(first, second)) return
    this.#search++
    this.#attempts = 0
    this.#isMatched = false
    this.#found = found
    this.#scratch = scratch
    this.#name = null
    this.#length = writeText(scratch.name, this.#octets)
    for (const entry of this.#unfiltered) this.#attempt(entry)
    this.#literals.search(this.#octets, this.#length, this.#consider)
    if (this.#attempts > MAX_ATTEMPTS) this.cutSearches++
    else if (!this.#isMatched) this.#unmatched.note(first, second)
  }

  /** One of the alternative's literals stands in the name. To look for the others costs a tenth of a run. */
  readonly #consider = ({ entry, literals }: Alternative): void => {
    if (entry.search === this.#search) return
    if (literals.length > 1) {
      const name = this.#nameText()
      for (let i = 0; i < literals.length; i++) if (!name.includes(literals[i]!)) return
    }
    entry.search = this.#search
    if (this.#attempts++ < MAX_ATTEMPTS) return this.#attempt(entry)
    const { listId } = entry.rule
    this.skippedByList.set(listId, (this.skippedByList.get(listId) ?? 0) + 1)
  }

  /** The text first, whoever asks: what is found out about the name is of use to all. */
  #attempt({ rule }: Entry): void {
    if (this.#compiled(rule).test(this.#nameText()) === (rule.row.inverted ?? false)) return
    this.#isMatched = true
    if (holds(rule, this.#scratch!)) this.#found.push(rule)
  }

  #nameText(): string {
    this.#name ??= this.#text.decode(this.#octets.subarray(0, this.#length))
    return this.#name
  }

  #compiled(rule: CompiledRule): CompiledPattern {
    const known = rule.pattern ?? this.#kept.get(rule)
    if (known) return known
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear()
    const pattern = compiledOf(rule)
    this.#kept.set(rule, pattern)
    return pattern
  }
}

/** It has compiled before, when it was saved or imported. */
function compiledOf({ row }: CompiledRule): CompiledPattern {
  const compiled = compilePattern(row.pattern)
  return compiled.ok ? compiled.value : MATCHES_NOTHING
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
