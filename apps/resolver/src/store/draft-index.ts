/**
 * The rule index of a draft that gives lists other content. Compiling it anew would take as long as any compile; of all
 * that lists hold, a simulation only needs what can match the names that were asked for.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { ListFormat } from '@weir/shared/contract/lists'
import type { RuleInput } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'
import { ListParser, type ListSink } from '@weir/shared/lists/list-parser'
import { decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { writeReversed } from '@weir/shared/lists/reversed-name'
import { fail, ok, type Result } from '@weir/shared/result'
import { IndexBuilder } from '../rules/compile-index.ts'
import { NameHasher } from '../rules/name-hash.ts'
import type { CompiledIndex, ListRuleRow } from '../rules/policy-data.ts'
import { indexedLists, type NameIndex, RuleIndex } from '../rules/rule-index.ts'
import { type TierIndex, UNREADABLE_SET } from '../rules/tier-index.ts'
import type { DraftContent } from './draft-config.ts'
import { listRuleRow } from './version-names.ts'

const PIECE_OCTETS = 1024 * 1024

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
  readonly #seen = new HashSet()
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
    const sink = new DraftSink(content, listNumber, asked, kept, rules)
    const fault = content.path === null ? readVersion(database, content, sink) : readContent(content, sink)
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

class DraftSink implements ListSink {
  readonly #content: DraftContent
  readonly #listNumber: number
  readonly #asked: AskedSuffixes
  readonly #kept: Kept[]
  readonly #rules: ListRuleRow[]
  readonly #reversed = new Uint8Array(256)

  constructor(content: DraftContent, listNumber: number, asked: AskedSuffixes, kept: Kept[], rules: ListRuleRow[]) {
    this.#content = content
    this.#listNumber = listNumber
    this.#asked = asked
    this.#kept = kept
    this.#rules = rules
  }

  name(nameClass: number, octets: Uint8Array, offset: number, length: number): void {
    writeReversed(octets, offset, length, this.#reversed, 0)
    this.reversed(nameClass, this.#reversed, length)
  }

  reversed(nameClass: number, octets: Uint8Array, length: number): void {
    if (!this.#asked.has(octets, length)) return
    this.#kept.push({ octets: octets.slice(0, length), listNumber: this.#listNumber, nameClass })
  }

  rule(line: number, _text: string, rule: RuleInput): void {
    this.#rules.push({ listId: this.#content.listId, line, rule: listRuleRow(rule as never) })
  }

  rejected(): void {}
  ignored(): void {}
}

function readContent({ kind, path }: DraftContent, sink: DraftSink): string | undefined {
  const parser = new ListParser(kind, 'auto' satisfies ListFormat, sink)
  const file = openSync(path!, 'r')
  try {
    const piece = Buffer.allocUnsafe(PIECE_OCTETS)
    for (;;) {
      const octets = readSync(file, piece)
      const parsed = octets === 0 ? parser.finish() : parser.push(piece.subarray(0, octets))
      if (!parsed.ok) return `is not a list: ${parsed.error}`
      if (octets === 0) return undefined
    }
  } finally {
    closeSync(file)
  }
}

function readVersion(database: Database, { versionId }: DraftContent, sink: DraftSink): string | undefined {
  if (!database.prepare('SELECT 1 FROM list_version WHERE id = ?').get(versionId))
    return `version ${versionId} is not kept`
  const places = database
    .prepare<[number | null], { class: number; sequence: number }>(
      'SELECT class, sequence FROM list_chunk WHERE version_id = ? ORDER BY class, sequence',
    )
    .all(versionId)
  const read = database.prepare<[number | null, number, number], { rawOctets: number; data: Buffer }>(
    'SELECT raw_octets AS rawOctets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
  )
  for (const place of places) {
    const chunk = read.get(versionId, place.class, place.sequence)
    if (chunk)
      decodeNameChunk(chunk.data, chunk.rawOctets, (octets, length) => sink.reversed(place.class, octets, length))
  }
  const rules = database
    .prepare<[number | null], { line: number; text: string; rule: string }>(
      'SELECT line, text, rule FROM list_rule WHERE version_id = ?',
    )
    .all(versionId)
  for (const { line, text, rule } of rules) sink.rule(line, text, JSON.parse(rule) as RuleInput)
  return undefined
}

/** Pairs of 32 bits in open addressing; grows at half. */
class HashSet {
  #words = new Int32Array(2 * (1 << 16))
  #size = 0

  has(first: number, second: number): boolean {
    return this.#find(this.#words, first, second) < 0
  }

  /** @returns false when it was there */
  add(first: number, second: number): boolean {
    const at = this.#find(this.#words, first, second)
    if (at < 0) return false
    this.#put(this.#words, at, first, second)
    if (++this.#size * 4 > this.#words.length) this.#grow()
    return true
  }

  /** @returns the free place for it, or -1: it is there */
  #find(words: Int32Array, first: number, second: number): number {
    const mask = words.length / 2 - 1
    for (let slot = (first >>> 0) & mask; ; slot = (slot + 1) & mask) {
      if (words[2 * slot] === 0 && words[2 * slot + 1] === 0) return slot
      if (words[2 * slot] === first && words[2 * slot + 1] === second) return -1
    }
  }

  #put(words: Int32Array, slot: number, first: number, second: number): void {
    words[2 * slot] = first
    words[2 * slot + 1] = second
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2)
    for (let at = 0; at < this.#words.length; at += 2) {
      const [first, second] = [this.#words[at]!, this.#words[at + 1]!]
      if (first !== 0 || second !== 0) this.#put(words, this.#find(words, first, second), first, second)
    }
    this.#words = words
  }
}
