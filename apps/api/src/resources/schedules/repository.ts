/** All SQL of schedules. */
import type { Schedule, TimeWindow } from '@weir/shared/contract/schedules'
import type { Database } from '@weir/shared/db/open-database'
import { findSafeSearchEngine } from '@weir/shared/services/safe-search'
import { findService } from '@weir/shared/services/service-catalogue'

export interface ScheduleRow {
  readonly id: number
  readonly name: string
  readonly timeZone: string
  readonly windows: TimeWindow[]
  readonly comment: string
  readonly revision: number
  /** How many use it. */
  readonly rules: number
  readonly usedBy: Schedule['usedBy']
}
export type ScheduleFields = Pick<ScheduleRow, 'name' | 'timeZone' | 'windows' | 'comment'>

type StoredSchedule = Omit<ScheduleRow, 'windows' | 'usedBy'> & { readonly windows: string; readonly usedBy: string }

const SELECT = `SELECT s.id, s.name, s.time_zone AS timeZone, s.windows, s.comment, s.revision,
  (SELECT count(*) FROM rule WHERE details LIKE '%"schedule"%' AND details ->> '$.schedule' = s.id) AS rules,
  (SELECT json_group_array(json_object('kind', kind, 'id', CAST(id AS TEXT), 'name', name)) FROM (
     SELECT 'list' AS kind, l.id, l.name FROM list l
       WHERE l.schedule_id = s.id OR EXISTS (SELECT 1 FROM json_each(l.per_group) WHERE value ->> '$.schedule' = s.id)
     UNION ALL SELECT r.kind, r.id, r.id FROM rule_set r
       WHERE r.schedule_id = s.id OR EXISTS (SELECT 1 FROM json_each(r.per_group) WHERE value ->> '$.schedule' = s.id)
     UNION ALL SELECT 'group', g.id, g.name FROM client_group g WHERE g.schedule_id = s.id
   )) AS usedBy
  FROM schedule s`

export class ScheduleRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): ScheduleRow[] {
    return this.#database.prepare<[], StoredSchedule>(`${SELECT} ORDER BY s.name`).all().map(rowOf)
  }

  find(id: number): ScheduleRow | undefined {
    const row = this.#database.prepare<[number], StoredSchedule>(`${SELECT} WHERE s.id = ?`).get(id)
    return row && rowOf(row)
  }

  /** Patterns of rules that hold by it, the first `limit` of them. */
  rulesOf(id: number, limit: number): string[] {
    return this.#database
      .prepare<[number, number], string>(
        `SELECT pattern FROM rule WHERE details LIKE '%"schedule"%' AND details ->> '$.schedule' = ? ORDER BY id LIMIT ?`,
      )
      .pluck()
      .all(id, limit)
  }

  findName(name: string): number | undefined {
    return this.#database.prepare<[string], number>('SELECT id FROM schedule WHERE name = ?').pluck().get(name)
  }

  count(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM schedule').pluck().get() ?? 0
  }

  /** @param id null: the next one */
  insert(id: number | null, fields: ScheduleFields, revision: number): number {
    return Number(
      this.#database
        .prepare(
          `INSERT INTO schedule (id, name, time_zone, windows, comment, revision)
           VALUES (:id, :name, :timeZone, :windows, :comment, :revision)`,
        )
        .run({ ...stored(fields), id, revision }).lastInsertRowid,
    )
  }

  update(id: number, fields: ScheduleFields, revision: number): void {
    this.#database
      .prepare(
        `UPDATE schedule SET name = :name, time_zone = :timeZone, windows = :windows, comment = :comment,
         revision = :revision WHERE id = :id`,
      )
      .run({ ...stored(fields), id, revision })
  }

  delete(id: number): void {
    this.#database.prepare('DELETE FROM schedule WHERE id = ?').run(id)
  }
}

const stored = ({ name, timeZone, windows, comment }: ScheduleFields) => ({
  name,
  timeZone,
  windows: JSON.stringify(windows),
  comment,
})
const rowOf = ({ windows, usedBy, ...row }: StoredSchedule): ScheduleRow => ({
  ...row,
  usedBy: (JSON.parse(usedBy) as Schedule['usedBy']).map((use) => ({ ...use, name: titleOf(use) })),
  windows: JSON.parse(windows) as TimeWindow[],
})

/** Rule sets have their titles in the catalogue. */
function titleOf({ kind, id, name }: Schedule['usedBy'][number]): string {
  if (kind === 'service') return findService(id)?.name ?? id
  return kind === 'safe-search' ? (findSafeSearchEngine(id)?.name ?? id) : name
}
