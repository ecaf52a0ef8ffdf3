/** `GET /api/v1/explain`: the decision and the way to it (design section 3). */
import { z } from 'zod'
import { POLICY_EFFECTS, REASONS } from '../log/outcomes.ts'
import { Id, TimestampMs } from './primitives.ts'
import { QueryLogEntry } from './queries.ts'
import { RuleSetName } from './rule-sets.ts'

export const DECISION_ACTIONS = [
  'block',
  'allow',
  'forward',
  'rewrite',
  'alias',
  'local',
  'refuse',
  'drop',
  'none',
] as const

export const ExplainQuery = z.strictObject({
  name: z.string().min(1).max(1024),
  type: z.string().max(16).default('A'),
  client: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  /** What the client calls itself, in a DoH path or DoT server name. */
  clientId: z.string().max(63).optional(),
  /** By the policy of that moment; without it, by that of now. */
  at: z.coerce.number().int().nonnegative().optional(),
})

/** What the API asks of the resolver: the same, with the answer to the logged query that it is about. */
export const ExplainCommand = ExplainQuery.extend({ answer: z.string().max(4096).optional() })
export type ExplainCommand = z.infer<typeof ExplainCommand>

/** One step of the table in design section 3. */
export const TraceStep = z.object({
  step: z.enum([
    'client',
    'access',
    'override',
    'special-use',
    'own-rules',
    'rewrite',
    'lists',
    'safe-search',
    'route',
    'answer',
    'shadow',
  ]),
  outcome: z
    .enum(['decided', 'passed', 'exempt', 'skipped', 'resting'])
    .meta({ description: '`resting`: what would have a say at another time' }),
  detail: z.string(),
  /** Every rule or list that matched in this step, the winner first. */
  matches: z.array(
    z.object({
      action: z.string(),
      pattern: z.string(),
      ruleId: z.int().nullable(),
      line: z.int().nullable().meta({ description: 'line of the list; null: a plain name, whose line is not kept' }),
      listId: z.int().nullable(),
      listName: z.string().nullable(),
      ruleSet: RuleSetName.nullable().meta({ description: 'the service or safe search that it belongs to' }),
      won: z.boolean(),
      why: z.string().meta({ description: 'why it won or lost' }),
    }),
  ),
})
export type TraceStep = z.infer<typeof TraceStep>

const Decision = z.object({
  action: z.enum(DECISION_ACTIONS),
  reason: z.enum(REASONS),
  rule: z.object({ id: z.int().nullable(), text: z.string(), pattern: z.string() }).nullable(),
  list: z.object({ id: z.int(), name: z.string() }).nullable(),
  ruleSet: RuleSetName.nullable(),
  /** What a client would get, in words: `0.0.0.0`, `NXDOMAIN`, `forwarded to 192.0.2.53`. */
  answer: z.string(),
  /** Where the name ends after aliases; the name itself without any. */
  finalName: z.string(),
})
export type ExplainedDecision = z.infer<typeof Decision>

/** The first change of a revision. */
const RevisionHead = z.object({
  revision: z.int(),
  at: TimestampMs,
  actor: z.string(),
  operation: z.string(),
  summary: z.string(),
})

export const Explanation = z
  .object({
    name: z.string(),
    type: z.string(),
    client: z.string(),
    group: z.string(),
    groupId: z.int().nullable().meta({ description: 'null: the default group' }),
    decision: Decision,
    shadow: z
      .object({
        effect: z.enum(POLICY_EFFECTS),
        answer: z.string().meta({ description: 'what a client would get, in words' }),
        ruleId: z.int().nullable(),
        listId: z.int().nullable(),
        ruleSet: RuleSetName.nullable(),
      })
      .nullable()
      .meta({ description: 'what rules, lists and services that only record would have done; null: nothing' }),
    trace: z.array(TraceStep),
    /** By which policy: a revision, and the moment that schedules, expiries and overrides are judged by. */
    policy: z.object({
      revision: z.int(),
      at: TimestampMs,
      isPast: z.boolean(),
      change: RevisionHead.nullable().meta({ description: 'the change that made the revision' }),
      missing: z.array(z.string()).meta({ description: 'what of that policy is no longer kept, in words' }),
    }),
    /** For a moment of the past: what the policy of now says, and since which change it says so. */
    now: z
      .object({
        decision: Decision,
        isSame: z.boolean(),
        since: RevisionHead.nullable().meta({ description: 'null: by time alone, or further back than was looked' }),
      })
      .nullable(),
    /** The query that is asked about, as it was logged. */
    logged: QueryLogEntry.nullable(),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof Explanation>

/** Path parameter of a logged query: arrives as text. */
export const LoggedQueryParam = z.strictObject({ id: z.coerce.number().int().positive().pipe(Id) })
