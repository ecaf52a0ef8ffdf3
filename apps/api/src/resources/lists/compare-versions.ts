/**
 * Tells how two stored versions differ, entry by entry. Chunks of both are walked side by side, in slices of a millisecond
 * with a turn of the event loop in between: memory does not grow with the versions, and other requests are answered meanwhile.
 */
import { setImmediate } from 'node:timers/promises'
import { type DiffSide, type ListDiff, MAX_DIFF_ENTRIES } from '@weir/shared/contract/list-diff'
import type { Database } from '@weir/shared/db/open-database'
import { type NameDifference, walkDifference } from '@weir/shared/lists/diff-names'
import { NAME_CLASS_COUNT, type NameClass } from '@weir/shared/lists/name-class'
import { nameOfReversed } from '@weir/shared/lists/reversed-name'
import { namesOfVersion } from '../../version-chunks.ts'
import { entryOf } from './content-guard.ts'
import { ruleDifference } from './rule-difference.ts'

/** Two versions of one list. */
export interface VersionPair {
  readonly from: { readonly id: number; readonly names: number } | null
  readonly to: { readonly id: number; readonly names: number }
}

type Visit = (side: DiffSide, entry: string) => void

/** @throws Error when one of the two is removed while it is read; the signal's reason */
export async function compareVersions(
  database: Database,
  pair: VersionPair,
  search: string,
  signal: AbortSignal,
): Promise<ListDiff> {
  const parts = { added: newPart(), removed: newPart() }
  const wanted = search.trim().toLowerCase()
  const walk = walkVersions(database, pair, (side, entry) => {
    const part = parts[side]
    part.total++
    if (wanted !== '' && !entry.toLowerCase().includes(wanted)) return
    part.matching++
    if (part.entries.length < MAX_DIFF_ENTRIES) part.entries.push(entry)
  })
  for (;;) {
    signal.throwIfAborted()
    const step = await walk.next()
    if (step.done) return { from: pair.from?.id ?? null, to: pair.to.id, ...parts, unchanged: step.value }
  }
}

const newPart = (): ListDiff['added'] => ({ total: 0, matching: 0, entries: [] })

/** The same as text. @param side of one side as a list; undefined: both, after `+ ` and `- ` */
export async function* differenceText(
  database: Database,
  pair: VersionPair,
  side: DiffSide | undefined,
): AsyncGenerator<string> {
  let text = ''
  const walk = walkVersions(database, pair, (found, entry) => {
    if (side === undefined) text += `${found === 'added' ? '+' : '-'} ${entry}\n`
    else if (side === found) text += `${entry}\n`
  })
  for await (const _ of walk) {
    if (text === '') continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

/** @returns entries that both have */
async function* walkVersions(database: Database, pair: VersionPair, visit: Visit): AsyncGenerator<void, number> {
  const { from, to } = pair
  const sum = { added: 0, removed: 0, unchanged: 0 }
  for (let nameClass = 0; nameClass < NAME_CLASS_COUNT; nameClass++) {
    const counts = yield* walkClass(database, pair, nameClass, visit)
    for (const key of ['added', 'removed', 'unchanged'] as const) sum[key] += counts[key]
  }
  if (sum.added + sum.unchanged !== to.names || sum.removed + sum.unchanged !== (from?.names ?? 0))
    throw new Error(`a version was removed while ${to.id} was compared`)
  for (const step of ruleDifference(database, from?.id ?? null, to.id)) {
    if (step.side === 'unchanged') sum.unchanged += step.count
    else for (const text of step.texts) visit(step.side, text)
    await setImmediate()
    yield
  }
  return sum.unchanged
}

async function* walkClass(
  database: Database,
  { from, to }: VersionPair,
  nameClass: NameClass,
  visit: Visit,
): AsyncGenerator<void, NameDifference> {
  const visitor = (side: DiffSide) => (octets: Uint8Array, offset: number, length: number) =>
    visit(side, entryOf(nameClass, nameOfReversed(octets.subarray(offset), length)))
  const before = namesOfVersion(database, from?.id ?? null, nameClass)
  const after = namesOfVersion(database, to.id, nameClass)
  const walk = walkDifference(before, after, { added: visitor('added'), removed: visitor('removed') })
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value
    await setImmediate()
    yield
  }
}
