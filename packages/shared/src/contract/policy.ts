/** The whole policy as one text file: what `GET /policy` gives, `plan` looks at and `apply` puts in place. */
import { z } from 'zod'
import { Applied } from './primitives.ts'
import { CHANGE_ENTITIES, ChangeEntry } from './system.ts'

/** Version of the file's form. A file of a newer one is refused whole. */
export const POLICY_VERSION = 1
export const MAX_POLICY_CHARACTERS = 32 * 1024 * 1024
/** Things that one file may change: more is what imports and lists are for. */
export const MAX_POLICY_CHANGES = 5000

export const PolicyRequest = z
  .strictObject({
    text: z.string().max(MAX_POLICY_CHARACTERS),
    expectRevision: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'refused with 412 when the configuration has another revision by now' }),
  })
  .meta({ id: 'PolicyRequest' })
export type PolicyRequest = z.infer<typeof PolicyRequest>

export const PolicyStep = z.object({
  entity: z.enum(CHANGE_ENTITIES),
  entityId: z.string(),
  operation: ChangeEntry.shape.operation,
  title: z.string(),
  words: z.array(z.string()),
})
export type PolicyStep = z.infer<typeof PolicyStep>

export const PolicyPlan = z
  .object({
    revision: z.int().meta({ description: 'of the configuration that was looked at: for expectRevision' }),
    sections: z.array(z.string()).meta({ description: 'that the file has; all others stay as they are' }),
    create: z.int().nonnegative(),
    update: z.int().nonnegative(),
    delete: z.int().nonnegative(),
    steps: z.array(PolicyStep).meta({ description: 'the first 1,000' }),
  })
  .meta({ id: 'PolicyPlan' })
export type PolicyPlan = z.infer<typeof PolicyPlan>

export const PolicyApplied = PolicyPlan.extend(Applied.shape).meta({ id: 'PolicyApplied' })
export type PolicyApplied = z.infer<typeof PolicyApplied>
