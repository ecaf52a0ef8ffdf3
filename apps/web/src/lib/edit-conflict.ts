/**
 * Edits that tell when somebody else was faster: they send what they were made from (If-Match), and on 412 the person is
 * shown both sides and decides. Nothing that was typed is lost: whoever goes back to the form finds it as it was.
 */
import { diffOf } from '@weir/shared/contract/describe-change'
import type { Problem } from '@weir/shared/contract/problem'
import { ApiError } from './api-error.ts'
import { http } from './http.ts'

/** As it was when the form was opened. */
export type Base = { readonly version: number } & object

export interface ConflictField {
  readonly field: string
  readonly theirs: string | undefined
  readonly mine: string | undefined
  /** Did this form change it? The other side may have changed it too, or alone. */
  readonly isMine: boolean
}

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

/** Theirs was taken: the form has nothing to save any more. */
export class TheirsTaken extends Error {
  override readonly name = 'TheirsTaken'
}
/** Back to the form. */
export class NotDecided extends Error {
  override readonly name = 'NotDecided'
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
}

/** PATCH of what was read as `base`. @throws ApiError, `TheirsTaken`, `NotDecided` */
export async function saveEdit<T>({ path, body, base, title, onTheirs, isDeep = false }: EditRequest): Promise<T> {
  let { version } = base
  let wanted = body
  for (;;) {
    try {
      return await http.patch<T>(path, wanted, version)
    } catch (error) {
      if (!isStale(error)) throw error
      const theirs = await http.get<Base & Record<string, unknown>>(path)
      version = theirs.version
      const fields = conflictFields(base, theirs, isDeep ? spread(wanted) : wanted)
      // Only what nobody edits has changed, as the versions of a list that is updated.
      if (!fields.some(({ field }) => isOtherThan(theirs, base, field))) continue
      const resolution = await ask({ title, changedBy: error.changedBy, fields, isDeletion: false })
      if (resolution.kind === 'theirs') {
        onTheirs?.()
        throw new TheirsTaken(`${title} stays as ${error.changedBy?.actor ?? 'somebody else'} has saved it`)
      }
      if (resolution.kind === 'merge') wanted = merged(wanted, theirs, fields, resolution.fields)
    }
  }
}

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
      const all = diffFields(base ?? {}, theirs)
      if (all.length === 0) continue
      const fields = all.map(({ field, before, after }) => ({ field, theirs: after, mine: before, isMine: false }))
      const resolution = await ask({ title, changedBy: error.changedBy, fields, isDeletion: true })
      if (resolution.kind !== 'mine') throw new NotDecided(`${title} was not deleted`)
    }
  }
}

async function ask(conflict: EditConflict): Promise<Resolution> {
  const resolution = (await dialog.ask?.(conflict)) ?? { kind: 'back' as const }
  if (resolution.kind === 'back')
    throw new NotDecided(`${conflict.changedBy?.actor ?? 'Somebody else'} has changed ${conflict.title} meanwhile`)
  return resolution
}

const isStale = (error: unknown): error is ApiError => error instanceof ApiError && error.code === 'stale-edit'

/** `{cache: {enabled}}` → `{'cache.enabled'}`. */
const spread = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).flatMap(([part, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([field, inner]) => [`${part}.${field}`, inner])
        : [[part, value]],
    ),
  )

/** Of a path with one dot at most. */
function valueAt(thing: object, path: string): unknown {
  const [part = '', field] = path.split('.')
  const value = (thing as Record<string, unknown>)[part]
  return field === undefined ? value : (value as Record<string, unknown> | undefined)?.[field]
}

/** What people do not edit. */
const PASSING = new Set([
  'version',
  'updatedAt',
  'text',
  'isActive',
  'nextChangeAt',
  'hits',
  'rules',
  'lists',
  'services',
])

const diffFields = (before: object, after: object) =>
  diffOf(before, after).filter(({ field }) => !PASSING.has(field.split('.')[0] ?? ''))

/** What was never set and what is off are the same. */
const sameText = (a: unknown, b: unknown): boolean =>
  diffOf({ is: a }, { is: b }).every(({ before, after }) => isOff(before) && isOff(after))
const isOff = (text: string | undefined): boolean =>
  text === undefined || text === '' || text === 'null' || text === 'false'

const isOtherThan = (a: object, b: object, field: string): boolean => !sameText(valueAt(a, field), valueAt(b, field))

/** Fields of the form that are not what the other side has saved. Settings: the fields of each section. */
function conflictFields(base: object, theirs: object, body: Readonly<Record<string, unknown>>): ConflictField[] {
  return Object.entries(body).flatMap(([field, mine]) => {
    const other = valueAt(theirs, field)
    if (sameText(other, mine)) return []
    const isMine = !sameText(valueAt(base, field), mine)
    const [line] = diffOf({ is: other }, { is: mine })
    const isWhole = line?.field === 'is'
    const [shownTheirs, shownMine] = isWhole ? [line.before, line.after] : [inWords(other, mine), inWords(mine, other)]
    return [{ field, theirs: shownTheirs, mine: shownMine, isMine }]
  })
}

/** Parts of an object in which it is not like the other. */
const inWords = (value: unknown, other: unknown): string =>
  diffOf({ is: other }, { is: value })
    .map(({ field, after }) => `${field.slice('is.'.length)}: ${after ?? 'none'}`)
    .join(', ')

/** The body with the fields that are taken from the other side. */
function merged(
  body: Readonly<Record<string, unknown>>,
  theirs: object,
  fields: readonly ConflictField[],
  mine: ReadonlySet<string>,
): Record<string, unknown> {
  const next: Record<string, unknown> = structuredClone({ ...body })
  for (const { field } of fields) {
    if (mine.has(field)) continue
    const [part = '', inner] = field.split('.')
    if (inner === undefined) next[part] = valueAt(theirs, field) ?? next[part]
    else (next[part] as Record<string, unknown>)[inner] = valueAt(theirs, field)
  }
  return next
}
