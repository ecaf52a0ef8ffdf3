/** What differs between a form and what somebody else has saved meanwhile: field by field, in words. */
import { diffOf, type NamesOfIds } from '@weir/shared/contract/describe-change'
import { http } from './http.ts'

export interface ConflictField {
  readonly field: string
  /** Where it is no field of a thing but a thing itself, its name. */
  readonly label?: string
  readonly theirs: string | undefined
  readonly mine: string | undefined
  /** Did this form change it? The other side may have changed it too, or alone. */
  readonly isMine: boolean
}

type Body = Readonly<Record<string, unknown>>

/** Groups and schedules by their names; where they cannot be read, by their ids. */
export async function readNames(): Promise<NamesOfIds> {
  const read = (path: string) =>
    http.get<{ items?: readonly { id: number; name: string }[] }>(path).then(
      ({ items = [] }) => new Map(items.map(({ id, name }) => [id, name])),
      () => new Map<number, string>(),
    )
  const [groups, schedules] = await Promise.all([read('/groups'), read('/schedules')])
  return { group: (id) => groups.get(id), schedule: (id) => schedules.get(id) }
}

/** `{cache: {enabled}}` → `{'cache.enabled'}`. */
export const spread = (body: Body): Record<string, unknown> =>
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
  'shadowHits',
  'rules',
  'lists',
  'services',
])

/** Of a deletion: how the thing is now, and how it was when it was looked at. */
export const deletionFields = (base: object, theirs: object, names: NamesOfIds): ConflictField[] =>
  diffOf(base, theirs, names)
    .filter(({ field }) => !PASSING.has(field.split('.')[0] ?? ''))
    .map(({ field, before, after }) => ({ field, theirs: after, mine: before, isMine: false }))

export interface FieldChange {
  readonly field: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Nobody edits these in a form: one pauses and resumes, and the top bar shows it. */
const SHOWN_ELSEWHERE = new Set(['blocking.pausedUntil', 'blocking.pauseSeconds'])

/**
 * What somebody has changed between two readings, in words.
 * @param editable fields of the thing that people edit; left out: all but what passes
 */
export const changedFields = (
  before: object,
  after: object,
  names: NamesOfIds,
  editable?: readonly string[],
): FieldChange[] =>
  diffOf(before, after, names)
    .filter(({ field }) => {
      const [part = ''] = field.split('.')
      return (editable ? editable.includes(part) : !PASSING.has(part)) && !SHOWN_ELSEWHERE.has(field)
    })
    .map(({ field, before: was, after: is }) => ({ field, before: was, after: is }))

/** What was never set and what is off are the same. */
const sameText = (a: unknown, b: unknown): boolean =>
  diffOf({ is: a }, { is: b }).every(({ before, after }) => isOff(before) && isOff(after))
const isOff = (text: string | undefined): boolean =>
  text === undefined || text === '' || text === 'null' || text === 'false'

export const isOtherThan = (a: object, b: object, field: string): boolean =>
  !sameText(valueAt(a, field), valueAt(b, field))

/** Fields of the form that are not what the other side has saved. Settings: the fields of each section. */
export function conflictFields(base: object, theirs: object, body: Body, names: NamesOfIds): ConflictField[] {
  return Object.entries(body).flatMap(([field, mine]) => {
    const other = valueAt(theirs, field)
    if (sameText(other, mine)) return []
    const isMine = !sameText(valueAt(base, field), mine)
    return [{ field, ...bothInWords(field, other, mine, names), isMine }]
  })
}

function bothInWords(field: string, other: unknown, mine: unknown, names: NamesOfIds) {
  const [line] = diffOf({ [field]: other }, { [field]: mine }, names)
  if (line?.field === field) return { theirs: line.before, mine: line.after }
  return { theirs: partsInWords(field, other, mine, names), mine: partsInWords(field, mine, other, names) }
}

/** Parts of an object in which it is not like the other. */
const partsInWords = (field: string, value: unknown, other: unknown, names: NamesOfIds): string =>
  diffOf({ [field]: other }, { [field]: value }, names)
    .map((line) => `${line.field.slice(field.length + 1)}: ${line.after ?? 'none'}`)
    .join(', ')

/** The body with the fields that are taken from the other side. */
export function merged(
  body: Body,
  theirs: object,
  fields: readonly ConflictField[],
  mine: ReadonlySet<string>,
): Record<string, unknown> {
  const next: Record<string, unknown> = structuredClone({ ...body })
  for (const { field } of fields) {
    if (mine.has(field)) continue
    const [part = '', inner] = field.split('.')
    // What the other side does not even have stays as it is when it is not named.
    if (inner !== undefined) (next[part] as Record<string, unknown>)[inner] = valueAt(theirs, field)
    else if (valueAt(theirs, field) === undefined) delete next[part]
    else next[part] = valueAt(theirs, field)
  }
  return next
}
