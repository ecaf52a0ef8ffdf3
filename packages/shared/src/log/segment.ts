/**
 * How rows of the query log are found by what they hold, without an index that is written at random places.
 *
 * Rows with ids from s × 32,768 make segment s. When a segment is full, the writer notes for each name, client, type …
 * in it which rows have it: one row of `posting` per key, with the offsets of those rows in the segment.
 *
 *     query  … 32766 32767 | 32768 32769 32770 … 65535 | 65536 65537      ← newest: no postings yet, read row by row
 *     segment        0     |             1             |   2 (open)
 *     posting              | (1, Name, 17) → 0 2 9 …   |
 *                          | (1, Outcome, 2) → 2 9 40 … |                  name 17 and blocked: 2 9 … → ids 32770 32777 …
 *
 * Postings of a segment lie together and are written once, so that 10 million rows cost one look-up in each of 305
 * segments; a B-tree index on (name, id) would touch a page of its own for nearly every row written.
 */

export const SEGMENT_BITS = 15
export const SEGMENT_ROWS = 1 << SEGMENT_BITS

/** What a posting is about; its key is the number in the column of `query` of the same name. Append only. */
export const PostingKind = {
  Name: 1,
  Client: 2,
  Type: 3,
  Rcode: 4,
  Outcome: 5,
  Rule: 6,
  List: 7,
  Shadow: 8,
  ShadowRule: 9,
  ShadowList: 10,
} as const
export type PostingKind = (typeof PostingKind)[keyof typeof PostingKind]

/** Column of `query` that a kind of posting indexes. */
export const POSTING_COLUMNS = {
  [PostingKind.Name]: 'name_id',
  [PostingKind.Client]: 'client_id',
  [PostingKind.Type]: 'qtype',
  [PostingKind.Rcode]: 'rcode',
  [PostingKind.Outcome]: 'outcome',
  [PostingKind.Rule]: 'rule_id',
  [PostingKind.List]: 'list_id',
  [PostingKind.Shadow]: 'shadow_effect',
  [PostingKind.ShadowRule]: 'shadow_rule_id',
  [PostingKind.ShadowList]: 'shadow_list_id',
} as const satisfies Record<PostingKind, string>

export const segmentOf = (queryId: number): number => Math.floor(queryId / SEGMENT_ROWS)
export const segmentStart = (segmentId: number): number => segmentId * SEGMENT_ROWS

/** Ascending offsets as 16-bit numbers, little endian. */
export function encodeOffsets(offsets: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(offsets.length * 2)
  for (let i = 0; i < offsets.length; i++) {
    out[2 * i] = offsets[i]! & 0xff
    out[2 * i + 1] = offsets[i]! >> 8
  }
  return out
}

export function decodeOffsets(octets: Uint8Array): Uint16Array {
  const offsets = new Uint16Array(octets.length >> 1)
  for (let i = 0; i < offsets.length; i++) offsets[i] = octets[2 * i]! | (octets[2 * i + 1]! << 8)
  return offsets
}

/** What stands in both of two ascending rows of offsets. */
export function intersectOffsets(left: Uint16Array, right: Uint16Array): Uint16Array {
  const both = new Uint16Array(Math.min(left.length, right.length))
  let length = 0
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i]! === right[j]!) both[length++] = left[i]!
    if (left[i]! <= right[j]!) i++
    else j++
  }
  return both.subarray(0, length)
}

/** What stands in any of several ascending rows of offsets that share nothing. */
export function uniteOffsets(rows: readonly Uint16Array[]): Uint16Array {
  if (rows.length === 1) return rows[0]!
  const all = new Uint16Array(rows.reduce((sum, row) => sum + row.length, 0))
  let at = 0
  for (const row of rows) {
    all.set(row, at)
    at += row.length
  }
  return all.sort()
}
