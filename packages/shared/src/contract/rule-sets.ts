/** Services that can be blocked and search engines that can be held to safe results: rule sets that Weir brings along. */
import { z } from 'zod'
import { SERVICE_CATEGORIES, type ServiceCategory } from '../services/service.ts'
import { termFields, termInputs } from './assignments.ts'
import { SourceAnswer } from './block-answer.ts'
import { HitCount } from './hits.ts'
import { Applied, Id, Version } from './primitives.ts'

export const RULE_SET_KINDS = ['service', 'safe-search'] as const

/** A rule set as log and "why?" name it. */
export const RuleSetName = z
  .object({ kind: z.enum(RULE_SET_KINDS), id: z.string(), name: z.string() })
  .meta({ id: 'RuleSetName' })

const CATEGORIES = Object.keys(SERVICE_CATEGORIES) as [ServiceCategory, ...ServiceCategory[]]

/** Path parameter `{id}`, as in `youtube`. */
export const RuleSetParams = z.strictObject({ id: z.string().min(1).max(64) })

const switchFields = {
  version: Version,
  enabled: z.boolean(),
  groups: z.array(Id).meta({ description: 'ids of the groups it holds for; empty: all' }),
  ...termFields,
  shadow: z.boolean().meta({ description: 'only records what it would do' }),
  hits: HitCount.nullable().meta({ description: 'queries that it decided; null while they are not known' }),
  shadowHits: HitCount.nullable().meta({ description: 'what it would have decided while it only recorded' }),
}

export const Service = z
  .object({
    id: z.string(),
    name: z.string(),
    category: z.enum(CATEGORIES),
    /** Each with everything below it; behind `=` the name alone. */
    domains: z.array(z.string()),
    ...switchFields,
    /** Its own block answer; null: that of the group, else the global one. */
    answer: SourceAnswer.nullable(),
  })
  .meta({ id: 'Service' })
export type Service = z.infer<typeof Service>

export const ServiceCollection = z
  .object({
    categories: z.array(z.object({ id: z.enum(CATEGORIES), name: z.string() })),
    items: z.array(Service),
  })
  .meta({ id: 'ServiceCollection' })
export type ServiceCollection = z.infer<typeof ServiceCollection>

const Groups = z.array(Id).max(1000)
const servicePatchFields = {
  enabled: z.boolean().optional(),
  groups: Groups.optional(),
  ...termInputs,
  shadow: z.boolean().optional(),
  answer: SourceAnswer.nullable().optional(),
}
export const ServicePatch = z.strictObject(servicePatchFields).meta({ id: 'ServicePatch' })
export type ServicePatch = z.infer<typeof ServicePatch>
export const ServiceSaved = Service.extend(Applied.shape).meta({ id: 'ServiceSaved' })

/** Several services at once, in one transaction: a whole category, or a selection. */
export const ServicesPatch = z
  .strictObject({ ids: z.array(z.string().min(1).max(64)).min(1).max(1000), ...servicePatchFields })
  .meta({ id: 'ServicesPatch' })
export type ServicesPatch = z.infer<typeof ServicesPatch>
export const ServicesSaved = z
  .object({ changed: z.int().nonnegative(), items: z.array(Service), ...Applied.shape })
  .meta({ id: 'ServicesSaved' })

export const SafeSearchEngine = z
  .object({
    id: z.string(),
    name: z.string(),
    effect: z.string().meta({ description: 'what its results are like, in words' }),
    hosts: z.array(z.string()).meta({ description: 'names that are led to `target`' }),
    target: z.string(),
    ...switchFields,
  })
  .meta({ id: 'SafeSearchEngine' })
export type SafeSearchEngine = z.infer<typeof SafeSearchEngine>
export const SafeSearchCollection = z.object({ items: z.array(SafeSearchEngine) }).meta({ id: 'SafeSearchCollection' })

export const SafeSearchPatch = z
  .strictObject({
    enabled: z.boolean().optional(),
    groups: Groups.optional(),
    ...termInputs,
    shadow: z.boolean().optional(),
  })
  .meta({ id: 'SafeSearchPatch' })
export type SafeSearchPatch = z.infer<typeof SafeSearchPatch>
export const SafeSearchSaved = SafeSearchEngine.extend(Applied.shape).meta({ id: 'SafeSearchSaved' })
