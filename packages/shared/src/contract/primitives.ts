/** Building blocks of the HTTP contract (design section 9). */
import { z } from 'zod'

/** Milliseconds since the Unix epoch. */
export const TimestampMs = z.int().nonnegative().meta({ description: 'milliseconds since the Unix epoch' })

export const Id = z.int().positive()

/** Path parameter `{id}`: arrives as text. */
export const IdParam = z.strictObject({ id: z.coerce.number().int().positive() })

/** Ids in query strings arrive as text. */
export const IdQuery = z.coerce.number().int().positive()

/** `true`/`false`/`1`/`0` in query strings. */
export const BooleanQuery = z.stringbool()

/** One page of rows. `nextCursor` is opaque; null on the last page. */
export const page = <T extends z.ZodType>(row: T) =>
  z.object({
    items: z.array(row),
    nextCursor: z.string().nullable(),
    /** Rows that match the filter in all, where that is cheap to know. */
    total: z.int().nonnegative().nullable(),
  })

export const MAX_PAGE_ROWS = 1000
export const PageQuery = z.strictObject({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_ROWS).default(100),
})

/** Of something that people edit: its ETag without the quotes, for `If-Match`. */
export const Version = z
  .int()
  .nonnegative()
  .meta({ description: 'config_revision of its last change: its ETag without the quotes' })

/** Did the resolver confirm this configuration before the response was sent? */
export const Applied = z.object({
  revision: z.int().nonnegative().meta({ description: 'config_revision that holds the change' }),
  applied: z.boolean().meta({ description: 'true when the resolver has confirmed that revision' }),
})

/** How many rows a request removed. */
export const Deleted = z.object({ deleted: z.int().nonnegative(), ...Applied.shape }).meta({ id: 'Deleted' })
