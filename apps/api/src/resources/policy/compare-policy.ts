/** A file's policy beside the present one: what is to be created, changed and deleted, section by section. */

import type { PolicyItem, PolicySection } from '../../policy.ts'
import type { FieldFault } from '../../problem-error.ts'
import { ProblemError } from '../../problem-error.ts'
import type { FileItem, FileSection } from './parse-policy.ts'

/** An item of the file, and where it stands. */
export interface WantedItem extends PolicyItem {
  readonly at: FileItem
  /** As in `rules[3]`. */
  readonly path: string
  readonly lineOfText: number
}

export interface SectionDifference {
  readonly section: PolicySection
  /** All of the file, in its order. */
  readonly items: readonly WantedItem[]
  readonly create: readonly WantedItem[]
  readonly update: readonly WantedItem[]
  readonly remove: readonly PolicyItem[]
}

/** Faults that one answer lists. */
export const MAX_FAULTS = 100
/** Items between two turns of the event loop. */
const ITEMS_PER_TURN = 500

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Everything that a section holds now. Other requests get their turn meanwhile. */
export async function readSection(section: PolicySection): Promise<PolicyItem[]> {
  const items: PolicyItem[] = []
  for (const item of section.read()) {
    items.push(item)
    if (items.length % ITEMS_PER_TURN === 0) await nextTurn()
  }
  return items
}

/** @param faults what is wrong with the file's items is added here */
export async function compareSection(
  section: PolicySection,
  file: FileSection,
  faults: FieldFault[],
): Promise<SectionDifference> {
  const items = await acceptItems(section, file, faults)
  const present = new Map((await readSection(section)).map((item) => [item.key, item]))
  const [create, update]: [WantedItem[], WantedItem[]] = [[], []]
  const placed = items.map((item): WantedItem => {
    const is = present.get(item.key)
    if (is?.id === undefined) return item
    return { ...item, id: is.id }
  })
  for (const item of placed) {
    const is = present.get(item.key)
    present.delete(item.key)
    if (is === undefined) create.push(item)
    else if (canonical(is.value) !== canonical(item.value)) update.push(item)
  }
  return { section, items: placed, create, update, remove: section.remove ? [...present.values()] : [] }
}

async function acceptItems(section: PolicySection, file: FileSection, faults: FieldFault[]): Promise<WantedItem[]> {
  const items = new Map<string, WantedItem>()
  for (const [index, at] of file.items.entries()) {
    const path = file.form === 'map' ? `${file.name}.${at.key}` : `${file.name}[${index}]`
    try {
      for (const item of section.accept(at.value, at.key)) {
        const lineOfText = at.textLine + (item.line ?? 1) - 1
        const same = items.get(item.key)
        if (same !== undefined) fault(faults, path, lineOfText, `says the same as line ${same.lineOfText}`)
        else items.set(item.key, { ...item, at, path, lineOfText })
        if (items.size % ITEMS_PER_TURN === 0) await nextTurn()
      }
    } catch (error) {
      noteFault(faults, path, at, at.textLine, error)
    }
    if (index % ITEMS_PER_TURN === ITEMS_PER_TURN - 1) await nextTurn()
  }
  return [...items.values()]
}

const fault = (faults: FieldFault[], field: string, line: number, message: string): void => {
  if (faults.length < MAX_FAULTS) faults.push({ field, message: `line ${line}: ${message}` })
}

/** What a slice found wrong, with the line of the field that it names. @throws what is no problem of the file */
export function noteFault(faults: FieldFault[], path: string, at: FileItem, line: number, error: unknown): void {
  if (!(error instanceof ProblemError)) throw error
  const found = error.details.errors ?? [{ field: '', message: error.message }]
  for (const { field: named, message } of found) {
    // Of settings, the field begins with the section, which the path has too.
    const field = at.key !== '' && named.startsWith(`${at.key}.`) ? named.slice(at.key.length + 1) : named
    const inText = /^line (\d+)$/.exec(field)
    if (inText) fault(faults, path, (at.fieldLines.rule ?? at.textLine) + Number(inText[1]) - 1, message)
    else {
      const root = field.split(/[.[]/)[0] ?? ''
      fault(faults, field === '' ? path : `${path}.${field}`, at.fieldLines[root] ?? line, message)
    }
  }
}

/** Fields in whatever order say the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
