/** Timed overrides (design section 3, step 2): they stand above rules and lists, and end by themselves. */
import { z } from 'zod'
import { Applied, Id, TimestampMs } from './primitives.ts'

/**
 * `pause`: block and allow rules do not count. `allow`, `block`: the name and everything below it.
 * `offline`: nothing is answered but special-use names.
 */
export const OVERRIDE_KINDS = ['pause', 'allow', 'block', 'offline'] as const
export type OverrideKind = (typeof OVERRIDE_KINDS)[number]

/** That many hold at once; each query looks through those of its client. */
export const MAX_OVERRIDES = 200
export const MAX_OVERRIDE_MINUTES = 366 * 24 * 60

export const OverrideInput = z.strictObject({
  kind: z.enum(OVERRIDE_KINDS),
  /** `allow` and `block` only. */
  name: z.string().min(1).max(1024).optional(),
  /** For whom: an address, a prefix or a client id (`id:tablet`), or a group; without both, everyone. */
  client: z.string().min(1).max(80).optional(),
  groupId: Id.optional(),
  /** How long, or until when: one of the two. */
  minutes: z.int().min(1, 'is less than a minute: an override ends in the future').max(MAX_OVERRIDE_MINUTES).optional(),
  until: TimestampMs.optional(),
  comment: z.string().max(1000).optional(),
})
export type OverrideInput = z.infer<typeof OverrideInput>

export const Override = z
  .object({
    id: Id,
    kind: z.enum(OVERRIDE_KINDS),
    name: z.string().nullable(),
    client: z.string().nullable(),
    groupId: Id.nullable(),
    groupName: z.string().nullable(),
    createdAt: TimestampMs,
    endsAt: TimestampMs,
    minutes: z
      .int()
      .nullable()
      .meta({ description: 'how long it was asked to hold; null: until `endsAt`, a time of day' }),
    createdBy: z.string(),
    comment: z.string(),
  })
  .meta({ id: 'Override' })
export type Override = z.infer<typeof Override>
export const OverrideSaved = Override.extend(Applied.shape).meta({ id: 'OverrideSaved' })
export const OverrideCollection = z.object({ items: z.array(Override) }).meta({ id: 'OverrideCollection' })
