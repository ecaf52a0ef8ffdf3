/** Requests about many rules, or about one that is not saved: import, bulk edit, preview. */
import { z } from 'zod'
import { Applied, Id } from './primitives.ts'
import { RejectedLine } from './rejected-lines.ts'
import { MAX_COMMENT_CHARACTERS } from './rules.ts'

export const MAX_IMPORT_CHARACTERS = 64 * 1024 * 1024
export const ImportRequest = z.strictObject({
  text: z.string().max(MAX_IMPORT_CHARACTERS),
  dryRun: z.boolean().default(false),
  comment: z.string().max(MAX_COMMENT_CHARACTERS).optional(),
  groups: z.array(Id).optional(),
  /** Any text of one's own: the events `import` of this request carry it. Without it there are none. */
  progressKey: z.string().min(1).max(64).optional(),
})
export const ImportResult = z
  .object({
    added: z.int().nonnegative(),
    duplicates: z.int().nonnegative(),
    /** Lines that are not for DNS (cosmetic or URL rules). */
    ignored: z.int().nonnegative(),
    rejectedCount: z.int().nonnegative(),
    rejected: z.array(RejectedLine),
    ...Applied.shape,
  })
  .meta({ id: 'ImportResult' })
export type ImportResult = z.infer<typeof ImportResult>

/** Bulk edit: one transaction, one revision, one change row per rule. */
export const BulkRequest = z.strictObject({
  ids: z.array(Id).min(1).max(10_000),
  operation: z.enum(['enable', 'disable', 'delete']),
})
export const BulkResult = z.object({ changed: z.int().nonnegative(), ...Applied.shape }).meta({ id: 'BulkResult' })

/** Live validation in the editor: what the server would store and what the rule would match, without saving. */
export const RulePreview = z
  .object({
    text: z.string(),
    pattern: z.string(),
    summary: z.string().meta({ description: 'the effect in words' }),
    /** Names of the log that the rule would match, most asked first. */
    sampleNames: z.array(z.object({ name: z.string(), count: z.int() })),
    matchedQueries: z.int().nonnegative().meta({
      description:
        'so many queries of the last 24 h at least: of each hour the most asked names are counted, rarer ones not',
    }),
    /** Ids of rules that are equal to it or cover it. */
    coveredBy: z.array(z.object({ id: Id, text: z.string() })),
  })
  .meta({ id: 'RulePreview' })
