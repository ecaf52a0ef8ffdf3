/** The query log (design section 8). */
import { z } from 'zod'
import { OUTCOMES, POLICY_EFFECTS, REASONS, TRANSPORTS } from '../log/outcomes.ts'
import { IdQuery, PageQuery, TimestampMs } from './primitives.ts'
import { RuleSetName } from './rule-sets.ts'

export const QueryLogFilter = z.strictObject({
  /** Part of the name; with a leading dot: that name and what is below it; with a leading `=`: that name alone. */
  name: z.string().max(255).optional(),
  /** Part of an address or of a client id; `id:tablet`: that client id. */
  client: z.string().max(100).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  type: z.string().max(16).optional(),
  rcode: z.string().max(16).optional(),
  rule: IdQuery.optional(),
  list: IdQuery.optional(),
  /** Id of a service or of safe search, as in `youtube`. */
  ruleSet: z.string().max(64).optional(),
  /** What a rule, a list or a service that only records would have done; `any`: anything. */
  shadow: z.enum(['any', ...POLICY_EFFECTS]).optional(),
  /** The rule, the list, or the service or safe search, that would have done it. */
  shadowRule: IdQuery.optional(),
  shadowList: IdQuery.optional(),
  shadowRuleSet: z.string().max(64).optional(),
  from: z.coerce.number().int().nonnegative().optional(),
  until: z.coerce.number().int().nonnegative().optional(),
})
export const QueryLogQuery = PageQuery.extend(QueryLogFilter.shape)

/** What a rule, a list, or a service or safe search, that only records would have done. */
const Shadow = z.object({
  effect: z.enum(POLICY_EFFECTS),
  ruleId: z.int().nullable(),
  listId: z.int().nullable(),
  listName: z.string().nullable(),
  ruleSet: RuleSetName.nullable(),
})

export const QueryLogEntry = z
  .object({
    id: z.int(),
    at: TimestampMs,
    client: z.string(),
    clientId: z
      .string()
      .nullable()
      .meta({ description: 'what the client called itself, in a DoH path or DoT server name; null: nothing' }),
    name: z.string(),
    type: z.string(),
    rcode: z.string().nullable(),
    outcome: z.enum(OUTCOMES),
    reason: z.enum(REASONS),
    transport: z.enum(TRANSPORTS),
    durationUs: z.int().nonnegative(),
    ruleId: z.int().nullable(),
    listId: z.int().nullable(),
    listName: z.string().nullable(),
    ruleSet: RuleSetName.nullable().meta({ description: 'the service or safe search that decided' }),
    shadow: Shadow.nullable().meta({ description: 'null: nothing that only records would have changed it' }),
    upstream: z.string().nullable(),
    /** First records of the answer, as text; empty where none were kept. */
    answer: z.string(),
  })
  .meta({ id: 'QueryLogEntry' })
export type QueryLogEntry = z.infer<typeof QueryLogEntry>

export const LOG_STATES = ['ok', 'unavailable'] as const
export const QueryLogPage = z
  .object({
    items: z.array(QueryLogEntry),
    /** Where the search goes on. A page may hold fewer rows than asked for, or none, and go on: searches are bounded in time. */
    nextCursor: z.string().nullable(),
    /** `unavailable`: log.db is missing or broken; Weir answers all the same. */
    state: z.enum(LOG_STATES),
  })
  .meta({ id: 'QueryLogPage' })

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const
export const QueryLogExportQuery = QueryLogFilter.extend({
  format: z.enum(EXPORT_FORMATS).default('csv'),
  limit: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
})
