/** For whom, and when, a list, a service or safe search holds. */
import { z } from 'zod'
import { Id } from './primitives.ts'

/** What is otherwise for one group than for the rest. */
export const GroupTerm = z
  .strictObject({
    group: Id,
    enabled: z.boolean(),
    schedule: Id.nullable().meta({ description: 'holds by this schedule; null: always' }),
  })
  .meta({ id: 'GroupTerm' })
export type GroupTerm = z.infer<typeof GroupTerm>

const MAX_TERMS = 1000

/** In what a request gives. */
export const termInputs = {
  schedule: Id.nullable().optional(),
  perGroup: z.array(GroupTerm).max(MAX_TERMS).optional(),
}
/** In what an answer shows. */
export const termFields = {
  schedule: Id.nullable().meta({ description: 'when it holds; null: always' }),
  perGroup: z
    .array(GroupTerm)
    .meta({ description: 'groups for which it is otherwise: these terms count, whatever groups and schedule say' }),
}
