/** All SQL of the history. */
import type { ChangeEntry } from '@weir/shared/contract/system'
import type { Database } from '@weir/shared/db/open-database'
import type { z } from 'zod'
import type { ChangeEntity, StoredChange } from '../../undo.ts'

interface ChangeRow extends Omit<z.infer<typeof ChangeEntry>, 'before' | 'after' | 'undo'> {
  readonly before: string | null
  readonly after: string | null
}

const COLUMNS =
  'id, revision, at, actor, source AS "from", entity, entity_id AS entityId, operation, summary, before, after'

export class ChangeRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Newest first, below the id `before`. */
  page(entity: ChangeEntity | undefined, before: number, limit: number): StoredChange[] {
    const filter = entity === undefined ? '' : 'AND entity = ?'
    return this.#database
      .prepare<(string | number)[], ChangeRow>(
        `SELECT ${COLUMNS} FROM change WHERE id < ? ${filter} ORDER BY id DESC LIMIT ?`,
      )
      .all(before, ...(entity === undefined ? [] : [entity]), limit)
      .map(changeOf)
  }

  find(id: number): StoredChange | undefined {
    const row = this.#database.prepare<[number], ChangeRow>(`SELECT ${COLUMNS} FROM change WHERE id = ?`).get(id)
    return row && changeOf(row)
  }

  /** Changes of one revision, the last one first. */
  ofRevision(revision: number, limit: number): StoredChange[] {
    return this.#database
      .prepare<[number, number], ChangeRow>(`SELECT ${COLUMNS} FROM change WHERE revision = ? ORDER BY id DESC LIMIT ?`)
      .all(revision, limit)
      .map(changeOf)
  }

  /** The first change of the same thing that came after, outside its own revision. */
  laterChange({ entity, entityId, id, revision }: StoredChange): StoredChange | undefined {
    const row = this.#database
      .prepare<[string, string, number, number], ChangeRow>(
        `SELECT ${COLUMNS} FROM change WHERE entity = ? AND entity_id = ? AND id > ? AND revision <> ? ORDER BY id LIMIT 1`,
      )
      .get(entity, entityId, id, revision)
    return row && changeOf(row)
  }
}

const changeOf = (row: ChangeRow): StoredChange => ({ ...row, before: parse(row.before), after: parse(row.after) })

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
