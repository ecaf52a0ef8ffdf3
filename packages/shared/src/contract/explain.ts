/** `GET /api/v1/explain`: the decision and the way to it (design section 3). */
import { z } from 'zod'
import { REASONS } from '../log/outcomes.ts'
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
})

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
  ]),
  outcome: z.enum(['decided', 'passed', 'exempt', 'skipped']),
  detail: z.string(),
  /** Every rule or list that matched in this step, the winner first. */
  matches: z.array(
    z.object({
      action: z.string(),
      pattern: z.string(),
      ruleId: z.int().nullable(),
      listId: z.int().nullable(),
      listName: z.string().nullable(),
      ruleSet: RuleSetName.nullable().meta({ description: 'the service or safe search that it belongs to' }),
      won: z.boolean(),
      why: z.string().meta({ description: 'why it won or lost' }),
    }),
  ),
})
export type TraceStep = z.infer<typeof TraceStep>

export const Explanation = z
  .object({
    name: z.string(),
    type: z.string(),
    client: z.string(),
    group: z.string(),
    decision: z.object({
      action: z.enum(DECISION_ACTIONS),
      reason: z.enum(REASONS),
      rule: z.object({ id: z.int().nullable(), text: z.string(), pattern: z.string() }).nullable(),
      list: z.object({ id: z.int(), name: z.string() }).nullable(),
      ruleSet: RuleSetName.nullable(),
      /** What a client would get, in words: `0.0.0.0`, `NXDOMAIN`, `forwarded to 192.0.2.53`. */
      answer: z.string(),
      /** Where the name ends after aliases; the name itself without any. */
      finalName: z.string(),
    }),
    trace: z.array(TraceStep),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof Explanation>
