/** Saves many services at once. Where somebody else was faster with some of them, the person is shown those, and picks. */
import { diffOf, fieldLabel, type NamesOfIds } from '@weir/shared/contract/describe-change'
import type { Service, ServiceCollection, ServicePatch, ServicesSaved } from '@weir/shared/contract/rule-sets'
import type { z } from 'zod'
import type { ApiError } from '../../lib/api-error.ts'
import { type ConflictField, readNames } from '../../lib/conflict-fields.ts'
import { askAboutConflict, isStale, TheirsTaken } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'

export interface CategoryEdit {
  /** As the form was opened with. */
  readonly services: readonly Service[]
  readonly body: ServicePatch & { readonly enabled: boolean }
  /** The category, as a person names it. */
  readonly title: string
}

type Saved = z.infer<typeof ServicesSaved>

/**
 * One transaction, refused while one of the services is no longer what was seen.
 * @throws ApiError, `TheirsTaken` when nothing is left to save, `NotDecided`
 */
export async function saveCategory({ services, body, title }: CategoryEdit): Promise<Saved> {
  let wanted = services
  for (;;) {
    const versions = [...new Set(wanted.map(({ version }) => version))]
    try {
      return await http.patch<Saved>('/services', { ids: wanted.map(({ id }) => id), ...body }, versions)
    } catch (error) {
      if (!isStale(error)) throw error
      const { items } = await http.get<ServiceCollection>('/services')
      const now = new Map(items.map((service) => [service.id, service]))
      const left = await leftToSave(wanted, now, { body, title, error })
      if (left.size === 0) throw new TheirsTaken(title, error.changedBy)
      // From here on they are known as they are now.
      wanted = wanted.filter(({ id }) => left.has(id)).map((service) => now.get(service.id) ?? service)
    }
  }
}

interface Clash extends Pick<CategoryEdit, 'body' | 'title'> {
  readonly error: ApiError
}

/** @returns ids of those that are saved all the same */
async function leftToSave(
  seen: readonly Service[],
  now: ReadonlyMap<string, Service>,
  { body, title, error }: Clash,
): Promise<ReadonlySet<string>> {
  const names = await readNames()
  const fields = seen.flatMap((before): ConflictField[] => {
    const theirs = now.get(before.id)
    if (theirs === undefined || theirs.version === before.version) return []
    const difference = inWords(theirs, body, names)
    if (difference === undefined) return []
    return [{ field: before.id, label: before.name, ...difference, isMine: true }]
  })
  const all = new Set(seen.map(({ id }) => id))
  // What others did is what this form is about to do.
  if (fields.length === 0) return all
  const resolution = await askAboutConflict({ title, changedBy: error.changedBy, fields, isDeletion: false })
  if (resolution.kind === 'mine') return all
  // Of the others nothing was asked: they are saved.
  const kept = resolution.kind === 'merge' ? resolution.fields : new Set<string>()
  for (const { field: id } of fields) if (!kept.has(id)) all.delete(id)
  return all
}

/** What the two sides say of one service; undefined: the same. */
function inWords(theirs: Service, body: CategoryEdit['body'], names: NamesOfIds) {
  const known = theirs as unknown as Readonly<Record<string, unknown>>
  const before = Object.fromEntries(Object.keys(body).map((field) => [field, known[field]]))
  const lines = diffOf(before, body, names)
  if (lines.length === 0) return undefined
  const side = (of: 'before' | 'after') =>
    lines.map((line) => `${fieldLabel(line.field)} ${line[of] || 'none'}`).join(', ')
  return { theirs: side('before'), mine: side('after') }
}
