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

export interface DiffVisitors {
  readonly added?: VisitName
  readonly removed?: VisitName
}

/** Counts names that only one of the two has; the visitors, where given, see each of them in order. */
export function diffNames(before: NameCursor, after: NameCursor, visitors: DiffVisitors = {}): NameDifference {
  const walk = walkDifference(before, after, visitors)
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value
  }
}

/** Steps between two pauses of a walk: about a millisecond. */
const STEPS_PER_PAUSE = 4096

/** `diffNames` that pauses now and then and says what it has counted, so that who has other things to do can do them. */
export function* walkDifference(
  before: NameCursor,
  after: NameCursor,
  visitors: DiffVisitors = {},
): Generator<NameDifference, NameDifference> {
  const counts = { added: 0, removed: 0, unchanged: 0 }
  let hasBefore = before.next()
  let hasAfter = after.next()
  for (let steps = 1; hasBefore || hasAfter; steps++) {
    const order = !hasBefore ? 1 : !hasAfter ? -1 : compareReversed(before, after)
    if (order === 0) counts.unchanged++
    else if (order < 0) {
      counts.removed++
      visitors.removed?.(before.octets, before.offset, before.length)
    } else {
      counts.added++
      visitors.added?.(after.octets, after.offset, after.length)
    }
    if (order <= 0) hasBefore = before.next()
    if (order >= 0) hasAfter = after.next()
    if (steps % STEPS_PER_PAUSE === 0) yield counts
  }
  return counts
}
