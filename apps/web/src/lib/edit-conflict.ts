/**
 * Edits that tell when somebody else was faster: they send what they were made from (If-Match), and on 412 the person is
 * shown both sides and decides. Nothing that was typed is lost: whoever goes back to the form finds it as it was.
 */
import type { Problem } from '@weir/shared/contract/problem'
import { ApiError } from './api-error.ts'
import {
  type ConflictField,
  changedFields,
  conflictFields,
  deletionFields,
  type FieldChange,
  isOtherThan,
  merged,
  readNames,
  spread,
} from './conflict-fields.ts'
import { http } from './http.ts'

/** As it was when the form was opened. */
export type Base = { readonly version: number } & object

export interface EditConflict {
  readonly title: string
  readonly changedBy: Problem['changedBy']
  /** Of an edit; a deletion has none. */
  readonly fields: readonly ConflictField[]
  readonly isDeletion: boolean
}

/** What the person decides; `fields` of a merge: those that are taken from the form. */
export type Resolution =
  | { readonly kind: 'theirs' }
  | { readonly kind: 'mine' }
  | { readonly kind: 'merge'; readonly fields: ReadonlySet<string> }
  | { readonly kind: 'back' }

type Asker = (conflict: EditConflict) => Promise<Resolution>

/** The dialog of the console, once it is there. */
const dialog: { ask: Asker | undefined } = { ask: undefined }
export const setConflictAsker = (ask: Asker | undefined): void => {
  dialog.ask = ask
}

/** What the other side has changed in fields that this form did not touch: both hold, and the person is told. */
export interface KeptChanges {
  readonly title: string
  readonly changedBy: Problem['changedBy']
  readonly lines: readonly FieldChange[]
}

/** The messages of the console, once they are there. */
const teller: { tell: ((kept: KeptChanges) => void) | undefined } = { tell: undefined }
export const setKeptTeller = (tell: ((kept: KeptChanges) => void) | undefined): void => {
  teller.tell = tell
}

function tellKept(kept: KeptChanges | undefined): void {
  if (kept !== undefined && kept.lines.length > 0) teller.tell?.(kept)
}

/** Theirs was taken: the form has nothing to save any more. */
export class TheirsTaken extends Error {
  override readonly name = 'TheirsTaken'
  constructor(title: string, changedBy: Problem['changedBy']) {
    super(`${title} stays as ${changedBy?.actor ?? 'somebody else'} has saved it`)
  }
}
/** Back to the form. */
export class NotDecided extends Error {
  override readonly name = 'NotDecided'
}

/** Somebody deleted what the form is about; the form stays, with what was typed. */
export class DeletedMeanwhile extends Error {
  override readonly name = 'DeletedMeanwhile'
  constructor(title: string, changedBy: Problem['changedBy']) {
    const who = changedBy === undefined ? 'was deleted' : `was deleted by ${changedBy.actor}`
    super(`${title} ${who} meanwhile. Undo that in History, then save again: what you typed is still here.`)
  }
}

interface EditRequest {
  /** Below the API, as in `/rules/7`: read again on a conflict. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly base: Base
  /** The thing, as a person names it. */
  readonly title: string
  /** Theirs was taken: close the form. */
  readonly onTheirs?: (() => void) | undefined
  /** The body has parts whose fields are edited apart, as the sections of the settings. */
  readonly isDeep?: boolean
  /** What people edit of the thing, where it has more; as the counts of a list. */
  readonly editable?: readonly string[]
}

/** PATCH of what was read as `base`. @throws ApiError, `TheirsTaken`, `NotDecided` */
export async function saveEdit<T>(request: EditRequest): Promise<T> {
  const { path, body, base, title, onTheirs, isDeep = false } = request
  let { version } = base
  let wanted = body
  let kept: KeptChanges | undefined
  for (;;) {
    try {
      const saved = await http.patch<T>(path, wanted, version)
      tellKept(kept)
      return saved
    } catch (error) {
      if (!isStale(error)) throw goneOr(error, title)
      const theirs = await http.get<Base & Record<string, unknown>>(path)
      version = theirs.version
      const flat = isDeep ? spread(wanted) : wanted
      const names = await readNames()
      kept = {
        title,
        changedBy: error.changedBy,
        lines: changedFields(base, theirs, names, request.editable).filter(({ field }) => !(field in flat)),
      }
      const fields = conflictFields(base, theirs, flat, names)
      if (fields.length === 0 || !hasChanged(base, theirs, flat)) continue
      const resolution = await askAboutConflict({ title, changedBy: error.changedBy, fields, isDeletion: false })
      if (resolution.kind === 'theirs') {
        onTheirs?.()
        throw new TheirsTaken(title, error.changedBy)
      }
      if (resolution.kind === 'merge') wanted = merged(wanted, theirs, fields, resolution.fields)
    }
  }
}

/**
 * Of what the form is about, though the two may agree in it: who blocks a service would else be made to only record it.
 * False where only what nobody edits has changed, as the versions of a list that is updated.
 */
const hasChanged = (base: object, theirs: object, body: object): boolean =>
  Object.keys(body).some((field) => isOtherThan(theirs, base, field))

/** DELETE of what was read as `base`; `undefined`: whatever it is by now. */
export async function deleteEdited<T>(path: string, base: Base | undefined, title: string): Promise<T> {
  let version = base?.version
  for (;;) {
    try {
      return await http.delete<T>(path, version)
    } catch (error) {
      if (!isStale(error)) throw error
      const theirs = await http.get<Base & Record<string, unknown>>(path)
      version = theirs.version
      const fields = deletionFields(base ?? {}, theirs, await readNames())
      if (fields.length === 0) continue
      const resolution = await askAboutConflict({ title, changedBy: error.changedBy, fields, isDeletion: true })
      if (resolution.kind !== 'mine') throw new NotDecided(`${title} was not deleted`)
    }
  }
}

/** @throws NotDecided */
export async function askAboutConflict(conflict: EditConflict): Promise<Resolution> {
  const resolution = (await dialog.ask?.(conflict)) ?? { kind: 'back' as const }
  if (resolution.kind === 'back')
    throw new NotDecided(`${conflict.changedBy?.actor ?? 'Somebody else'} has changed ${conflict.title} meanwhile`)
  return resolution
}

export const isStale = (error: unknown): error is ApiError => error instanceof ApiError && error.code === 'stale-edit'
const goneOr = (error: unknown, title: string): unknown =>
  error instanceof ApiError && error.code === 'not-found' ? new DeletedMeanwhile(title, error.changedBy) : error
