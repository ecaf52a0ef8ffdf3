/**
 * What the things of the configuration were at an earlier revision: the images in `change`, undone backwards.
 *
 * ```
 *  revision   40            41                42              43 (now)
 *  rule 7     block x       allow x           (deleted)
 *             ▲ before of 41                  └ before of 42 = allow x
 * ```
 * Going back to 40 undoes 42, then 41: what is left for rule 7 is the image before 41. A thing that is not mentioned is
 * as it is now. Works from the newest change down, so that one pass can stop at several revisions on its way.
 */
import type { Database } from '../db/open-database.ts'

/** One act that made a revision, as the history tells of it. */
export interface ChangeHead {
  readonly revision: number
  readonly at: number
  readonly actor: string
  readonly operation: string
  readonly summary: string
}

interface ImageRow {
  readonly id: number
  readonly revision: number
  readonly entity: string
  readonly entityId: string
  readonly operation: string
  readonly summary: string
  readonly before: string | null
  readonly after: string | null
}

const HEAD_COLUMNS = 'revision, at, actor, operation, summary'
/** Changes that are read at once. */
const SLICE = 1000
/** Gaps that are told by name. */
const MAX_GAPS = 20

export class PastImages {
  readonly #database: Database
  /** By entity, then id: the image, or null for what was not there. */
  readonly #images = new Map<string, Map<string, unknown>>()
  /** Ids of rules that imports have added since, first and last. */
  readonly #imported: (readonly [number, number])[] = []
  readonly #gaps: string[] = []
  #nextId = Number.MAX_SAFE_INTEGER
  #waiting: ImageRow[] = []

  constructor(database: Database) {
    this.#database = database
  }

  /** What cannot be told of the revision gone back to, in words. */
  get gaps(): readonly string[] {
    return this.#gaps
  }

  /** Takes back all changes after `revision`. Only ever further back. */
  undoTo(revision: number): void {
    for (;;) {
      const row = this.#peek()
      if (row === undefined || row.revision <= revision) return
      this.#waiting.shift()
      this.#undo(row)
    }
  }

  /** Image of a thing: undefined: as it is now; null: it was not there. */
  find(entity: string, id: string | number): unknown {
    if (entity === 'rule' && this.#isImported(Number(id))) return null
    return this.#images.get(entity)?.get(String(id))
  }

  /** All things of an entity that were otherwise then. */
  of(entity: string): ReadonlyMap<string, unknown> {
    return this.#images.get(entity) ?? new Map()
  }

  #isImported(id: number): boolean {
    return this.#imported.some(([first, last]) => id >= first && id <= last)
  }

  #peek(): ImageRow | undefined {
    if (this.#waiting.length === 0) {
      this.#waiting = this.#database
        .prepare<[number, number], ImageRow>(
          `SELECT id, revision, entity, entity_id AS entityId, operation, summary, before, after
           FROM change WHERE id < ? ORDER BY id DESC LIMIT ?`,
        )
        .all(this.#nextId, SLICE)
      this.#nextId = this.#waiting.at(-1)?.id ?? 0
    }
    return this.#waiting[0]
  }

  #undo({ entity, entityId, operation, summary, before, after, revision }: ImageRow): void {
    if (entity === 'rule' && operation === 'import') return this.#undoImport(after)
    const images = this.#images.get(entity) ?? new Map<string, unknown>()
    this.#images.set(entity, images)
    if (operation === 'create') images.set(entityId, null)
    else if (before === null) {
      if (this.#gaps.length < MAX_GAPS) this.#gaps.push(`revision ${revision} (${summary}) has kept no image of before`)
    } else if (before.startsWith('{"added"') && entity === 'rule') {
      // Rules of an import, taken out together: they are kept elsewhere, to be put back.
      if (this.#gaps.length < MAX_GAPS)
        this.#gaps.push(`revision ${revision} (${summary}) took out rules that are not told`)
    } else images.set(entityId, laidUpon(images.get(entityId), JSON.parse(before)))
  }

  #undoImport(after: string | null): void {
    const { ranges = [] } = JSON.parse(after ?? '{}') as { ranges?: [number, number][] }
    this.#imported.push(...ranges)
    // What became of these rules later has been undone already, and does not count: they were not there.
    const rules = this.#images.get('rule')
    for (const id of rules?.keys() ?? []) if (this.#isImported(Number(id))) rules!.set(id, null)
  }
}

/** Some changes keep only the fields that they change. */
function laidUpon(later: unknown, before: unknown): unknown {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject(later) && isObject(before) ? { ...later, ...before } : before
}

/** The revision in force at a time, by the history; undefined: it does not reach back so far. */
export function revisionAt(database: Database, atMs: number): number | undefined {
  const found = database
    .prepare<[number], number>('SELECT max(revision) FROM change WHERE at <= ?')
    .pluck()
    .get(atMs) as number | null
  if (found !== null) return found
  const first = oldestChange(database)
  if (first === undefined) return database.prepare<[], number>('SELECT revision FROM config_revision').pluck().get()
  return first.id === 1 ? first.revision - 1 : undefined
}

/** The first revision whose state can be told; lower ones have lost their images. */
export function oldestRevision(database: Database): number {
  const first = oldestChange(database)
  return first === undefined || first.id === 1 ? 0 : first.revision - 1
}

const oldestChange = (database: Database) =>
  database.prepare<[], { id: number; revision: number }>('SELECT id, revision FROM change ORDER BY id LIMIT 1').get()

/** Who made a revision; undefined: it has no change that is kept. */
export const changeOf = (database: Database, revision: number): ChangeHead | undefined =>
  database
    .prepare<[number], ChangeHead>(`SELECT ${HEAD_COLUMNS} FROM change WHERE revision = ? ORDER BY id LIMIT 1`)
    .get(revision)

/** Changes after a revision, newest first, of what decides on queries. */
export const changesAfter = (database: Database, revision: number, limit: number): ChangeHead[] =>
  database
    .prepare<[number, number], ChangeHead>(
      `SELECT ${HEAD_COLUMNS} FROM change
       WHERE revision > ? AND entity NOT IN ('user', 'token', 'log')
       GROUP BY revision ORDER BY revision DESC LIMIT ?`,
    )
    .all(revision, limit)
