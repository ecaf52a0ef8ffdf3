/** What could go: rules and lists that never act, say what others say, or can never win. */
import { z } from 'zod'
import { Id, TimestampMs } from './primitives.ts'

/** Findings of one kind that a report lists; `total` counts them all. */
export const MAX_FINDINGS = 500
/** Own rules that are looked at, the oldest first, and lists that are compared, in their order. */
export const MAX_REPORTED_RULES = 300_000
export const MAX_REPORTED_LISTS = 64

const RuleText = z.object({ id: Id, text: z.string() })

export const ShadowedRule = z.object({
  rule: RuleText,
  by: RuleText,
  reason: z.string().meta({ description: 'why it can never win, or changes nothing' }),
})
export type ShadowedRule = z.infer<typeof ShadowedRule>

export const UnusedRule = z.object({ rule: RuleText, lastHitAt: TimestampMs.nullable() })
export const UnusedList = z.object({ id: Id, name: z.string(), entries: z.int(), lastHitAt: TimestampMs.nullable() })

const findings = <T extends z.ZodType>(item: T) => z.object({ total: z.int().nonnegative(), items: z.array(item) })

/** One list beside all others: names that it blocks. */
export const ListOverlap = z.object({
  id: Id,
  name: z.string(),
  names: z.int().meta({ description: 'different names in its blocking entries' }),
  unique: z.int().meta({ description: 'names that no other list covers' }),
  redundant: z.int().meta({ description: 'names that a wider entry of the same list covers' }),
  allowed: z.int().meta({ description: 'names that an exception of some list covers for everybody' }),
  sharedWith: z.array(
    z.object({ id: Id, names: z.int().meta({ description: 'of its names, so many the other covers' }) }),
  ),
})
export type ListOverlap = z.infer<typeof ListOverlap>

export const PolicyReportBody = z.object({
  days: z.int(),
  hitsSince: TimestampMs.nullable().meta({ description: 'hits are counted since then; null: the log cannot be read' }),
  unusedRules: findings(UnusedRule),
  unusedLists: findings(UnusedList),
  duplicateRules: findings(ShadowedRule),
  shadowedRules: findings(ShadowedRule),
  rulesInLists: findings(z.object({ rule: RuleText, list: z.object({ id: Id, name: z.string() }) })),
  overlaps: z.array(ListOverlap),
  leftOut: z.object({ rules: z.int(), lists: z.int() }),
})
export type PolicyReportBody = z.infer<typeof PolicyReportBody>

export const REPORT_STATES = ['none', 'running', 'done', 'failed', 'cancelled'] as const
export const PolicyReport = z
  .object({
    state: z.enum(REPORT_STATES),
    share: z.number().min(0).max(1).meta({ description: 'how much is done' }),
    startedAt: TimestampMs.nullable(),
    finishedAt: TimestampMs.nullable(),
    isStale: z.boolean().meta({ description: 'the policy has changed since it was begun' }),
    error: z.string().nullable(),
    report: PolicyReportBody.nullable().meta({ description: 'of the last run that was finished' }),
  })
  .meta({ id: 'PolicyReport' })
export type PolicyReport = z.infer<typeof PolicyReport>

const DEFAULT_UNUSED_DAYS = 30
export const PolicyReportRequest = z.strictObject({
  days: z.int().min(1).max(365).default(DEFAULT_UNUSED_DAYS),
})
