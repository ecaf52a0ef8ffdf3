/** A log.db with the schema and the postings that the resolver's log writer makes, for tests. */

import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { encodeLatency, LATENCY_BUCKETS, latencyBucket } from '@weir/shared/log/latency-buckets'
import { OUTCOMES, type Outcome, POLICY_EFFECTS, type PolicyEffect } from '@weir/shared/log/outcomes'
import { reversedName } from '@weir/shared/log/reversed-name'
import { TOP_KINDS, type TopKind } from '@weir/shared/log/rollup'
import { sealSegment } from '@weir/shared/log/seal-segment'

export interface LoggedQuery {
  readonly id: number
  readonly at: number
  readonly name: string
  readonly client: string
  readonly qtype: number
  readonly rcode: number | null
  readonly outcome: Outcome
  readonly ruleId: number | null
  readonly listId: number | null
  readonly shadow?: { readonly effect: PolicyEffect; readonly ruleId?: number; readonly listId?: number }
}

export class LogFixture {
  readonly database: Database

  constructor(path: string) {
    this.database = openWriter(path, 'log')
    const migrated = migrate(this.database, migrationsOf('log'))
    if (!migrated.ok) throw new Error(migrated.error.detail)
  }

  add(queries: readonly LoggedQuery[]): void {
    const insert = this.database.prepare(
      `INSERT INTO query (id, at, name_id, client_id, qtype, qclass, rcode, outcome, reason, transport, duration_us,
         rule_id, list_id, shadow_effect, shadow_rule_id, shadow_list_id)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?, 0, 0, 250, ?, ?, ?, ?, ?)`,
    )
    const all = (): void => {
      for (const query of queries)
        insert.run(
          query.id,
          query.at,
          this.#id('name', query.name),
          this.#id('client', query.client),
          query.qtype,
          query.rcode,
          OUTCOMES.indexOf(query.outcome),
          query.ruleId,
          query.listId,
          query.shadow ? POLICY_EFFECTS.indexOf(query.shadow.effect) : null,
          query.shadow?.ruleId ?? null,
          query.shadow?.listId ?? null,
        )
    }
    this.database.transaction(all)()
  }

  seal(segment: number): void {
    this.database.transaction(() => sealSegment(this.database, segment))()
  }

  addRollup(resolution: number, at: number, counts: Partial<Record<Outcome, number>>, latencyMs: number): void {
    const outcomes = OUTCOMES.map((outcome) => counts[outcome] ?? 0)
    const latency = new Float64Array(LATENCY_BUCKETS)
    latency[latencyBucket(latencyMs * 1000)] = outcomes.reduce((sum, count) => sum + count, 0)
    this.database
      .prepare('INSERT INTO rollup (resolution, at, outcomes, latency) VALUES (?, ?, ?, ?)')
      .run(resolution, at, JSON.stringify(outcomes), encodeLatency(latency))
  }

  addTop(resolution: number, at: number, kind: TopKind, counts: Readonly<Record<string, number>>): void {
    const insert = this.database.prepare('INSERT INTO top (resolution, at, kind, key, count) VALUES (?, ?, ?, ?, ?)')
    for (const [key, count] of Object.entries(counts)) insert.run(resolution, at, TOP_KINDS.indexOf(kind), key, count)
  }

  close(): void {
    this.database.close()
  }

  #id(table: 'name' | 'client', text: string): number {
    const column = table === 'name' ? 'reversed' : 'address'
    const key = table === 'name' ? reversedName(text) : text
    const found = this.database.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck().get(key)
    if (typeof found === 'number') return found
    const added =
      table === 'name'
        ? this.database.prepare('INSERT INTO name (name, reversed) VALUES (?, ?)').run(text, key)
        : this.database.prepare('INSERT INTO client (address) VALUES (?)').run(text)
    return Number(added.lastInsertRowid)
  }
}
