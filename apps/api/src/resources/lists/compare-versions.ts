/**
 * How two stored versions differ, entry by entry. Chunks of both are walked side by side: memory does not grow with the
 * versions. Runs in a thread of its own (compare-thread.ts): ten million names take seconds.
 */
import { type DiffSide, type ListDiff, MAX_DIFF_ENTRIES } from '@weir/shared/contract/list-diff'
import type { Database } from '@weir/shared/db/open-database'
import { type NameDifference, walkDifference } from '@weir/shared/lists/diff-names'
import { NAME_CLASS_COUNT, type NameClass } from '@weir/shared/lists/name-class'
import { nameOfReversed } from '@weir/shared/lists/reversed-name'
import { namesOfVersion } from '../../version-chunks.ts'
import { entryOf } from './content-guard.ts'
import { DifferenceText } from './difference-text.ts'
import { ruleDifference } from './rule-difference.ts'

/** Two versions of one list. */
export interface VersionPair {
  readonly from: { readonly id: number; readonly names: number } | null
  readonly to: { readonly id: number; readonly names: number }
}

interface DifferenceVisitor {
  /** Octets are those of the name turned round, valid until this returns. */
  name(side: DiffSide, nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void
  rule(side: DiffSide, text: string): void
}

/** @param onShare gets how far it is, a thousand times a second @throws Error when one of the two is removed while it is read */
export function compareVersions(
  database: Database,
  pair: VersionPair,
  search: string,
  onShare: (share: number) => void = () => {},
): ListDiff {
  const figures = new DifferenceFigures(search.trim().toLowerCase())
  const walk = walkVersions(database, pair, figures)
  for (;;) {
    const step = walk.next()
    if (step.done)
      return {
        from: pair.from?.id ?? null,
        to: pair.to.id,
        added: figures.added,
        removed: figures.removed,
        unchanged: step.value,
      }
    onShare(step.value)
  }
}

/** The same as text, piece by piece. @param side of one side as a list; undefined: both, after `+ ` and `- ` */
export function* differenceText(
  database: Database,
  pair: VersionPair,
  side: DiffSide | undefined,
): Generator<Uint8Array> {
  const text = new DifferenceText(side)
  const walk = walkVersions(database, pair, text)
  while (!walk.next().done) yield* text.takeFull()
  yield* text.takeAll()
}

class DifferenceFigures implements DifferenceVisitor {
  readonly added: ListDiff['added'] = { total: 0, matching: 0, entries: [] }
  readonly removed: ListDiff['removed'] = { total: 0, matching: 0, entries: [] }
  readonly #wanted: string

  constructor(wanted: string) {
    this.#wanted = wanted
  }

  name(side: DiffSide, nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void {
    const part = this[side]
    if (this.#wanted === '' && part.entries.length >= MAX_DIFF_ENTRIES) {
      // Counted without its text: of millions, that is most of the work.
      part.total++
      part.matching++
    } else this.rule(side, entryOf(nameClass, nameOfReversed(octets.subarray(offset), length)))
  }

  rule(side: DiffSide, text: string): void {
    const part = this[side]
    part.total++
    if (this.#wanted !== '' && !text.toLowerCase().includes(this.#wanted)) return
    part.matching++
    if (part.entries.length < MAX_DIFF_ENTRIES) part.entries.push(text)
  }
}

/** Pauses now and then and says which share of the names is done, so that who writes what it finds need not hold it all. @returns entries that both have */
function* walkVersions(
  database: Database,
  { from, to }: VersionPair,
  visitor: DifferenceVisitor,
): Generator<number, number> {
  const total = Math.max(1, (from?.names ?? 0) + to.names)
  const shareOf = ({ added, removed, unchanged }: NameDifference): number => (added + removed + 2 * unchanged) / total
  const sum = { added: 0, removed: 0, unchanged: 0 }
  for (let nameClass = 0; nameClass < NAME_CLASS_COUNT; nameClass++) {
    const walk = walkDifference(
      namesOfVersion(database, from?.id ?? null, nameClass),
      namesOfVersion(database, to.id, nameClass),
      {
        added: (octets, offset, length) => visitor.name('added', nameClass, octets, offset, length),
        removed: (octets, offset, length) => visitor.name('removed', nameClass, octets, offset, length),
      },
    )
    let step = walk.next()
    for (; !step.done; step = walk.next()) yield Math.min(1, shareOf(sum) + shareOf(step.value))
    const counts = step.value
    for (const key of ['added', 'removed', 'unchanged'] as const) sum[key] += counts[key]
  }
  if (sum.added + sum.unchanged !== to.names || sum.removed + sum.unchanged !== (from?.names ?? 0))
    throw new Error(`a version was removed while ${to.id} was compared`)
  for (const step of ruleDifference(database, from?.id ?? null, to.id)) {
    if (step.side === 'unchanged') sum.unchanged += step.count
    else for (const text of step.texts) visitor.rule(step.side, text)
    yield 1
  }
  return sum.unchanged
}
