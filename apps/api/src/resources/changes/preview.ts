/** What an undo would do, for people to look at before they do it. */
import { diffInWords, type NamesOfIds } from '@weir/shared/contract/describe-change'
import type { ChangeName, UndoPreview } from '@weir/shared/contract/history'
import type { Change } from '../../config-store.ts'
import type { StoredChange } from '../../undo.ts'
import type { UndoSet } from './undo-set.ts'

const MAX_STEPS = 200
const MAX_LISTED = 200

interface PreviewFacts {
  readonly revision: number
  readonly isSolvedTogether: boolean
  readonly names: NamesOfIds
}

/** @param recorded what doing it has recorded, in order; empty where it was not tried */
export function previewOf(set: UndoSet, recorded: readonly Change[], facts: PreviewFacts): UndoPreview {
  const { changes, conflicts, skipped } = set
  return {
    revision: facts.revision,
    changes: changes.length,
    counts: countsOf(recorded.length > 0 ? recorded : changes),
    steps: recorded.slice(0, MAX_STEPS).flatMap((made) => {
      const change = changes.find(({ id }) => id === made.undoes)
      const { operation, before, after } = made
      return change ? [{ change: nameOf(change), operation, words: diffInWords(before, after, facts.names) }] : []
    }),
    conflicts: conflicts
      .slice(0, MAX_LISTED)
      .map(({ change, blocker, reason }) => ({ change: nameOf(change), blocker: blocker && nameOf(blocker), reason })),
    isSolvedTogether: facts.isSolvedTogether,
    skipped: listSkipped(skipped),
  }
}

export const listSkipped = (skipped: UndoSet['skipped']): UndoPreview['skipped'] =>
  skipped.slice(0, MAX_LISTED).map(({ change, reason }) => ({ change: nameOf(change), reason }))

type Counted = Pick<Change, 'entity' | 'operation'>

function countsOf(changes: readonly Counted[]): UndoPreview['counts'] {
  const counts = new Map<string, UndoPreview['counts'][number]>()
  for (const { entity, operation } of changes) {
    const key = `${entity} ${operation}`
    counts.set(key, { entity, operation, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

const nameOf = ({ id, revision, at, actor, entity, entityId, operation, summary }: StoredChange): ChangeName => ({
  id,
  revision,
  at,
  actor,
  entity,
  entityId,
  operation,
  summary,
})
