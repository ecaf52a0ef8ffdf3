/** What a rule, a list, a service or safe search that only records would have done so far (`GET /api/v1/queries/shadow`). */
import { z } from 'zod'
import { POLICY_EFFECTS } from '../log/outcomes.ts'
import { IdQuery, TimestampMs } from './primitives.ts'
import { LOG_STATES } from './queries.ts'

export const ShadowReportQuery = z
  .strictObject({ rule: IdQuery.optional(), list: IdQuery.optional(), ruleSet: z.string().min(1).max(64).optional() })
  .refine(({ rule, list, ruleSet }) => [rule, list, ruleSet].filter((one) => one !== undefined).length <= 1, {
    path: ['rule'],
    message: 'give rule, list or ruleSet, only one of them',
  })

const Count = z.int().nonnegative()

export const ShadowReport = z
  .object({
    queries: Count.meta({ description: 'as counted, whether the log has kept them or not' }),
    since: TimestampMs.nullable().meta({ description: 'the day (UTC) of the first of them; null: there was none' }),
    lastAt: TimestampMs.nullable(),
    /** Of the newest ones that the log has kept, as far as they could be read in a moment. */
    read: z.object({
      queries: Count,
      isAll: z.boolean().meta({ description: 'all that the log has kept' }),
      clients: Count,
      names: Count,
    }),
    names: z
      .array(z.object({ name: z.string(), effect: z.enum(POLICY_EFFECTS), queries: Count, clients: Count }))
      .meta({ description: 'the most frequent of those read' }),
    state: z.enum(LOG_STATES),
  })
  .meta({ id: 'ShadowReport' })
export type ShadowReport = z.infer<typeof ShadowReport>
