/** Rules by name, as objects: an array for each name, one worker's own, edited in place. */
import type { CompiledRule } from './compiled-rule.ts'
import type { NameHasher, NameOctets } from './name-hash.ts'
import { NameTable } from './name-table.ts'

export class NameBuckets {
  readonly #names: NameTable
  /** By the name's number; empty: the number is free. */
  readonly #buckets: CompiledRule[][] = []

  constructor(hasher: NameHasher) {
    this.#names = new NameTable(hasher)
  }

  /** Distinct names. */
  get size(): number {
    return this.#names.size
  }

  /** Files everything anew under another key. */
  rehash(hasher: NameHasher): void {
    this.#names.rehash(hasher)
  }

  /** @param name wire labels, lower case, with the final zero */
  add(name: Uint8Array, rule: CompiledRule): void {
    const found = this.#names.numberOf(name)
    if (found >= 0) this.#buckets[found]!.push(rule)
    else this.#buckets[this.#names.add(name)] = [rule]
  }

  remove(name: Uint8Array, rule: CompiledRule): void {
    const found = this.#names.numberOf(name)
    if (found < 0) return
    const rules = this.#buckets[found]!
    const at = rules.indexOf(rule)
    if (at >= 0) rules.splice(at, 1)
    if (rules.length === 0) this.#names.remove(name)
  }

  /**
   * The rules of the suffix of `depth` labels of `name`, in the order of their coming, or null.
   * @param hashes of all suffixes of `name`, by this table's hasher
   */
  find(name: NameOctets, hashes: Int32Array, depth: number): readonly CompiledRule[] | null {
    const found = this.#names.find(name, hashes, depth)
    return found < 0 ? null : this.#buckets[found]!
  }
}
