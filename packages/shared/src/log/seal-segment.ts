/** Writes the postings of a full segment of the query log; segment.ts tells why and draws it. */
import type { Database } from '../db/open-database.ts'
import { AskedQuestions, quarterOf } from './asked.ts'
import { encodeOffsets, POSTING_COLUMNS, PostingKind, SEGMENT_ROWS, segmentStart } from './segment.ts'

const KINDS = Object.keys(POSTING_COLUMNS).map(Number) as PostingKind[]
const COLUMNS = KINDS.map((kind) => POSTING_COLUMNS[kind]).join(', ')
/** Places in a row of the query below: id and time come first. */
const [NAME_AT, CLIENT_AT, TYPE_AT] = [PostingKind.Name, PostingKind.Client, PostingKind.Type].map(
  (kind) => KINDS.indexOf(kind) + 2,
) as [number, number, number]

/** `all` is faster than `iterate`, and this many rows are a small heap. */
const ROWS_AT_ONCE = 2048

/** Runs inside the caller's transaction; about 0.1 s. Rows that retention has taken already are missing from it. */
export function sealSegment(database: Database, segmentId: number): void {
  const start = segmentStart(segmentId)
  const postings = KINDS.map(() => new PostingKeys())
  const asked = new AskedQuestions(SEGMENT_ROWS)
  let firstAt = Number.POSITIVE_INFINITY
  let lastAt = 0
  const rows = database.prepare(`SELECT id, at, ${COLUMNS} FROM query WHERE id >= ? AND id < ? ORDER BY id`).raw()
  for (let from = start; from < start + SEGMENT_ROWS; from += ROWS_AT_ONCE)
    for (const row of rows.all(from, from + ROWS_AT_ONCE) as (number | null)[][]) {
      const at = row[1]!
      if (at < firstAt) firstAt = at
      if (at > lastAt) lastAt = at
      asked.add(row[NAME_AT]!, row[CLIENT_AT]!, row[TYPE_AT]!, quarterOf(at))
      for (let i = 0; i < KINDS.length; i++) postings[i]!.note(row[i + 2]!, row[0]! - start)
    }
  if (lastAt === 0) return
  const insert = database.prepare('INSERT INTO posting (segment_id, kind, key, offsets) VALUES (?, ?, ?, ?)')
  for (const [i, keys] of postings.entries())
    keys.visit((key, offsets) => void insert.run(segmentId, KINDS[i], key, encodeOffsets(offsets)))
  database.prepare('INSERT INTO asked (segment_id, data) VALUES (?, ?)').run(segmentId, asked.encode())
  database.prepare('INSERT INTO segment (id, first_at, last_at) VALUES (?, ?, ?)').run(segmentId, firstAt, lastAt)
}

/**
 * The keys of one kind with the offsets of their rows, each pair as one number: numbers are sorted by the engine alone, and are
 * no lists of their own for each of many thousand names. Keys are below 2^38.
 */
class PostingKeys {
  readonly #pairs = new Float64Array(SEGMENT_ROWS)
  #count = 0

  note(key: number | null, offset: number): void {
    if (key !== null) this.#pairs[this.#count++] = key * SEGMENT_ROWS + offset
  }

  /** Keys and offsets ascending. @param take gets offsets that are another key's after the call */
  visit(take: (key: number, offsets: Uint16Array) => void): void {
    const pairs = this.#pairs.subarray(0, this.#count).sort()
    const offsets = new Uint16Array(SEGMENT_ROWS)
    for (let i = 0; i < pairs.length; ) {
      const key = Math.floor(pairs[i]! / SEGMENT_ROWS)
      const first = key * SEGMENT_ROWS
      let length = 0
      while (i < pairs.length && pairs[i]! < first + SEGMENT_ROWS) offsets[length++] = pairs[i++]! - first
      take(key, offsets.subarray(0, length))
    }
  }
}
