/**
 * Looks a name up in a list version as it is stored, without compiling anything: its names are sorted, so that a search
 * over the first names of the chunks finds the one chunk that can hold it (lists/name-chunk.ts).
 */
import type { Database } from '@weir/shared/db/open-database'
import { CHUNK_HEAD_OCTETS, decodeNameChunk, firstNameOf } from '@weir/shared/lists/name-chunk'
import type { NameClass } from '@weir/shared/lists/name-class'
import { compareReversed, reversedOfName } from '@weir/shared/lists/reversed-name'
import type { ListRuleRow, RuleRow } from '../rules/policy-data.ts'
import type { RulesAbout } from './rules-about.ts'

export interface StoredName {
  /** Labels reversed, a zero octet between them. */
  readonly octets: Uint8Array
  readonly nameClass: NameClass
}

/** What one version holds about some names. */
export interface VersionEntries {
  readonly names: readonly StoredName[]
  readonly rules: readonly { readonly line: number; readonly rule: RuleRow }[]
}

/** Plain names have no escapes: others are complex lines. */
const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/

export class VersionNames {
  readonly #database: Database
  readonly #firstNames = new Map<string, Uint8Array>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Is the version kept whole? One that is being swept has lost some of its names. */
  isKept(versionId: number): boolean {
    const row = this.#database
      .prepare<[number], { expected: number; stored: number | null; owners: number }>(
        `SELECT names AS expected, (SELECT sum(names) FROM list_chunk WHERE version_id = list_version.id) AS stored,
           (list_id IS NOT NULL) + (deleted_list_id IS NOT NULL) AS owners
         FROM list_version WHERE id = ?`,
      )
      .get(versionId)
    return row !== undefined && row.owners > 0 && row.expected === (row.stored ?? 0)
  }

  /** @throws DamagedChunk */
  find(versionId: number, about: RulesAbout): VersionEntries {
    const wanted = [...about.suffixes].filter((name) => PLAIN.test(name)).map(reversedOfName)
    const classes = this.#database
      .prepare<[number], { class: number; chunks: number }>(
        'SELECT class, count(*) AS chunks FROM list_chunk WHERE version_id = ? GROUP BY class',
      )
      .all(versionId)
    const names = classes.flatMap(({ class: nameClass, chunks }) =>
      this.#findInClass(versionId, nameClass, chunks, wanted).map((octets) => ({ octets, nameClass })),
    )
    return { names, rules: this.#rules(versionId, about) }
  }

  #findInClass(versionId: number, nameClass: number, chunks: number, wanted: readonly Uint8Array[]): Uint8Array[] {
    const bySequence = new Map<number, Uint8Array[]>()
    for (const name of wanted) {
      const sequence = this.#chunkFor(versionId, nameClass, chunks, name)
      if (sequence >= 0) bySequence.set(sequence, [...(bySequence.get(sequence) ?? []), name])
    }
    return [...bySequence].flatMap(([sequence, names]) => this.#namesIn(versionId, nameClass, sequence, names))
  }

  /** The last chunk that does not begin behind the name; -1: none. */
  #chunkFor(versionId: number, nameClass: number, chunks: number, name: Uint8Array): number {
    let low = 0
    let high = chunks
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.#firstName(versionId, nameClass, middle), name) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #firstName(versionId: number, nameClass: number, sequence: number): Uint8Array {
    const key = `${versionId} ${nameClass} ${sequence}`
    const known = this.#firstNames.get(key)
    if (known) return known
    const head = this.#database
      .prepare<[number, number, number, number], Buffer>(
        'SELECT substr(data, 1, ?) FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
      )
      .pluck()
      .get(CHUNK_HEAD_OCTETS, versionId, nameClass, sequence)
    if (!head) throw new Error(`list version ${versionId} went away while it was read`)
    const first = firstNameOf(head)
    this.#firstNames.set(key, first)
    return first
  }

  #namesIn(versionId: number, nameClass: number, sequence: number, names: readonly Uint8Array[]): Uint8Array[] {
    const chunk = this.#database
      .prepare<[number, number, number], { rawOctets: number; data: Buffer }>(
        'SELECT raw_octets AS rawOctets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
      )
      .get(versionId, nameClass, sequence)
    if (!chunk) throw new Error(`list version ${versionId} went away while it was read`)
    const found: Uint8Array[] = []
    decodeNameChunk(chunk.data, chunk.rawOctets, (octets, length) => {
      const name = names.find((one) => one.length === length && one.every((octet, i) => octet === octets[i]))
      if (name) found.push(name)
    })
    return found
  }

  #rules(versionId: number, about: RulesAbout): VersionEntries['rules'] {
    return this.#database
      .prepare<[number, string], { line: number; rule: string }>(
        `SELECT line, rule FROM list_rule WHERE version_id = ? AND (json_extract(rule, '$.match') IN ('regex', 'address')
           OR json_extract(rule, '$.pattern') IN (SELECT value FROM json_each(?))) ORDER BY line`,
      )
      .all(versionId, about.parameters[0])
      .map(({ line, rule }) => ({ line, rule: listRuleRow(JSON.parse(rule) as Partial<RuleRow>) }))
  }
}

/** Lines of lists are stored as `RuleInput`: what is not said has its default. */
export const listRuleRow = (input: Partial<RuleRow>): RuleRow =>
  ({
    important: false,
    queryTypes: [],
    groups: [],
    ttlSeconds: null,
    expiresAt: null,
    ...input,
    id: 0,
    enabled: true,
  }) as RuleRow

export const toListRules = (listId: number, { rules }: VersionEntries): ListRuleRow[] =>
  rules.map(({ line, rule }) => ({ listId, line, rule }))

const compare = (a: Uint8Array, b: Uint8Array): number =>
  compareReversed({ octets: a, offset: 0, length: a.length }, { octets: b, offset: 0, length: b.length })
