/** Requests about the history: taking many changes back at once, going back to a revision, comparing two. */
import { z } from 'zod'
import { Applied, Id, TimestampMs } from './primitives.ts'
import { CHANGE_ENTITIES, ChangeEntry } from './system.ts'

/** Changes that one act takes back at most. */
export const MAX_UNDONE_CHANGES = 10_000
export const MAX_REVISION_COMMENT_CHARACTERS = 1000

/** Which changes: by their ids or revisions, all that somebody made in a time, or all after a revision. */
export const UndoSelection = z.union([
  z.strictObject({ changes: z.array(Id).min(1).max(MAX_UNDONE_CHANGES) }),
  z.strictObject({ revisions: z.array(Id).min(1).max(MAX_UNDONE_CHANGES) }),
  z.strictObject({
    since: TimestampMs,
    until: TimestampMs.optional(),
    actor: z.string().min(1).max(200).optional(),
    entity: z.enum(CHANGE_ENTITIES).optional(),
  }),
  z.strictObject({
    toRevision: z.int().nonnegative().meta({ description: 'all that came after it is taken back' }),
  }),
])
export type UndoSelection = z.infer<typeof UndoSelection>

export const UndoRequest = z
  .strictObject({
    select: UndoSelection,
    together: z
      .boolean()
      .default(false)
      .meta({ description: 'also take back the later changes of the same things, which build on them' }),
    expectRevision: z
      .int()
      .optional()
      .meta({ description: 'refused with 412 when the configuration has another revision by now' }),
  })
  .meta({ id: 'UndoRequest' })
export type UndoRequest = z.infer<typeof UndoRequest>

const ChangeName = ChangeEntry.pick({
  id: true,
  revision: true,
  at: true,
  actor: true,
  entity: true,
  entityId: true,
  operation: true,
  summary: true,
})
export type ChangeName = z.infer<typeof ChangeName>

/** What the undo of one change does. */
export const UndoStep = z.object({
  change: ChangeName.meta({ description: 'the one that is taken back' }),
  operation: ChangeEntry.shape.operation.meta({ description: 'what that is for the thing' }),
  words: z.array(z.string()),
})

export const UndoPreview = z
  .object({
    revision: z.int().meta({ description: 'of the configuration now: for expectRevision' }),
    changes: z.int().nonnegative().meta({ description: 'how many are taken back' }),
    counts: z.array(
      z.object({ entity: z.enum(CHANGE_ENTITIES), operation: ChangeEntry.shape.operation, count: z.int() }),
    ),
    steps: z.array(UndoStep).meta({ description: 'the first 200, in the order in which they are done' }),
    conflicts: z
      .array(z.object({ change: ChangeName, blocker: ChangeName.nullable(), reason: z.string() }))
      .meta({ description: 'what stands against it; while there is any, nothing is taken back' }),
    isSolvedTogether: z
      .boolean()
      .meta({ description: 'with `together`, the changes that build on these would be taken back too' }),
    skipped: z
      .array(z.object({ change: ChangeName, reason: z.string() }))
      .meta({ description: 'what is left as it is, since it cannot be taken back; of a span or a revision' }),
  })
  .meta({ id: 'UndoPreview' })
export type UndoPreview = z.infer<typeof UndoPreview>

export const UndoneSet = z
  .object({
    undone: z.int().nonnegative(),
    skipped: UndoPreview.shape.skipped,
    ...Applied.shape,
  })
  .meta({ id: 'UndoneSet' })

export const RevisionComment = z.strictObject({ comment: z.string().max(MAX_REVISION_COMMENT_CHARACTERS) })

export const CompareQuery = z.strictObject({
  from: z.coerce.number().int().nonnegative(),
  to: z.coerce.number().int().nonnegative().optional().meta({ description: 'missing: now' }),
  format: z.enum(['json', 'text']).default('json'),
})
export const ComparedThing = z.object({
  entity: z.enum(CHANGE_ENTITIES),
  entityId: z.string(),
  title: z.string(),
  operation: ChangeEntry.shape.operation,
  words: z.array(z.string()),
  before: z.unknown(),
  after: z.unknown(),
})
export const Comparison = z
  .object({
    from: z.int(),
    to: z.int(),
    changes: z.int().nonnegative().meta({ description: 'that lie between' }),
    things: z
      .array(ComparedThing)
      .meta({ description: 'what is not as it was, the first 1,000; all in the text form' }),
    total: z.int().nonnegative(),
  })
  .meta({ id: 'Comparison' })
export type Comparison = z.infer<typeof Comparison>

export const ChangeActors = z
  .object({ items: z.array(z.object({ actor: z.string(), changes: z.int(), lastAt: TimestampMs })) })
  .meta({ id: 'ChangeActors' })
