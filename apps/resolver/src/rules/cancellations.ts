/**
 * `badfilter` rules: each switches off the rules that say the same but for it, own or in a list (AdGuard DNS filtering
 * syntax). Rare, so that everything else pays one comparison of a number for them.
 */
import { isAllowClass, isImportantClass, type NameClass } from '@weir/shared/lists/name-class'
import { type CompiledRule, cancelKeyOf, holds, MatchRank } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'
import { NameBuckets } from './name-buckets.ts'
import type { NameHasher } from './name-hash.ts'

export class Cancellations {
  readonly #byKey = new Map<string, CompiledRule[]>()
  /** Those that say no more than a plain name of a list can. */
  readonly plainNames: NameBuckets

  constructor(hasher: NameHasher) {
    this.plainNames = new NameBuckets(hasher)
  }

  get size(): number {
    return this.#byKey.size
  }

  add(rule: CompiledRule): void {
    const key = cancelKeyOf(rule)
    const others = this.#byKey.get(key)
    if (others) others.push(rule)
    else this.#byKey.set(key, [rule])
    if (isPlain(rule)) this.plainNames.add(rule.name!, rule)
  }

  remove(rule: CompiledRule): void {
    const key = cancelKeyOf(rule)
    const left = this.#byKey.get(key)?.filter((other) => other !== rule) ?? []
    if (left.length > 0) this.#byKey.set(key, left)
    else this.#byKey.delete(key)
    if (isPlain(rule)) this.plainNames.remove(rule.name!, rule)
  }

  /** @param counts says of a rule of a list whether its list counts */
  has(rule: CompiledRule, scratch: MatchScratch, counts: (canceller: CompiledRule) => boolean): boolean {
    const cancellers = this.#byKey.get(cancelKeyOf(rule))
    return cancellers?.some((one) => holds(one, scratch) && counts(one)) ?? false
  }

  /** The same for a plain name of a list: the suffix of `depth` labels, in this class. */
  hasName(
    depth: number,
    nameClass: NameClass,
    scratch: MatchScratch,
    counts: (canceller: CompiledRule) => boolean,
  ): boolean {
    const rules = this.plainNames.find(scratch.name, scratch.hashes, depth)
    if (rules === null) return false
    const rank = (nameClass >>> 1) & 3
    return rules.some(
      (one) =>
        one.rank === rank &&
        one.isAllow === isAllowClass(nameClass) &&
        one.isImportant === isImportantClass(nameClass) &&
        holds(one, scratch) &&
        counts(one),
    )
  }
}

function isPlain({ name, rank, row, conditions, queryTypes }: CompiledRule): boolean {
  if (name === null || rank > MatchRank.Subdomains || conditions !== null || queryTypes !== null) return false
  return (
    (row.action === 'block' || row.action === 'allow') &&
    !row.answer &&
    row.ttlSeconds === null &&
    !row.tcpOnly &&
    !(row.action === 'allow' && row.yields)
  )
}
