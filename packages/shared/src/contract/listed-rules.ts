/** Own rules as they are read: with how often each decided, searched, filtered, sorted, page by page. */
import { z } from 'zod'
import { HitCount } from './hits.ts'
import { BooleanQuery, PageQuery, page } from './primitives.ts'
import { ACTIONS, MATCH_KINDS, Rule } from './rules.ts'

/** A rule as it is read, with how often it decided. */
export const ListedRule = Rule.extend({
  hits: HitCount.nullable().meta({ description: 'null while the log cannot be read' }),
  shadowHits: HitCount.nullable().meta({ description: 'what it would have decided while it only recorded' }),
}).meta({ id: 'ListedRule' })
export type ListedRule = z.infer<typeof ListedRule>

/** `hits`, `shadowHits`: in the last days, as `recent` counts them. */
export const RULE_SORTS = [
  ...(['id', '-id', 'pattern', '-pattern', 'action', '-action', 'updatedAt', '-updatedAt'] as const),
  ...(['hits', '-hits', 'lastHitAt', '-lastHitAt', 'shadowHits', '-shadowHits'] as const),
] as const
export const RuleQuery = PageQuery.extend({
  search: z.string().max(255).optional(),
  action: z.enum(ACTIONS).optional(),
  match: z.enum(MATCH_KINDS).optional(),
  enabled: BooleanQuery.optional(),
  sort: z.enum(RULE_SORTS).default('-id'),
})
export const RulePage = page(ListedRule).meta({ id: 'RulePage' })
