/**
 * The connection of the log writer to log.db: opened with its schema, written in batches, sealed by segments.
 * Every method may throw SqliteError; `log-writer.ts` decides what that means.
 */
import type { CheckpointResult } from '@weir/shared/contract/system'
import { type MigrationFault, migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter, type Statement } from '@weir/shared/db/open-database'
import { sealSegment } from '@weir/shared/log/seal-segment'
import { SEGMENT_ROWS, segmentOf } from '@weir/shared/log/segment'
import type { LogIdentities, RecordIdentities } from './log-identities.ts'
import type { LogRecord } from './log-record.ts'

export type CheckpointMode = 'passive' | 'full' | 'restart' | 'truncate'

/** log.db has a schema that cannot be used: it is left alone. */
export class LogSchemaError extends Error {
  readonly fault: MigrationFault
  constructor(fault: MigrationFault) {
    super(fault.detail)
    this.fault = fault
  }
}

const INSERT = `INSERT INTO query (id, at, name_id, client_id, qtype, qclass, rcode, outcome, reason, transport,
  duration_us, rule_id, list_id, upstream_id, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** The same with what would have been done: few rows have it. */
const INSERT_SHADOWED = INSERT.replace('answer)', 'answer, shadow_effect, shadow_rule_id, shadow_list_id)').replace(
  '?)',
  '?, ?, ?, ?)',
)

/** Two look-ups; min and max in one SELECT would read the whole table. */
const ENDS = 'SELECT (SELECT min(id) FROM query), (SELECT max(id) FROM query)'

export class LogStore {
  readonly database: Database
  readonly #identities: LogIdentities
  readonly #insert: Statement
  readonly #insertShadowed: Statement
  #nextId: number
  /** The first segment without postings. */
  #openSegment: number

  /** @throws SqliteError, LogSchemaError */
  constructor(path: string, identities: LogIdentities) {
    const database = openWriter(path, 'log')
    try {
      const migrated = migrate(database, migrationsOf('log'))
      if (!migrated.ok) throw new LogSchemaError(migrated.error)
      this.#insert = database.prepare(INSERT)
      this.#insertShadowed = database.prepare(INSERT_SHADOWED)
      const lastSealed = database.prepare('SELECT max(id) FROM segment').pluck().get() as number | null
      const [first, last] = database.prepare(ENDS).raw().get() as (number | null)[]
      this.#openSegment = lastSealed === null ? segmentOf(first ?? 1) : lastSealed + 1
      this.#nextId = Math.max((last ?? 0) + 1, this.#openSegment * SEGMENT_ROWS)
      identities.attach(database)
    } catch (cause) {
      database.close()
      throw cause
    }
    this.database = database
    this.#identities = identities
  }

  begin(): void {
    this.database.exec('BEGIN IMMEDIATE')
  }

  commit(): void {
    this.database.exec('COMMIT')
  }

  /** Inside a transaction. */
  insert(record: LogRecord, { name, client, upstream }: RecordIdentities): void {
    const isShadowed = record.shadowEffect >= 0
    const values = [
      this.#nextId,
      record.atMs,
      name.id,
      client.id,
      record.qtype,
      record.qclass,
      record.rcode < 0 ? null : record.rcode,
      record.outcome,
      record.reason,
      record.transport,
      record.durationUs,
      record.ruleId || null,
      record.listId || null,
      upstream.id || null,
      record.answerLength === 0 ? null : record.answer.subarray(0, record.answerLength),
    ] as const
    if (isShadowed)
      this.#insertShadowed.run(...values, record.shadowEffect, record.shadowRuleId || null, record.shadowListId || null)
    else this.#insert.run(...values)
    this.#nextId++
  }

  /** Seals one full segment, when there is one. @returns whether it did */
  sealNext(): boolean {
    if (segmentOf(this.#nextId) <= this.#openSegment) return false
    this.begin()
    sealSegment(this.database, this.#openSegment)
    this.commit()
    this.#openSegment++
    return true
  }

  /** Removes all queries, names, clients and most frequent keys; counts stay. */
  clear(): void {
    this.begin()
    for (const table of ['query', 'segment', 'posting', 'asked', 'name', 'client', 'top'])
      this.database.exec(`DELETE FROM ${table}`)
    this.commit()
    this.#identities.forget()
    this.#openSegment = 0
    this.#nextId = 1
    this.database.pragma('incremental_vacuum')
  }

  checkpoint(mode: CheckpointMode): CheckpointResult {
    const start = performance.now()
    const [row] = this.database.pragma(`wal_checkpoint(${mode})`) as {
      busy: number
      log: number
      checkpointed: number
    }[]
    return {
      busy: row!.busy !== 0,
      logFrames: row!.log,
      checkpointedFrames: row!.checkpointed,
      durationMs: performance.now() - start,
    }
  }

  close(): void {
    this.#identities.attach(null)
    this.database.close()
  }
}
