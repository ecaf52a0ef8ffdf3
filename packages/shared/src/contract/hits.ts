/** How often a list or a rule decided queries: from the roll-ups of log.db. */
import { z } from 'zod'
import { TimestampMs } from './primitives.ts'

/** Days, the running one included, that `recent` sums up. */
export const RECENT_HIT_DAYS = 30

export const HitCount = z
  .object({
    today: z.number().nonnegative().meta({ description: 'since midnight UTC' }),
    recent: z
      .number()
      .nonnegative()
      .meta({ description: `in the last ${RECENT_HIT_DAYS} days` }),
    lastHitAt: TimestampMs.nullable(),
  })
  .meta({ id: 'HitCount' })
export type HitCount = z.infer<typeof HitCount>
