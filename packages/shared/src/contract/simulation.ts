/** "What if?": what a change of the policy would have done to the queries of late (`POST /api/v1/simulations`). */
import { z } from 'zod'
import { POLICY_EFFECTS, type PolicyEffect } from '../log/outcomes.ts'
import { GroupTerm } from './assignments.ts'
import { SourceAnswer } from './block-answer.ts'
import { GroupUpstreams } from './groups.ts'
import { Id, TimestampMs } from './primitives.ts'
import { RuleInput } from './rules.ts'

export const SIMULATION_PERIODS = ['24h', '7d'] as const

/** Changes in one draft: they are tried together. Enough for all services of a category. */
const MAX_CHANGES = 40
/** Text of a list that is tried before it is added. */
export const MAX_DRAFT_CHARACTERS = 20_000_000

const Assignment = {
  enabled: z.boolean().optional(),
  groups: z.array(Id).optional(),
  schedule: Id.nullable().optional(),
  perGroup: z.array(GroupTerm).optional(),
}

export const DraftChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rule'),
    id: Id.optional().meta({ description: 'the rule that is changed; missing: a new one' }),
    rule: RuleInput.nullable().meta({ description: 'null: the rule is deleted' }),
  }),
  z.strictObject({
    kind: z.literal('list'),
    id: Id.optional().meta({ description: 'the list that is changed; missing: a new one' }),
    isDeleted: z.boolean().optional(),
    name: z.string().max(200).optional(),
    listKind: z.enum(['block', 'allow']).optional(),
    shadow: z.boolean().optional().meta({ description: 'false: a list that only records would act' }),
    ...Assignment,
    text: z.string().max(MAX_DRAFT_CHARACTERS).optional().meta({ description: 'other content' }),
    url: z.url().max(2000).optional().meta({ description: 'where other content is fetched from' }),
    versionId: Id.optional().meta({ description: 'a kept version, as the one that waits for a review' }),
  }),
  z.strictObject({
    kind: z.literal('service'),
    id: z.string().max(64),
    shadow: z.boolean().optional().meta({ description: 'false: a service that only records would act' }),
    ...Assignment,
  }),
  z.strictObject({
    kind: z.literal('safe-search'),
    id: z.string().max(64).meta({ description: 'of the search engine' }),
    shadow: z.boolean().optional().meta({ description: 'false: one that only records would act' }),
    ...Assignment,
  }),
  z.strictObject({
    kind: z.literal('group'),
    id: Id.optional().meta({ description: 'the group that is changed; missing: a new one' }),
    clients: z
      .array(z.string().min(1).max(260))
      .max(10_000)
      .optional()
      .meta({ description: 'who belongs to it then, as in a group; missing: as now' }),
    answer: SourceAnswer.nullable().optional(),
    schedule: Id.nullable().optional(),
    upstreams: GroupUpstreams.nullable().optional(),
  }),
])
export type DraftChange = z.infer<typeof DraftChange>

export const SimulationRequest = z
  .strictObject({
    period: z.enum(SIMULATION_PERIODS).default('24h'),
    changes: z.array(DraftChange).min(1).max(MAX_CHANGES),
    progressKey: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'events `simulation` with this key say how far it is' }),
  })
  .meta({ id: 'SimulationRequest' })
export type SimulationRequest = z.infer<typeof SimulationRequest>

/** In the order in which results have them. */
export const SIMULATED_EFFECTS = POLICY_EFFECTS
export type SimulatedEffect = PolicyEffect

const Count = z.int().nonnegative()
const EffectCounts = z.object({ queries: Count, names: Count, clients: Count })

export const SimulationResult = z
  .object({
    from: TimestampMs,
    until: TimestampMs,
    effects: z.object({
      blocked: EffectCounts,
      freed: EffectCounts,
      rewritten: EffectCounts,
      redirected: EffectCounts,
      otherwise: EffectCounts,
    }),
    /** Most queries first. */
    names: z.array(
      z.object({
        name: z.string(),
        effect: z.enum(SIMULATED_EFFECTS),
        queries: Count,
        clients: Count,
        before: z.string().meta({ description: 'what decides now, in words' }),
        after: z.string(),
      }),
    ),
    clients: z.array(z.object({ client: z.string(), effect: z.enum(SIMULATED_EFFECTS), queries: Count, names: Count })),
    findings: z.array(z.string()).meta({ description: 'rules that would do nothing, and why' }),
    covered: z.object({
      queries: Count.meta({ description: 'judged' }),
      names: Count,
      questions: Count.meta({ description: 'distinct name, client and type' }),
      queriesInAll: Count.meta({ description: 'answered in the period, as counted' }),
      notes: z.array(z.string()).meta({ description: 'what is left out and why' }),
    }),
    durationMs: z.number().nonnegative(),
  })
  .meta({ id: 'SimulationResult' })
export type SimulationResult = z.infer<typeof SimulationResult>
