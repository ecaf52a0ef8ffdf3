/** What an update comes to: waits until the resolver answers by it, and tells its counts; keeps the list's update log. */
import type { ListUpdateResult } from '@weir/shared/contract/lists'
import type { Result } from '@weir/shared/result'
import { awaitEffect } from '../../applied.ts'
import type { ContentFault } from './content-fault.ts'
import { type Imported, listOrGone } from './list-importer.ts'
import type { ListParts } from './list-parts.ts'
import type { VersionRow } from './list-row.ts'
import { versionView } from './list-view.ts'
import { logUpdate, type UpdateEntry } from './update-log.ts'

export type UpdateOutcome = Result<ListUpdateResult, ContentFault>

/** Waits for the resolver, and says what the update came to. @throws ProblemError `not-found` */
export async function inEffect(
  parts: ListParts,
  listId: number,
  imported: Imported,
  startedAt: number,
): Promise<ListUpdateResult> {
  const { activity, clock, repository } = parts
  const progress = activity.progressOf(listId)
  if (progress) activity.report(listId, { ...progress, phase: 'compiling', share: null })
  const applied = await awaitEffect(parts, imported.revision)
  listOrGone(parts, listId)
  const version = repository.version(imported.versionId)
  const held = imported.isHeld ? repository.held(listId) : undefined
  return {
    listId,
    versionId: version?.id ?? null,
    changed: imported.changed,
    names: version?.names ?? 0,
    added: imported.changed ? (version?.added ?? 0) : 0,
    removed: imported.changed ? (version?.removed ?? 0) : 0,
    duplicates: version?.duplicates ?? 0,
    ignored: version?.ignored ?? 0,
    rejectedCount: version?.rejectedCount ?? 0,
    rejected: repository.rejected(version?.id ?? null),
    heldVersion: held === undefined ? null : versionView(held, null),
    durationMs: clock.monotonic() - startedAt,
    ...applied,
  }
}

/** Of one update, for the log. */
export interface UpdateOrigin {
  /** The URL, `upload` or `paste`. */
  readonly origin: string
  /** Monotonic. */
  readonly startedAt: number
}

export function logTaken(parts: ListParts, listId: number, imported: Imported, from: UpdateOrigin): void {
  const { changed, isHeld, versionId } = imported
  const { repository } = parts
  const brought = isHeld ? repository.held(listId) : changed ? repository.version(versionId) : undefined
  const outcome = isHeld ? 'held' : changed ? 'updated' : 'unchanged'
  const detail = (brought?.findings ?? []).map((finding) => finding.detail).join('; ')
  log(parts, listId, { outcome, detail, brought }, from)
}

export function logFault(parts: ListParts, listId: number, { code, detail }: ContentFault, from: UpdateOrigin): void {
  log(parts, listId, { outcome: code === 'cancelled' ? 'cancelled' : 'failed', detail, brought: undefined }, from)
}

type Outcome = Pick<UpdateEntry, 'outcome' | 'detail'> & { readonly brought: VersionRow | undefined }

function log(parts: ListParts, listId: number, { outcome, detail, brought }: Outcome, from: UpdateOrigin): void {
  const { repository, database, clock } = parts
  const active = repository.version(repository.find(listId)?.activeVersionId ?? null)
  const entry: UpdateEntry = {
    outcome,
    detail,
    origin: from.origin,
    entries: active === undefined ? 0 : active.names + active.complexRules,
    added: brought?.added ?? 0,
    removed: brought?.removed ?? 0,
    rejected: brought?.rejectedCount ?? 0,
    durationMs: Math.round(clock.monotonic() - from.startedAt),
  }
  logUpdate(database, listId, entry, clock.now())
}
