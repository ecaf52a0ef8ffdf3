/** All SQL of the history. */

import type { Rule } from '@weir/shared/contract/rules'
import type { ChangeEntry, ChangeQuery } from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { ruleTitle } from '@weir/shared/rules/rule-title'
import type { z } from 'zod'
import { NamesOfThen } from '../../names-of-then.ts'
import type { ChangeEntity, StoredChange } from '../../undo.ts'

interface ChangeRow
  extends Omit<z.infer<typeof ChangeEntry>, 'before' | 'after' | 'undo' | 'words' | 'fields' | 'comment' | 'undoneBy'> {
  readonly before: string | null
  readonly after: string | null
}

const COLUMNS =
  'id, revision, at, actor, source AS "from", via, entity, entity_id AS entityId, operation, summary, before, after, undoes'

type Filter = Pick<z.infer<typeof ChangeQuery>, 'entity' | 'actor' | 'since' | 'until' | 'search' | 'revision'>

/** A later change of the same thing, without its states. */
export type LaterChange = Pick<StoredChange, 'id' | 'revision' | 'undoes'>

export class ChangeRepository {
  readonly #database: Database
  readonly names: NamesOfThen
  readonly #find
  readonly #later
  readonly #undoneBy

  constructor(database: Database) {
    this.#database = database
    this.names = new NamesOfThen(database)
    this.#find = database.prepare<[number], ChangeRow>(`SELECT ${COLUMNS} FROM change WHERE id = ?`)
    this.#later = database.prepare<[string, string, number], LaterChange>(
      'SELECT id, revision, undoes FROM change WHERE entity = ? AND entity_id = ? AND id > ? ORDER BY id',
    )
    // Of several, only the last counts: those before it have been undone themselves.
    this.#undoneBy = database
      .prepare<[number], number>('SELECT id FROM change WHERE undoes = ? ORDER BY id DESC LIMIT 1')
      .pluck()
  }

  /** Newest first, below the id `before`. */
  page(filter: Filter, before: number, limit: number): StoredChange[] {
    const { sql, values } = conditionsOf(filter)
    return this.#database
      .prepare<(string | number)[], ChangeRow>(
        `SELECT ${COLUMNS} FROM change WHERE id < ? ${sql} ORDER BY id DESC LIMIT ?`,
      )
      .all(before, ...values, limit)
      .map((row) => this.#changeOf(row))
  }

  find(id: number): StoredChange | undefined {
    const row = this.#find.get(id)
    return row && this.#changeOf(row)
  }

  /** Ids that match, the last one first. */
  ids(filter: Filter & { readonly afterRevision?: number }, limit: number): number[] {
    const { sql, values } = conditionsOf(filter)
    return this.#database
      .prepare<(string | number)[], number>(`SELECT id FROM change WHERE revision > ? ${sql} ORDER BY id DESC LIMIT ?`)
      .pluck()
      .all(filter.afterRevision ?? -1, ...values, limit)
  }

  /** Those of a thing that came after the change `id`, the first one first. */
  laterOf({ entity, entityId, id }: Pick<StoredChange, 'entity' | 'entityId' | 'id'>): LaterChange[] {
    return this.#later.all(entity, entityId, id)
  }

  /** The change that took this one back and still stands. */
  undoneBy(id: number): number | undefined {
    const by = this.#undoneBy.get(id)
    return by !== undefined && this.undoneBy(by) === undefined ? by : undefined
  }

  /** Every change of the revisions after `from` up to `to`, the first one first. */
  *between(from: number, to: number): Generator<StoredChange> {
    const rows = this.#database
      .prepare<[number, number], ChangeRow>(
        `SELECT ${COLUMNS} FROM change WHERE revision > ? AND revision <= ? ORDER BY id`,
      )
      .iterate(from, to)
    for (const row of rows) yield this.#changeOf(row)
  }

  /** The id that the next change row gets. */
  nextId(): number {
    return this.#database.prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM change').pluck().get() ?? 1
  }

  /** All from an id on, the last one first. */
  idsFrom(id: number): number[] {
    return this.#database
      .prepare<[number], number>('SELECT id FROM change WHERE id >= ? ORDER BY id DESC')
      .pluck()
      .all(id)
  }

  /** The oldest revision that the history can still lead back to. */
  horizon(): number {
    const oldest = this.#database.prepare<[], number>('SELECT revision FROM change ORDER BY id LIMIT 1').pluck().get()
    return oldest === undefined ? 0 : oldest - 1
  }

  hasRevision(revision: number): boolean {
    return this.#database.prepare('SELECT 1 FROM change WHERE revision = ? LIMIT 1').get(revision) !== undefined
  }

  comment(revision: number): string | null {
    return (
      this.#database
        .prepare<[number], string>('SELECT comment FROM revision_comment WHERE revision = ?')
        .pluck()
        .get(revision) ?? null
    )
  }

  /** Empty: none. */
  setComment(revision: number, comment: string): void {
    if (comment === '') this.#database.prepare('DELETE FROM revision_comment WHERE revision = ?').run(revision)
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO revision_comment (revision, comment) VALUES (?, ?)')
        .run(revision, comment)
  }

  #changeOf(row: ChangeRow): StoredChange {
    const change = { ...row, before: parse(row.before), after: parse(row.after) }
    const line = row.entity === 'rule' ? scopedRule(change.after ?? change.before) : undefined
    // Rules were once recorded by their lines, in which groups and schedules are ids.
    if (!line || !row.summary.endsWith(line.text)) return change
    const title = ruleTitle(line, this.names.at(row.id))
    return { ...change, summary: row.summary.slice(0, -line.text.length) + title }
  }

  /** Who has changed something, the last one first. */
  actors(limit: number): { actor: string; changes: number; lastAt: number }[] {
    return this.#database
      .prepare<[number], { actor: string; changes: number; lastAt: number }>(
        'SELECT actor, count(*) AS changes, max(at) AS lastAt FROM change GROUP BY actor ORDER BY lastAt DESC LIMIT ?',
      )
      .all(limit)
  }
}

function conditionsOf({ entity, actor, since, until, search, revision }: Filter): {
  sql: string
  values: (string | number)[]
} {
  const parts: [string, (string | number)[]][] = []
  if (entity !== undefined) parts.push(['entity = ?', [entity]])
  if (actor !== undefined) parts.push(['actor = ?', [actor]])
  if (since !== undefined) parts.push(['at >= ?', [since]])
  if (until !== undefined) parts.push(['at < ?', [until]])
  if (revision !== undefined) parts.push(['revision = ?', [revision]])
  if (search !== undefined && search.trim() !== '') {
    const pattern = `%${search.trim().replace(/[!%_]/g, '!$&')}%`
    parts.push([
      `(summary LIKE ? ESCAPE '!' OR revision IN (SELECT revision FROM revision_comment WHERE comment LIKE ? ESCAPE '!'))`,
      [pattern, pattern],
    ])
  }
  return { sql: parts.map(([sql]) => `AND ${sql}`).join(' '), values: parts.flatMap(([, values]) => values) }
}

type NamedByLine = CheckedRule & Pick<Rule, 'text'>

/** A rule that names groups or a schedule. */
function scopedRule(state: unknown): NamedByLine | undefined {
  const { groups = [], schedule, text } = (state ?? {}) as Partial<NamedByLine>
  return text !== undefined && (groups.length > 0 || schedule !== undefined) ? (state as NamedByLine) : undefined
}

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

/** What two changes must have in common to be of the same thing. */
export const thingOf = ({ entity, entityId }: { readonly entity: ChangeEntity; readonly entityId: string }): string =>
  `${entity} ${entityId}`
