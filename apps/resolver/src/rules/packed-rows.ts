/**
 * Many rules on their way from weir.db to the threads: rows as JSON, one a line, in shared memory. Each thread reads them one at a
 * time and keeps what it needs; as arrays of objects, a hundred thousand of them would be 60 MB in every thread at once.
 */
import type { ConfigData, PackedRows, Rows, RuleRow } from './policy-data.ts'

/** Fewer rows go as they are. */
const PACKED_FROM = 1000
const LINE_FEED = 0x0a
/** Rows that become text at a time. */
const ROWS_AT_ONCE = 1000

/** All own rules of a whole configuration; none of one that only says what changed. */
export const rulesOf = ({ rules }: Pick<ConfigData, 'rules'>): readonly RuleRow[] =>
  rules.kind === 'full' ? [...eachRow(rules.rules)] : []

/** Rows as they are when they are few, packed when they are many. */
export function packRows<Row = RuleRow>(rows: Iterable<Row>): Rows<Row> {
  const first: Row[] = []
  const iterator = rows[Symbol.iterator]()
  for (let next = iterator.next(); ; next = iterator.next()) {
    if (next.done) return first
    first.push(next.value)
    if (first.length >= PACKED_FROM) return pack(first, iterator)
  }
}

function pack<Row>(first: readonly Row[], rest: Iterator<Row>): PackedRows {
  const pieces: Buffer[] = []
  let batch = [...first]
  for (let next = rest.next(); !next.done; next = rest.next()) {
    if (batch.length >= ROWS_AT_ONCE) {
      pieces.push(linesOf(batch))
      batch = []
    }
    batch.push(next.value)
  }
  pieces.push(linesOf(batch))
  const lines = new SharedArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0))
  const octets = new Uint8Array(lines)
  let at = 0
  for (const piece of pieces) {
    octets.set(piece, at)
    at += piece.length
  }
  return { lines }
}

const linesOf = (rows: readonly unknown[]): Buffer =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

/** The rows, each made when it is asked for where they are packed. */
export function* eachRow<Row = RuleRow>(rows: Rows<Row>): Generator<Row> {
  if (!('lines' in rows)) {
    yield* rows
    return
  }
  const octets = Buffer.from(rows.lines)
  for (let start = 0; start < octets.length; ) {
    const end = octets.indexOf(LINE_FEED, start)
    yield JSON.parse(octets.toString('utf8', start, end)) as Row
    start = end + 1
  }
}
