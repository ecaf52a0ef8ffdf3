/** Writes the postings of a full segment of the query log; segment.ts tells why and draws it. */
import type { Database } from '../db/open-database.ts'
import { type AskedQuestion, encodeAsked, quarterOf } from './asked.ts'
import { encodeOffsets, POSTING_COLUMNS, SEGMENT_ROWS, segmentStart } from './segment.ts'

const KINDS = Object.keys(POSTING_COLUMNS).map(Number) as (keyof typeof POSTING_COLUMNS)[]
const COLUMNS = KINDS.map((kind) => POSTING_COLUMNS[kind]).join(', ')

/** `all` is faster than `iterate`, and this many rows are a small heap. */
const ROWS_AT_ONCE = 2048

/** Runs inside the caller's transaction; about 0.1 s. Rows that retention has taken already are missing from it. */
export function sealSegment(database: Database, segmentId: number): void {
  const start = segmentStart(segmentId)
  const postings = KINDS.map(() => new Map<number, number[]>())
  const asked: AskedQuestion[] = []
  let firstAt = Number.POSITIVE_INFINITY
  let lastAt = 0
  const rows = database
    .prepare(`SELECT id, at, ${COLUMNS}, name_id, client_id, qtype FROM query WHERE id >= ? AND id < ? ORDER BY id`)
    .raw()
  for (let from = start; from < start + SEGMENT_ROWS; from += ROWS_AT_ONCE)
    for (const row of rows.all(from, from + ROWS_AT_ONCE) as (number | null)[][]) {
      const at = row[1]!
      if (at < firstAt) firstAt = at
      if (at > lastAt) lastAt = at
      const [nameId, clientId, qtype] = row.slice(-3) as number[]
      asked.push({ nameId: nameId!, clientId: clientId!, qtype: qtype!, quarter: quarterOf(at) })
      for (let i = 0; i < KINDS.length; i++) note(postings[i]!, row[i + 2]!, row[0]! - start)
    }
  if (lastAt === 0) return
  const insert = database.prepare('INSERT INTO posting (segment_id, kind, key, offsets) VALUES (?, ?, ?, ?)')
  for (const [i, byKey] of postings.entries())
    for (const key of [...byKey.keys()].sort((a, b) => a - b))
      insert.run(segmentId, KINDS[i], key, encodeOffsets(byKey.get(key)!))
  database.prepare('INSERT INTO asked (segment_id, data) VALUES (?, ?)').run(segmentId, encodeAsked(asked))
  database.prepare('INSERT INTO segment (id, first_at, last_at) VALUES (?, ?, ?)').run(segmentId, firstAt, lastAt)
}

function note(byKey: Map<number, number[]>, key: number | null, offset: number): void {
  if (key === null) return
  const offsets = byKey.get(key)
  if (offsets) offsets.push(offset)
  else byKey.set(key, [offset])
}
