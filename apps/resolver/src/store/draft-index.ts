/**
 * The rule index of a draft that gives lists other content. Compiling it anew would take as long as any compile; of all
 * that lists hold, a simulation only needs what can match the names that the draft reaches (reach.ts).
 */
import type { Database } from '@weir/shared/db/open-database'
import { fail, ok, type Result } from '@weir/shared/result'
import { IndexBuilder } from '../rules/compile-index.ts'
import { NameHasher } from '../rules/name-hash.ts'
import type { CompiledIndex, ListRuleRow } from '../rules/policy-data.ts'
import { indexedLists, type NameIndex, RuleIndex } from '../rules/rule-index.ts'
import { type TierIndex, UNREADABLE_SET } from '../rules/tier-index.ts'
import type { DraftContent } from './draft-config.ts'
import { readContent } from './draft-contents.ts'
import { HashPairs } from './hash-pairs.ts'

interface Kept {
  readonly octets: Uint8Array
  readonly listNumber: number
  readonly nameClass: number
}

/** Names that were asked for, and all that they are below: their hashes, and what the index of now says of them. */
export class AskedSuffixes {
  readonly #hasher: NameHasher
  readonly #index: RuleIndex | null
  readonly #tier: TierIndex | null
  readonly #seen = new HashPairs()
  readonly #pair = new Int32Array(2)
  readonly listed: { octets: Uint8Array; members: readonly number[] }[] = []

  /** @param tier names of lists beyond the memory budget */
  constructor(compiled: CompiledIndex | null, key: Uint8Array, tier: TierIndex | null) {
    this.#tier = tier
    this.#index = compiled && new RuleIndex(compiled)
    this.#hasher = this.#index?.hasher ?? new NameHasher(key)
  }

  /** @param octets labels reversed, a zero octet between them */
  add(octets: Uint8Array): void {
    for (let end = octets.length; end > 0; end = octets.lastIndexOf(0, end - 1)) {
      this.#hasher.hashReversed(octets, 0, end, this.#pair)
      const [first, second] = [this.#pair[0]!, this.#pair[1]!]
      // What is above it was seen with it.
      if (!this.#seen.add(first, second)) return
      const inMemory = membersOf(this.#index, first, second)
      // List numbers of the tier follow those in memory.
      const onDisk = membersOf(this.#tier, first, second).map((member) => member + 16 * this.#index!.lists.length)
      if (inMemory.length + onDisk.length === 0) continue
      this.listed.push({ octets: octets.slice(0, end), members: [...inMemory, ...onDisk] })
    }
  }

  get isEmpty(): boolean {
    return this.#seen.size === 0
  }

  has(octets: Uint8Array, length: number): boolean {
    this.#hasher.hashReversed(octets, 0, length, this.#pair)
    return this.#seen.has(this.#pair[0]!, this.#pair[1]!)
  }
}

function membersOf(index: NameIndex | null, first: number, second: number): number[] {
  const set = index?.findSet(first, second) ?? 0
  if (index === null || set === 0 || set === UNREADABLE_SET) return []
  return [...index.members.subarray(index.memberStart(set), index.memberEnd(set))]
}

/** @returns why a content cannot be used, in words */
export function draftIndex(
  database: Database,
  compiled: CompiledIndex | null,
  key: Uint8Array,
  contents: readonly DraftContent[],
  asked: AskedSuffixes,
): Result<CompiledIndex, string> {
  const lists = [...indexedLists(compiled)]
  const replaced = new Set<number>()
  const kept: Kept[] = []
  const rules: ListRuleRow[] = []
  for (const content of contents) {
    let listNumber = lists.findIndex(({ listId }) => listId === content.listId)
    if (listNumber < 0) listNumber = lists.push({ listId: content.listId, versionId: 0, names: 0 }) - 1
    replaced.add(listNumber)
    if (asked.isEmpty) continue
    const fault = readContent(database, content, {
      name(octets, length, nameClass) {
        if (asked.has(octets, length)) kept.push({ octets: octets.slice(0, length), listNumber, nameClass })
      },
      rule: (row) => rules.push(row),
    })
    if (fault !== undefined) return fail(fault)
  }
  for (const { octets, members } of asked.listed)
    for (const member of members)
      if (!replaced.has(member >>> 4)) kept.push({ octets, listNumber: member >>> 4, nameClass: member & 15 })
  const builder = new IndexBuilder(kept.length, compiled ? new RuleIndex(compiled).key : key, 0)
  for (const { octets, listNumber, nameClass } of kept) builder.add(octets, 0, octets.length, listNumber, nameClass)
  const drafted = new Set(contents.map(({ listId }) => listId))
  const others = (compiled?.listRules ?? []).filter(({ listId }) => !drafted.has(listId))
  return ok(builder.finish(lists, [...others, ...rules]))
}
