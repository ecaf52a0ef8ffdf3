/** How two versions of a list differ. */
import { z } from 'zod'
import { Id } from './primitives.ts'

/** The most entries of each side that one answer lists; the text holds them all. */
export const MAX_DIFF_ENTRIES = 1000
const MAX_SEARCH_CHARACTERS = 253

/** The version that is compared with. */
const from = z.coerce
  .number()
  .int()
  .positive()
  .optional()
  .meta({ description: 'the version before; missing: the one in effect, and nothing where none is' })

export const DiffQuery = z.strictObject({
  from,
  search: z.string().max(MAX_SEARCH_CHARACTERS).optional().meta({ description: 'lists only entries with this text' }),
})

export const DIFF_SIDES = ['added', 'removed'] as const
export type DiffSide = (typeof DIFF_SIDES)[number]
export const DiffTextQuery = z.strictObject({
  from,
  side: z
    .enum(DIFF_SIDES)
    .optional()
    .meta({ description: 'entries of this side alone, as a list; missing: both, after "+ " and "- "' }),
})

const DiffPart = z.object({
  total: z.int().nonnegative(),
  matching: z.int().nonnegative().meta({ description: 'of these, entries with the text that is searched for' }),
  entries: z
    .array(z.string())
    .meta({ description: `the first ${MAX_DIFF_ENTRIES} of those, in the order of their labels from the last` }),
})

export const DiffProgress = z
  .object({
    state: z.enum(['none', 'waiting', 'running']),
    share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: 'of the names of both versions; null: not known yet' }),
  })
  .meta({ id: 'DiffProgress' })
export type DiffProgress = z.infer<typeof DiffProgress>

export const ListDiff = z
  .object({
    from: Id.nullable().meta({ description: 'null: compared with nothing' }),
    to: Id,
    added: DiffPart,
    removed: DiffPart,
    unchanged: z.int().nonnegative(),
  })
  .meta({ id: 'ListDiff' })
export type ListDiff = z.infer<typeof ListDiff>
