/**
 * Own rules that lie in columns, not in objects, since there may be a hundred thousand: those that block or allow a name and say
 * nothing else but that they yield, and those that answer one (local records, aliases) at all times and for everyone.
 *
 * ```
 *  names    name → its number
 *  last     by the name's number: the last rule of the name
 *  columns  by the rule's number: id │ what it says │ number of its name │ next rule of the name, round to the first │ the one
 *           before │ the first of its pointers, and of a pointer the next one of the same rule
 *  by id    open addressing: number of the rule
 *  rest     by the rule's number: what else its row says, as JSON; of those that answer
 *  pointers PTR records that follow from an exact answer: numbers of their own, with the id of the rule
 * ```
 * About a hundred octets a rule, some three hundred with an answer. What a match needs as an object is made when it matches, and
 * kept for the next time; so many are kept. One worker's own, edited in place, at a cost that does not grow with the number of
 * rules.
 */
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { type CompiledRule, compileRule, type MatchRank } from './compiled-rule.ts'
import { grown } from './grown.ts'
import { IdTable } from './id-table.ts'
import type { NameHasher, NameOctets } from './name-hash.ts'
import { NameTable } from './name-table.ts'
import { restOf } from './plain-row.ts'
import type { RuleRow } from './policy-data.ts'

const NONE = -1
const MIN_RULES = 32
/** Rules that are kept as objects: as many names as a network's clients keep asking for. All go when there would be more. */
const MAX_MADE = 4096

const IS_ALLOW = 1
const IS_IMPORTANT = 2
const RANK_SHIFT = 2
const RANK_MASK = 3
/** Its row says more: see `#rest`. */
const HAS_REST = 1 << 4
/** No rule of its own, but a PTR record that follows from the one with its id. */
const IS_POINTER = 1 << 5
/** Of the rules of its name; the next one is the first. */
const IS_LAST = 1 << 6
const YIELDS = 1 << 7
const MATCHES = ['exact', 'suffix', 'subdomains'] as const

export class PlainRules {
  readonly #names: NameTable
  #lasts = new Int32Array(MIN_RULES)
  #ids = new Float64Array(MIN_RULES)
  #says = new Uint8Array(MIN_RULES)
  #nameNumbers = new Uint32Array(MIN_RULES)
  #next = new Int32Array(MIN_RULES)
  #previous = new Int32Array(MIN_RULES)
  #pointers = new Int32Array(MIN_RULES)
  /** Rules ever numbered; those removed are free again. */
  #numbered = 0
  readonly #freeNumbers: number[] = []
  readonly #byId = new IdTable((number) => this.#ids[number]!)
  readonly #rest = new Map<number, string>()
  readonly #made = new Map<number, CompiledRule>()

  constructor(hasher: NameHasher) {
    this.#names = new NameTable(hasher)
  }

  get size(): number {
    return this.#byId.size
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.#names.rehash(hasher)
  }

  /**
   * @param row a plain one (plain-row.ts), whose id is not here
   * @throws RangeError for a damaged row
   */
  add(row: RuleRow): void {
    const { id, action, match, pattern, important, yields } = row
    const rest = restOf(row)
    const rank = MATCHES.indexOf(match as (typeof MATCHES)[number])
    const kind = (action === 'allow' ? IS_ALLOW : 0) | (important ? IS_IMPORTANT : 0) | (yields ? YIELDS : 0)
    const says = kind | (rank << RANK_SHIFT)
    if (rest === undefined) {
      this.#byId.add(id, this.#link(toWire(pattern), id, says))
      return
    }
    const { pointers } = compiledOf(row)
    const number = this.#link(toWire(pattern), id, says | HAS_REST)
    this.#byId.add(id, number)
    this.#rest.set(number, rest)
    for (const pointer of pointers) {
      const linked = this.#link(pointer.name!, id, IS_POINTER)
      this.#pointers[linked] = this.#pointers[number]!
      this.#pointers[number] = linked
    }
  }

  /** Files a number under a name, behind the others there. @returns the number */
  #link(name: Uint8Array, id: number, says: number): number {
    const number = this.#freeNumbers.pop() ?? this.#newNumber()
    this.#ids[number] = id
    this.#says[number] = says | IS_LAST
    this.#pointers[number] = NONE
    const nameNumber = this.#names.numberOf(name)
    if (nameNumber < 0) {
      const added = this.#names.add(name)
      if (added === this.#lasts.length) this.#lasts = grown(this.#lasts, new Int32Array(2 * added))
      this.#lasts[added] = number
      this.#nameNumbers[number] = added
      this.#next[number] = number
      this.#previous[number] = number
      return number
    }
    const last = this.#lasts[nameNumber]!
    const first = this.#next[last]!
    this.#nameNumbers[number] = nameNumber
    this.#next[number] = first
    this.#previous[first] = number
    this.#next[last] = number
    this.#previous[number] = last
    this.#says[last]! &= ~IS_LAST
    this.#lasts[nameNumber] = number
    return number
  }

  /** @returns whether there was such a rule */
  remove(id: number): boolean {
    const number = this.#byId.find(id)
    if (number < 0) return false
    for (let pointer = this.#pointers[number]!; pointer >= 0; ) {
      const next = this.#pointers[pointer]!
      this.#unlink(pointer)
      pointer = next
    }
    this.#byId.remove(id)
    this.#unlink(number)
    this.#rest.delete(number)
    return true
  }

  /** Takes a number out of those of its name, and the name away with the last: at the same cost however many there are. */
  #unlink(number: number): void {
    const after = this.#next[number]!
    const before = this.#previous[number]!
    if (after === number) this.#names.remove(this.#nameOf(number))
    else {
      this.#next[before] = after
      this.#previous[after] = before
      if ((this.#says[number]! & IS_LAST) !== 0) {
        this.#says[before]! |= IS_LAST
        this.#lasts[this.#nameNumbers[number]!] = before
      }
    }
    this.#made.delete(number)
    this.#freeNumbers.push(number)
  }

  /**
   * The first rule for the suffix of `depth` labels of `name`; `next` has the others.
   * @param hashes of all suffixes of `name`, by this table's hasher
   * @returns its number, or -1
   */
  find(name: NameOctets, hashes: Int32Array, depth: number): number {
    const found = this.#names.find(name, hashes, depth)
    return found < 0 ? NONE : this.#next[this.#lasts[found]!]!
  }

  /** The next rule with the same name, or -1: in the order in which they were added. */
  next(number: number): number {
    return (this.#says[number]! & IS_LAST) !== 0 ? NONE : this.#next[number]!
  }

  rankOf(number: number): MatchRank {
    return ((this.#says[number]! >> RANK_SHIFT) & RANK_MASK) as MatchRank
  }

  /** Is it a PTR record that follows from a rule? */
  isPointer(number: number): boolean {
    return (this.#says[number]! & IS_POINTER) !== 0
  }

  /** The rule as an object: the same one until it is removed or many others were asked for. */
  rule(number: number): CompiledRule {
    const known = this.#made.get(number)
    if (known !== undefined) return known
    const compiled = this.isPointer(number) ? this.#pointer(number) : compiledOf(this.#row(number))
    if (this.#made.size >= MAX_MADE) this.#made.clear()
    this.#made.set(number, compiled)
    return compiled
  }

  #pointer(number: number): CompiledRule {
    const { pointers } = this.rule(this.#byId.find(this.#ids[number]!))
    const name = this.#nameOf(number)
    return pointers.find((pointer) => Buffer.compare(pointer.name!, name) === 0)!
  }

  /** In no particular order; made one at a time. */
  *rows(): Generator<RuleRow> {
    for (const number of this.#byId.values()) yield this.#row(number)
  }

  #row(number: number): RuleRow {
    const says = this.#says[number]!
    const rest = this.#rest.get(number)
    return {
      id: this.#ids[number]!,
      action: (says & IS_ALLOW) !== 0 ? 'allow' : 'block',
      match: MATCHES[this.rankOf(number) as 0 | 1 | 2]!,
      pattern: fromWire(this.#nameOf(number)),
      enabled: true,
      important: (says & IS_IMPORTANT) !== 0,
      ttlSeconds: null,
      expiresAt: null,
      ...((says & YIELDS) !== 0 && { yields: true as const }),
      ...(rest === undefined ? undefined : (JSON.parse(rest) as Partial<RuleRow>)),
    }
  }

  #nameOf(number: number): Uint8Array {
    return this.#names.nameOf(this.#nameNumbers[number]!)
  }

  #newNumber(): number {
    if (this.#numbered === this.#ids.length) {
      const size = this.#ids.length * 2
      this.#ids = grown(this.#ids, new Float64Array(size))
      this.#says = grown(this.#says, new Uint8Array(size))
      this.#nameNumbers = grown(this.#nameNumbers, new Uint32Array(size))
      this.#next = grown(this.#next, new Int32Array(size))
      this.#previous = grown(this.#previous, new Int32Array(size))
      this.#pointers = grown(this.#pointers, new Int32Array(size))
    }
    return this.#numbered++
  }
}

function compiledOf(row: RuleRow): CompiledRule {
  const compiled = compileRule(row)
  if (!compiled.ok) throw new RangeError(compiled.error)
  return compiled.value
}
