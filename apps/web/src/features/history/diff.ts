/** The difference of two states of a thing, field by field. */

export interface DiffLine {
  /** Path of the field, dotted below objects. */
  readonly field: string
  /** As text; undefined where the field was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Fields that differ, in the order in which they are found; what is the same is left out. */
export function diffOf(before: unknown, after: unknown): readonly DiffLine[] {
  const [old, now] = [flatten(before), flatten(after)]
  const fields = [...new Set([...old.keys(), ...now.keys()])]
  return fields
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((line) => saysSomething(line.before) || saysSomething(line.after))
    .filter((line) => line.before !== line.after)
}

/** What was never set and what is empty are the same to a reader. */
const saysSomething = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== 'null'

/** Objects are walked; lists and plain values are texts. */
function flatten(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) {
    if (value === null && path !== '') found.set(path, 'null')
    return found
  }
  if (typeof value !== 'object') return found.set(path || 'value', String(value))
  if (Array.isArray(value)) return found.set(path || 'value', value.map(textOf).join(', '))
  for (const [key, part] of Object.entries(value)) flatten(part, path === '' ? key : `${path}.${key}`, found)
  return found
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
