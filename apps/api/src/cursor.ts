/** Opaque cursors of keyset paging: the sort value and id of the last row of a page, as base64url of JSON. */
import { invalidField } from './problem-error.ts'

export interface Position {
  readonly value: string | number
  readonly id: number
}

export const formatCursor = ({ value, id }: Position): string =>
  Buffer.from(JSON.stringify([value, id])).toString('base64url')

/** @throws ProblemError `invalid-field` for a cursor that this API did not make */
export function parseCursor(text: string): Position {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [value, id] = parsed as [unknown, unknown]
      if ((typeof value === 'string' || typeof value === 'number') && Number.isSafeInteger(id))
        return { value, id: id as number }
    }
  } catch {
    // Falls through: whatever is wrong with it, it is not one of ours.
  }
  throw invalidField('cursor', 'is not a cursor of this API')
}
