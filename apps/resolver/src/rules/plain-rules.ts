/**
 * Own rules that lie in columns, not in objects, since there may be a hundred thousand: those that block or allow a name and say
 * nothing else, and those that answer one (local records, aliases) at all times and for everyone.
 *
 * ```
 *  slots    3 words each: first lane │ second lane │ number of the last rule of the name + 1, 0: free, -1: a removed one
 *  columns  by the rule's number: id │ what it says │ place and length of its name │ next rule of the name, round to the first
 *  names    wire labels one behind the other, each with its final zero
 *  by id    open addressing: number of the rule + 1
 *  rest     by the rule's number: what else its row says, as JSON; of those that answer
 *  pointers PTR records that follow from an exact answer: numbers of their own, with the id of the rule
 * ```
 * About a hundred octets a rule, some three hundred with an answer. What a match needs as an object is made when it matches, and
 * kept for the next time; so many are kept. One worker's own, edited in place, at a cost that does not grow with the number of
 * rules.
 */
import { fromWire, toWire } from '@weir/shared/dns/domain-name'
import { type CompiledRule, compileRule, type MatchRank } from './compiled-rule.ts'
import { IdTable } from './id-table.ts'
import { type NameHasher, type NameOctets, NameScratch, newSuffixHashes } from './name-hash.ts'
import { restOf } from './plain-row.ts'
import type { RuleRow } from './policy-data.ts'

const FREE = 0
const REMOVED = -1
const NONE = -1
const MIN_SLOTS = 64
const MIN_RULES = 32
const WORDS = 3
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
const MATCHES = ['exact', 'suffix', 'subdomains'] as const
export class PlainRules {
  #hasher: NameHasher
  #slots = new Int32Array(MIN_SLOTS * WORDS)
  #used = 0
  #ids = new Float64Array(MIN_RULES)
  #says = new Uint8Array(MIN_RULES)
  #places = new Uint32Array(MIN_RULES)
  #lengths = new Uint8Array(MIN_RULES)
  #next = new Int32Array(MIN_RULES)
  /** Rules ever numbered; those removed are free again. */
  #numbered = 0
  readonly #freeNumbers: number[] = []
  #names = new Uint8Array(1024)
  #namesEnd = 0
  /** Octets of names that are gone. */
  #wasted = 0
  #distinct = 0
  readonly #byId = new IdTable((number) => this.#ids[number]!)
  readonly #rest = new Map<number, string>()
  readonly #made = new Map<number, CompiledRule>()
  /** Names by their number of labels, so that look-ups skip depths that have none. */
  readonly #depths = new Uint32Array(129)
  readonly #scratch = new NameScratch()
  readonly #hashes = newSuffixHashes()

  constructor(hasher: NameHasher) {
    this.#hasher = hasher
  }

  get size(): number {
    return this.#byId.size
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.#hasher = hasher
    this.#rebuild(this.#slots.length / WORDS)
  }

  /**
   * @param row a plain one (plain-row.ts), whose id is not here
   * @throws RangeError for a damaged row
   */
  add(row: RuleRow): void {
    const { id, action, match, pattern, important } = row
    const rest = restOf(row)
    const rank = MATCHES.indexOf(match as (typeof MATCHES)[number])
    const says = (action === 'allow' ? IS_ALLOW : 0) | (important ? IS_IMPORTANT : 0) | (rank << RANK_SHIFT)
    if (rest === undefined) {
      this.#byId.add(id, this.#link(toWire(pattern), id, says))
      return
    }
    const { pointers } = compiledOf(row)
    const number = this.#link(toWire(pattern), id, says | HAS_REST)
    this.#byId.add(id, number)
    this.#rest.set(number, rest)
    for (const pointer of pointers) this.#link(pointer.name!, id, IS_POINTER)
  }

  /** Files a number under a name, behind the others there. @returns the number */
  #link(name: Uint8Array, id: number, says: number): number {
    const depth = this.#hash(name)
    const number = this.#freeNumbers.pop() ?? this.#newNumber()
    this.#ids[number] = id
    this.#says[number] = says | IS_LAST
    this.#lengths[number] = name.length
    const slot = this.#findSlot(depth, name)
    if (slot !== NONE) {
      const last = this.#slots[slot * WORDS + 2]! - 1
      this.#places[number] = this.#places[last]!
      this.#next[number] = this.#next[last]!
      this.#next[last] = number
      this.#says[last]! &= ~IS_LAST
      this.#slots[slot * WORDS + 2] = number + 1
      return number
    }
    this.#places[number] = this.#keepName(name)
    this.#next[number] = number
    if ((this.#used + 1) * 3 > (this.#slots.length / WORDS) * 2)
      this.#rebuild(Math.max(MIN_SLOTS, nextPowerOfTwo((this.#distinct + 1) * 2)))
    this.#place(this.#hashes[2 * depth]!, this.#hashes[2 * depth + 1]!, number)
    this.#distinct++
    this.#depths[depth]!++
    return number
  }

  /** @returns whether there was such a rule */
  remove(id: number): boolean {
    const number = this.#byId.find(id)
    if (number < 0) return false
    if (this.#rest.has(number)) for (const { name } of this.rule(number).pointers) this.#unlinkPointer(name!, id)
    this.#byId.remove(id)
    this.#unlink(this.#nameOf(number), number)
    this.#rest.delete(number)
    return true
  }

  #unlinkPointer(name: Uint8Array, id: number): void {
    const slot = this.#findSlot(this.#hash(name), name)
    const last = this.#slots[slot * WORDS + 2]! - 1
    let number = this.#next[last]!
    while (this.#ids[number] !== id || (this.#says[number]! & IS_POINTER) === 0) number = this.#next[number]!
    this.#unlink(name, number)
  }

  /** Takes a number out of those of its name, and the name away with the last. */
  #unlink(name: Uint8Array, number: number): void {
    const depth = this.#hash(name)
    const slot = this.#findSlot(depth, name)
    const after = this.#next[number]!
    if (after === number) {
      this.#slots[slot * WORDS + 2] = REMOVED
      this.#wasted += name.length
      this.#distinct--
      this.#depths[depth]!--
    } else {
      let before = after
      while (this.#next[before] !== number) before = this.#next[before]!
      this.#next[before] = after
      if ((this.#says[number]! & IS_LAST) !== 0) {
        this.#says[before]! |= IS_LAST
        this.#slots[slot * WORDS + 2] = before + 1
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
    if (this.#depths[depth] === 0) return NONE
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    const first = hashes[2 * depth]!
    const second = hashes[2 * depth + 1]!
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot * WORDS + 2]!
      if (value === FREE) return NONE
      if (value === REMOVED || slots[slot * WORDS] !== first || slots[slot * WORDS + 1] !== second) continue
      if (this.#isSuffix(value - 1, name, depth)) return this.#next[value - 1]!
    }
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
      ...(rest === undefined ? undefined : (JSON.parse(rest) as Partial<RuleRow>)),
    }
  }

  /** A copy, as the names move when they are packed. */
  #nameOf(number: number): Uint8Array {
    const start = this.#places[number]!
    return this.#names.slice(start, start + this.#lengths[number]!)
  }

  #newNumber(): number {
    if (this.#numbered === this.#ids.length) {
      const size = this.#ids.length * 2
      this.#ids = grown(this.#ids, new Float64Array(size))
      this.#says = grown(this.#says, new Uint8Array(size))
      this.#places = grown(this.#places, new Uint32Array(size))
      this.#lengths = grown(this.#lengths, new Uint8Array(size))
      this.#next = grown(this.#next, new Int32Array(size))
    }
    return this.#numbered++
  }

  #keepName(name: Uint8Array): number {
    if (this.#namesEnd + name.length > this.#names.length) this.#makeRoom(name.length)
    const place = this.#namesEnd
    this.#names.set(name, place)
    this.#namesEnd += name.length
    return place
  }

  /** Packs the names where a half of them are gone, else doubles the room. */
  #makeRoom(octets: number): void {
    const old = this.#names
    if (this.#wasted * 2 < this.#namesEnd) {
      this.#names = grown(old, new Uint8Array(Math.max(old.length * 2, this.#namesEnd + octets)))
      return
    }
    const packed = new Uint8Array(Math.max(old.length, this.#namesEnd - this.#wasted + octets))
    let end = 0
    for (let slot = 0; slot < this.#slots.length / WORDS; slot++) {
      const last = this.#slots[slot * WORDS + 2]! - 1
      if (last < 0) continue
      const name = this.#nameOf(last)
      packed.set(name, end)
      for (let number = this.#next[last]!; ; number = this.#next[number]!) {
        this.#places[number] = end
        if (number === last) break
      }
      end += name.length
    }
    this.#names = packed
    this.#namesEnd = end
    this.#wasted = 0
  }

  #hash(name: Uint8Array): number {
    this.#scratch.read(name)
    this.#hasher.hashSuffixes(this.#scratch, this.#hashes)
    return this.#scratch.labelCount
  }

  /** The slot of the name in `#scratch`, whose hash is at `depth`; -1: not there. */
  #findSlot(depth: number, name: Uint8Array): number {
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    const first = this.#hashes[2 * depth]!
    const second = this.#hashes[2 * depth + 1]!
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot * WORDS + 2]!
      if (value === FREE) return NONE
      if (value === REMOVED || slots[slot * WORDS] !== first || slots[slot * WORDS + 1] !== second) continue
      if (this.#isSuffix(value - 1, this.#scratch, depth) && this.#lengths[value - 1] === name.length) return slot
    }
  }

  #isSuffix(number: number, { qname, labelOffsets, labelCount }: NameOctets, depth: number): boolean {
    const names = this.#names
    const place = this.#places[number]!
    const length = this.#lengths[number]!
    if (depth === 0) return length === 1
    const start = labelOffsets[labelCount - depth]!
    for (let i = 0; i < length; i++) if (names[place + i] !== qname[start + i]) return false
    return true
  }

  #place(first: number, second: number, number: number): void {
    const slots = this.#slots
    const mask = slots.length / WORDS - 1
    let slot = first & mask
    while (slots[slot * WORDS + 2]! > 0) slot = (slot + 1) & mask
    if (slots[slot * WORDS + 2] === FREE) this.#used++
    slots[slot * WORDS] = first
    slots[slot * WORDS + 1] = second
    slots[slot * WORDS + 2] = number + 1
  }

  #rebuild(slotCount: number): void {
    const old = this.#slots
    this.#slots = new Int32Array(slotCount * WORDS)
    this.#used = 0
    const scratch = new NameScratch()
    const hashes = newSuffixHashes()
    for (let slot = 0; slot < old.length / WORDS; slot++) {
      const number = old[slot * WORDS + 2]! - 1
      if (number < 0) continue
      scratch.read(this.#names, this.#places[number])
      this.#hasher.hashSuffixes(scratch, hashes)
      this.#place(hashes[2 * scratch.labelCount]!, hashes[2 * scratch.labelCount + 1]!, number)
    }
  }
}

function compiledOf(row: RuleRow): CompiledRule {
  const compiled = compileRule(row)
  if (!compiled.ok) throw new RangeError(compiled.error)
  return compiled.value
}

function grown<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

function nextPowerOfTwo(least: number): number {
  let size = 1
  while (size < least) size *= 2
  return size
}
