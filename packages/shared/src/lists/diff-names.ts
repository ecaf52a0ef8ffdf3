/** What has changed between two versions of a list: both are sorted, so that one walk through both tells. */
import type { NameCursor } from './name-chunk.ts'
import { compareReversed } from './reversed-name.ts'

export interface NameDifference {
  readonly added: number
  readonly removed: number
  readonly unchanged: number
}

/** A name of the walk: reversed octets, `length` of them from `offset`; valid until the visitor returns. */
export type VisitName = (octets: Uint8Array, offset: number, length: number) => void

/** Counts names that only one of the two has; the visitors, where given, see each of them in order. */
export function diffNames(
  before: NameCursor,
  after: NameCursor,
  visitors: { readonly added?: VisitName; readonly removed?: VisitName } = {},
): NameDifference {
  let added = 0
  let removed = 0
  let unchanged = 0
  let hasBefore = before.next()
  let hasAfter = after.next()
  while (hasBefore || hasAfter) {
    const order = !hasBefore ? 1 : !hasAfter ? -1 : compareReversed(before, after)
    if (order === 0) unchanged++
    else if (order < 0) {
      removed++
      visitors.removed?.(before.octets, before.offset, before.length)
    } else {
      added++
      visitors.added?.(after.octets, after.offset, after.length)
    }
    if (order <= 0) hasBefore = before.next()
    if (order >= 0) hasAfter = after.next()
  }
  return { added, removed, unchanged }
}
