/**
 * Judges a new version of a list before it acts: is it much smaller or larger than the one in effect, did most of it make
 * no sense, does it cover names that it must not? Runs in the import thread, on names that are sorted already: protected
 * names are looked up, so that the check costs nearly the same for a million names as for a thousand.
 */
import { type FINDING_KINDS, type ListFinding, MAX_FINDING_NAMES } from '@weir/shared/contract/list-guard'
import type { RuleInput } from '@weir/shared/contract/rules'
import { isAllowClass, matchOfClass, type NameClass } from '@weir/shared/lists/name-class'
import type { CollectedNames } from '@weir/shared/lists/name-collector'
import { nameOfReversed, reversedOfName } from '@weir/shared/lists/reversed-name'
import { compilePattern } from '@weir/shared/rules/pattern'
import { lineAround } from './export-names.ts'
import type { ProtectedName } from './protected-names.ts'
import { isPublicSuffix, isReversedPublicSuffix } from './public-suffix.ts'

/** What a version is judged by; plain data, since it goes to the import thread. */
export interface GuardOrder {
  /** Entries of the version in effect; null: there is none, or who brings the content answers for its size. */
  readonly previousEntries: number | null
  readonly maxShrinkPercent: number | null
  readonly maxGrowthPercent: number | null
  readonly checksShape: boolean
  /** Null: names are not protected. */
  readonly protectedNames: readonly ProtectedName[] | null
  /** Entries that were accepted before. */
  readonly acceptedEntries: readonly string[]
}

/** A change by fewer entries is never held: lists of a few lines change by half every day. */
const MIN_CHANGED_ENTRIES = 100
const MIN_REJECTED_LINES = 100
/** Of lines that say something: above this, what came is something else that happens to hold a few names. */
const MAX_REJECTED_SHARE = 0.5
/** Searches of patterns in protected names, all together about a second; further patterns are tried on fewer names. */
const MAX_SEARCHES = 2_000_000
const FEW_NAMES = 8

type FindingKind = (typeof FINDING_KINDS)[number]

export interface JudgedCounts {
  readonly entries: number
  readonly rejected: number
}

/** Of all addresses of IPv4, or of IPv6 that are assigned: lists of whole countries and of reserved space stay below. */
const MAX_ADDRESS_SHARE = 1 / 4
const WHOLE_ADDRESS_BITS = 128
/** No registry assigns more than a /8 of IPv4, or a /12 of IPv6, to one holder. */
const SHORTEST_PREFIX_BITS = 8

export class ContentGuard {
  readonly #order: GuardOrder
  readonly #protected: readonly ProtectedName[]
  readonly #accepted: ReadonlySet<string>
  readonly #covered: ListFinding['names'] = []
  readonly #seen = new Set<string>()
  /** Entries that cover a public suffix; a list of all of them has some hundred. */
  readonly #wide = new Set<string>()
  #coveredTotal = 0
  #searches = 0
  /** Prefixes for answers taken together, as if none lay in another. */
  #addresses = { share: 0, bits: WHOLE_ADDRESS_BITS, widest: '' }

  constructor(order: GuardOrder) {
    this.#order = order
    this.#protected = order.protectedNames ?? []
    this.#accepted = new Set(order.acceptedEntries)
  }

  /** A line that is more than a plain name, as it is read. */
  rule(text: string, rule: RuleInput): void {
    if (this.#order.protectedNames === null) return
    // Takes another rule back, and covers nothing itself.
    if (('badfilter' in rule && rule.badfilter) || ('exceptRewrite' in rule && rule.exceptRewrite !== undefined)) return
    if (rule.match === 'regex') return this.#regex(text, rule)
    if (rule.match === 'address') return this.#prefix(text, rule.pattern)
    if (rule.pattern === '.') {
      if (!isForRareTypes(rule)) this.#found({ name: '.', entry: text, because: 'everything' })
      return
    }
    if (rule.match !== 'exact' && isPublicSuffix(rule.pattern))
      this.#found({ name: rule.pattern, entry: text, because: 'public-suffix' })
    if (takesAway(rule))
      for (const { name, because, isZone } of this.#protected)
        if (covers(rule.match, rule.pattern, name, isZone)) this.#found({ name, entry: text, because })
  }

  /** All names, when they are sorted. @returns why the version must wait; empty: it need not */
  finish(collected: readonly CollectedNames[], counts: JudgedCounts): ListFinding[] {
    if (this.#addresses.share > MAX_ADDRESS_SHARE)
      this.#found({ name: '.', entry: this.#addresses.widest, because: 'everything' })
    if (this.#order.protectedNames !== null)
      for (const names of collected) {
        this.#publicSuffixes(names)
        if (!isAllowClass(names.nameClass)) this.#protectedIn(names)
      }
    return [...this.#size(counts.entries), ...this.#shape(counts), ...this.#names()]
  }

  /** Addresses in answers: a prefix that is shorter than any that is assigned stands for everybody; so do many together. */
  #prefix(text: string, prefix: string): void {
    const length = prefix.includes('/') ? Number(prefix.split('/')[1]) : WHOLE_ADDRESS_BITS
    if (length < SHORTEST_PREFIX_BITS) return this.#found({ name: prefix, entry: text, because: 'everything' })
    // An IPv6 prefix counts as if all of 2000::/3, which alone is assigned, were as large as IPv4.
    this.#addresses.share += 2 ** -(prefix.includes(':') ? length - 3 : length)
    if (length < this.#addresses.bits) this.#addresses = { ...this.#addresses, bits: length, widest: text }
  }

  #regex(text: string, rule: RuleInput): void {
    const { pattern: source } = rule
    const compiled = compilePattern(source)
    if (!compiled.ok) return
    const { value: pattern } = compiled
    const matches = (name: string): boolean => pattern.test(name) !== ('inverted' in rule && rule.inverted === true)
    if (STRANGERS.every(matches)) {
      if (!isForRareTypes(rule)) this.#found({ name: '.', entry: text, because: 'everything' })
      return
    }
    if (!takesAway(rule)) return
    const names = this.#searches < MAX_SEARCHES ? this.#protected : this.#protected.slice(0, FEW_NAMES)
    this.#searches += names.length
    for (const { name, because } of names) if (matches(name)) this.#found({ name, entry: text, because })
  }

  #publicSuffixes(names: CollectedNames): void {
    if (matchOfClass(names.nameClass) === 'exact') return
    const cursor = names.cursor()
    while (cursor.next())
      if (isReversedPublicSuffix(cursor.octets, cursor.offset, cursor.length)) {
        const name = nameOfReversed(cursor.octets.subarray(cursor.offset), cursor.length)
        this.#found({ name, entry: entryOf(names.nameClass, name), because: 'public-suffix' })
      }
  }

  #protectedIn(names: CollectedNames): void {
    const match = matchOfClass(names.nameClass)
    for (const { name, because, isZone } of this.#protected)
      for (const candidate of match === 'exact' ? [name] : withAncestors(name))
        if (covers(match, candidate, name, isZone) && names.has(reversedOfName(candidate)))
          this.#found({ name, entry: entryOf(names.nameClass, candidate), because })
  }

  #found(covered: ListFinding['names'][number]): void {
    const { name, entry, because } = covered
    // What covers a suffix covers hundreds of names below it: one line says it all.
    if (this.#accepted.has(entry) || this.#wide.has(entry) || this.#seen.has(`${name} ${entry}`)) return
    if (because === 'public-suffix') this.#wide.add(entry)
    this.#coveredTotal++
    if (this.#covered.length >= MAX_FINDING_NAMES) return
    this.#seen.add(`${name} ${entry}`)
    this.#covered.push(covered)
  }

  #size(entries: number): ListFinding[] {
    const { previousEntries: before, maxShrinkPercent, maxGrowthPercent } = this.#order
    if (before === null || before === 0 || Math.abs(entries - before) < MIN_CHANGED_ENTRIES) return []
    const change = ((entries - before) / before) * 100
    const words = `from ${count(before)} to ${count(entries)} entries`
    if (maxShrinkPercent !== null && -change > maxShrinkPercent)
      return [finding('shrinks', `shrinks by ${percent(-change)}, ${words}; at most ${maxShrinkPercent} % is expected`)]
    if (maxGrowthPercent !== null && change > maxGrowthPercent)
      return [finding('grows', `grows by ${percent(change)}, ${words}; at most ${maxGrowthPercent} % is expected`)]
    return []
  }

  #shape({ entries, rejected }: JudgedCounts): ListFinding[] {
    if (!this.#order.checksShape || rejected < MIN_REJECTED_LINES) return []
    const share = rejected / (rejected + entries)
    if (share <= MAX_REJECTED_SHARE) return []
    return [
      finding('mostly-rejected', `${percent(share * 100)} of its lines make no sense: ${count(rejected)} were refused`),
    ]
  }

  #names(): ListFinding[] {
    if (this.#coveredTotal === 0) return []
    const examples = this.#covered
      .slice(0, 3)
      .map(({ name, entry }) => (name === '.' ? entry : `${name} (by ${entry})`))
    const more = this.#coveredTotal > examples.length ? `, and ${count(this.#coveredTotal - examples.length)} more` : ''
    const detail = `covers names that it should not: ${examples.join(', ')}${more}`
    return [{ kind: 'protected-names', detail, total: this.#coveredTotal, names: this.#covered }]
  }
}

/** Names that have nothing in common: a pattern that finds all of them finds everything. */
const STRANGERS = ['a.example.com', 'xyzzy.test', '0123.invalid', 'qq.local', 'w-w.bb.example.org']

/** Blocks, or answers with an error or with nothing: records of a list that is trusted to answer are what it is for. */
const takesAway = (rule: RuleInput): boolean =>
  rule.action === 'block' || (rule.action === 'rewrite' && 'rcode' in rule && rule.rcode !== undefined)

/** Leaves questions for addresses alone, without which nothing is reached. Clients and excepted names narrow a rule for all too little. */
function isForRareTypes({ queryTypes }: RuleInput): boolean {
  if (queryTypes === undefined) return false
  const isExcepting = queryTypes.some((type) => type.startsWith('~'))
  return isExcepting
    ? queryTypes.includes('~A') && queryTypes.includes('~AAAA')
    : !queryTypes.includes('A') && !queryTypes.includes('AAAA')
}

/** Does an entry for `pattern` act on a name; for a zone: on all of it? */
function covers(match: 'exact' | 'suffix' | 'subdomains', pattern: string, name: string, isZone: boolean): boolean {
  if (match === 'exact') return pattern === name && !isZone
  if (pattern === name) return match === 'suffix' || isZone
  return name.endsWith(`.${pattern}`)
}

const withAncestors = (name: string): string[] => {
  const labels = name.split('.')
  return labels.map((_, i) => labels.slice(i).join('.'))
}

export function entryOf(nameClass: NameClass, name: string): string {
  const [before, after] = lineAround(nameClass)
  return `${before}${name}${after}`.trimEnd()
}

const finding = (kind: FindingKind, detail: string): ListFinding => ({ kind, detail, total: 0, names: [] })

const count = (value: number): string => value.toLocaleString('en')
const percent = (value: number): string => `${value >= 1000 ? count(Math.round(value)) : Number(value.toFixed(1))} %`
