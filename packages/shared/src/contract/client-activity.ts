/** What one client asked for lately, read from the query log (`GET /api/v1/queries/client-activity`). */
import { z } from 'zod'
import { TimestampMs } from './primitives.ts'
import { LOG_STATES } from './queries.ts'

export const ACTIVITY_RANGES = ['24h', '7d'] as const

export const ClientActivityQuery = z.strictObject({
  /** An address as the log keeps it, or `id:` and a client id. */
  client: z.string().min(1).max(100),
  range: z.enum(ACTIVITY_RANGES).default('24h'),
})

const Count = z.int().nonnegative()
const NameCounts = z.array(z.object({ name: z.string(), count: Count, share: z.number() }))

export const ClientActivity = z
  .object({
    from: TimestampMs.meta({ description: 'start of what was counted: of the range, or later where not all was read' }),
    until: TimestampMs,
    queries: Count,
    blocked: Count,
    names: NameCounts.meta({ description: 'the most frequent ones; `share` of all queries' }),
    blockedNames: NameCounts.meta({ description: 'the most frequent blocked ones; `share` of the blocked queries' }),
    isWhole: z
      .boolean()
      .meta({ description: 'false: more was asked than could be read in a moment; the newest count' }),
    state: z.enum(LOG_STATES),
  })
  .meta({ id: 'ClientActivity' })
export type ClientActivity = z.infer<typeof ClientActivity>
