/**
 * Writes one version in short transactions, a few milliseconds each: SQLite has one write lock, and rule edits need it
 * meanwhile. Until its list points to it, a version is invisible.
 */
import type { ListVersion } from '@weir/shared/contract/lists'
import type { RejectedLine } from '@weir/shared/contract/rejected-lines'
import type { Database } from '@weir/shared/db/open-database'
import type { NameChunk } from '@weir/shared/lists/name-chunk'
import type { NameClass } from '@weir/shared/lists/name-class'

/** Rows of one transaction: chunks have some 20 kB, rules some 200 octets. */
const CHUNKS_PER_TRANSACTION = 48
const RULES_PER_TRANSACTION = 2000

export interface RuleLine {
  readonly line: number
  readonly text: string
  /** RuleInput as JSON. */
  readonly rule: string
}

export type VersionCounts = Omit<
  ListVersion,
  'id' | 'createdAt' | 'sizeOctets' | 'storedOctets' | 'isActive' | 'findings'
>

export class VersionWriter {
  readonly id: number
  readonly #database: Database
  readonly #insertChunk
  readonly #insertRule
  #chunks: [NameClass, number, NameChunk][] = []
  #rules: RuleLine[] = []
  #storedOctets = 0

  constructor(database: Database, about: { createdAt: number; sha256: string; sizeOctets: number }) {
    this.#database = database
    this.id = Number(
      database
        .prepare(
          `INSERT INTO list_version (list_id, created_at, sha256, format, size_octets, stored_octets, names,
             complex_rules, added, removed, duplicates, ignored, rejected_count)
           VALUES (NULL, @createdAt, @sha256, 'auto', @sizeOctets, 0, 0, 0, 0, 0, 0, 0, 0)`,
        )
        .run(about).lastInsertRowid,
    )
    this.#insertChunk = database.prepare(
      'INSERT INTO list_chunk (version_id, class, sequence, names, raw_octets, data) VALUES (?, ?, ?, ?, ?, ?)',
    )
    // The same rule twice on one line is one rule.
    this.#insertRule = database.prepare(
      'INSERT OR IGNORE INTO list_rule (version_id, line, text, rule) VALUES (?, ?, ?, ?)',
    )
  }

  addChunk(nameClass: NameClass, sequence: number, chunk: NameChunk): void {
    this.#chunks.push([nameClass, sequence, chunk])
    this.#storedOctets += chunk.data.length
    if (this.#chunks.length >= CHUNKS_PER_TRANSACTION) this.flush()
  }

  addRule(rule: RuleLine): void {
    this.#rules.push(rule)
    if (this.#rules.length >= RULES_PER_TRANSACTION) this.flush()
  }

  flush(): void {
    const chunks = this.#chunks.splice(0)
    const rules = this.#rules.splice(0)
    if (chunks.length + rules.length === 0) return
    this.#database
      .transaction(() => {
        for (const [nameClass, sequence, { names, rawOctets, data }] of chunks)
          this.#insertChunk.run(this.id, nameClass, sequence, names, rawOctets, data)
        for (const { line, text, rule } of rules) this.#insertRule.run(this.id, line, text, rule)
      })
      .immediate()
  }

  /** Rules that only one of this version and another has. */
  compareRules(previousId: number | null): { added: number; removed: number } {
    this.flush()
    const only = this.#database
      .prepare<[number | null, number | null], number>(
        `SELECT count(DISTINCT rule) FROM list_rule WHERE version_id = ?
         AND rule NOT IN (SELECT rule FROM list_rule WHERE version_id = ?)`,
      )
      .pluck()
    return { added: only.get(this.id, previousId) ?? 0, removed: only.get(previousId, this.id) ?? 0 }
  }

  finish(counts: VersionCounts, rejected: readonly RejectedLine[]): void {
    this.flush()
    const reject = this.#database.prepare(
      'INSERT INTO list_rejection (version_id, line, text, reason) VALUES (?, ?, ?, ?)',
    )
    this.#database
      .transaction(() => {
        for (const { line, text, reason } of rejected) reject.run(this.id, line, text, reason)
        this.#database
          .prepare(
            `UPDATE list_version SET format = @format, stored_octets = @storedOctets, names = @names,
               complex_rules = @complexRules, added = @added, removed = @removed, duplicates = @duplicates,
               ignored = @ignored, rejected_count = @rejectedCount
             WHERE id = @id`,
          )
          .run({ ...counts, storedOctets: this.#storedOctets, id: this.id })
      })
      .immediate()
  }
}
