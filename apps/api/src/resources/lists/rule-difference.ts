/** Lines of two versions that are rules of their own: those that only one of them has, a page of texts at a time. */
import type { DiffSide } from '@weir/shared/contract/list-diff'
import type { Database } from '@weir/shared/db/open-database'

/** A line has 16 kB at most. */
const TEXTS_PER_PAGE = 500

export type RuleStep =
  | { readonly side: DiffSide; readonly texts: readonly string[] }
  | { readonly side: 'unchanged'; readonly count: number }

/** Equal rules on several lines are one. */
export function* ruleDifference(database: Database, from: number | null, to: number): Generator<RuleStep> {
  yield { side: 'unchanged', count: countShared(database, from, to) }
  yield* onlyIn(database, 'added', to, from)
  yield* onlyIn(database, 'removed', from, to)
}

const countShared = (database: Database, from: number | null, to: number): number =>
  database
    .prepare<[number, number | null], number>(
      `SELECT count(DISTINCT rule) FROM list_rule WHERE version_id = ?
       AND rule IN (SELECT rule FROM list_rule WHERE version_id = ?)`,
    )
    .pluck()
    .get(to, from) ?? 0

/** Lines first, since numbers are small; their texts follow page by page. */
function* onlyIn(database: Database, side: DiffSide, id: number | null, other: number | null): Generator<RuleStep> {
  const lines = database
    .prepare<[number | null, number | null], number>(
      `SELECT min(line) AS line FROM list_rule WHERE version_id = ?
       AND rule NOT IN (SELECT rule FROM list_rule WHERE version_id = ?) GROUP BY rule ORDER BY line`,
    )
    .pluck()
    .all(id, other)
  const read = database
    .prepare<[number | null, number], string>('SELECT text FROM list_rule WHERE version_id = ? AND line = ? LIMIT 1')
    .pluck()
  for (let at = 0; at < lines.length; at += TEXTS_PER_PAGE) {
    const page = lines.slice(at, at + TEXTS_PER_PAGE)
    yield { side, texts: page.map((line) => read.get(id, line)).filter((text) => text !== undefined) }
  }
}
