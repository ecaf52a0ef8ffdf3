/**
 * Rules that are not in the index: own rules, edited one at a time, and the complex lines of lists.
 * One worker's own and mutable; every edit acts on the next query, and costs the same whatever the number of rules.
 */
import { AddressRules } from './address-rules.ts'
import { Cancellations } from './cancellations.ts'
import { type CompiledRule, isSteady, RuleRole } from './compiled-rule.ts'
import { NameBuckets } from './name-buckets.ts'
import type { NameHasher } from './name-hash.ts'
import { PatternRules } from './pattern-rules.ts'
import { isPlain } from './plain-row.ts'
import { PlainRules } from './plain-rules.ts'
import type { RuleRow } from './policy-data.ts'
import { prefixOf } from './rule-effect.ts'

interface Table {
  /** @returns false when there is no room for it */
  add(rule: CompiledRule): unknown
  remove(rule: CompiledRule): void
}

export class RuleOverlay {
  readonly names: NameBuckets
  /** Own rules that say nothing but whom they block or allow, or what they answer. */
  readonly plain: PlainRules
  readonly patterns = new PatternRules()
  readonly rewrites = new AddressRules(({ rewrite }) => rewrite && prefixOf(rewrite))
  /** Rules that block or allow by addresses in answers. */
  readonly addresses = new AddressRules(({ addresses }) => addresses)
  readonly cancellations: Cancellations
  readonly #byId = new Map<number, CompiledRule>()
  /** Own rules for which there was no room. */
  readonly #leftOut = new Set<number>()
  /** Lines for which there was none, by list. */
  readonly leftOutByList = new Map<number, number>()
  #size = 0
  #unsteadyCount = 0

  constructor(hasher: NameHasher) {
    this.names = new NameBuckets(hasher)
    this.plain = new PlainRules(hasher)
    this.cancellations = new Cancellations(hasher)
  }

  /** Rules that are switched on. */
  get size(): number {
    return this.#size + this.plain.size
  }

  /** Own rules that are switched on and for which there was no room. */
  get leftOutCount(): number {
    return this.#leftOut.size
  }

  /** Of these, how many are not steady: what they decide may change by itself. */
  get unsteadyCount(): number {
    return this.#unsteadyCount
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.names.rehash(hasher)
    this.plain.rehash(hasher)
    this.cancellations.plainNames.rehash(hasher)
  }

  /**
   * Takes an own rule as it stands, or replaces the one with its id, where it is plain.
   * @returns whether it was
   * @throws RangeError for a damaged row
   */
  putPlain(row: RuleRow): boolean {
    if (!isPlain(row)) return false
    this.remove(row.id)
    if (row.enabled) this.plain.add(row)
    return true
  }

  /**
   * Adds a rule, or replaces the own rule with its id. One that is switched off is only taken out.
   * @returns false when it was left out: see PatternRules.add
   */
  put(rule: CompiledRule): boolean {
    const { id, enabled } = rule.row
    if (id !== 0) this.remove(id)
    if (!enabled) return true
    if (this.#tableOf(rule).add(rule) === false) {
      if (id !== 0) this.#leftOut.add(id)
      else this.leftOutByList.set(rule.listId, (this.leftOutByList.get(rule.listId) ?? 0) + 1)
      return false
    }
    if (id !== 0) this.#byId.set(id, rule)
    this.#size++
    if (!isSteady(rule)) this.#unsteadyCount++
    if (rule.role !== RuleRole.Canceller) for (const pointer of rule.pointers) this.names.add(pointer.name!, pointer)
    return true
  }

  /** @returns whether there was such a rule */
  remove(id: number): boolean {
    this.#leftOut.delete(id)
    const rule = this.#byId.get(id)
    if (!rule) return this.plain.remove(id)
    this.#byId.delete(id)
    this.#size--
    if (!isSteady(rule)) this.#unsteadyCount--
    this.#tableOf(rule).remove(rule)
    if (rule.role !== RuleRole.Canceller) for (const pointer of rule.pointers) this.names.remove(pointer.name!, pointer)
    return true
  }

  #tableOf(rule: CompiledRule): Table {
    if (rule.role === RuleRole.Canceller) return this.cancellations
    if (rule.addresses) return this.addresses
    if (rule.rewrite) return this.rewrites
    const { name } = rule
    if (name === null) return this.patterns
    return { add: () => this.names.add(name, rule), remove: () => this.names.remove(name, rule) }
  }

  /** Does the own rule only record what it would do? */
  isShadow(id: number): boolean {
    return this.#byId.get(id)?.isShadow === true
  }

  /** Own rules that are switched on and not plain, in no particular order. */
  get elaborate(): IterableIterator<CompiledRule> {
    return this.#byId.values()
  }

  /** Own rules that are switched on, in no particular order; those that are plain are made one at a time. */
  *rows(): Generator<RuleRow> {
    for (const { row } of this.#byId.values()) yield row
    yield* this.plain.rows()
  }
}
