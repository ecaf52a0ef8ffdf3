/** When a new version of a list is held for review, and why one is. */
import { z } from 'zod'

/** Largest growth that can be asked for: a list of one name that becomes one of ten million. */
const MAX_GROWTH_PERCENT = 1_000_000_000

/** When a new version is held for review. `null` switches a bound off; a missing one is that of the settings. */
export const ListGuard = z
  .strictObject({
    maxShrinkPercent: z.int().min(1).max(100).nullable().optional(),
    maxGrowthPercent: z.int().min(1).max(MAX_GROWTH_PERCENT).nullable().optional(),
    protectNames: z.boolean().optional(),
  })
  .meta({ id: 'ListGuard' })
export type ListGuard = z.infer<typeof ListGuard>

/** The same for all lists, in full: section `lists` of the settings. */
export const ListSettings = z.strictObject({
  maxShrinkPercent: z.int().min(1).max(100).nullable(),
  maxGrowthPercent: z.int().min(1).max(MAX_GROWTH_PERCENT).nullable(),
  protectNames: z.boolean(),
  /** Names of one's own that no list may cover unnoticed. */
  protectedNames: z.array(z.string().max(255)).max(1000),
  /** Versions of each list that are kept, besides the one in effect. */
  keptVersions: z.int().min(1).max(50),
})
export type ListSettings = z.infer<typeof ListSettings>
export const DEFAULT_LIST_SETTINGS: ListSettings = {
  maxShrinkPercent: 50,
  maxGrowthPercent: 200,
  protectNames: true,
  protectedNames: [],
  keptVersions: 5,
}

export const PROTECTED_BECAUSE = [
  'everything',
  'public-suffix',
  'chosen',
  'console',
  'own-zone',
  'local-record',
  'asked-most',
  'update',
  'connectivity',
  'bank',
  'sign-in',
] as const
export type ProtectedBecause = (typeof PROTECTED_BECAUSE)[number]

export const FINDING_KINDS = ['shrinks', 'grows', 'mostly-rejected', 'protected-names'] as const
/** The most names that one finding lists; `total` counts them all. */
export const MAX_FINDING_NAMES = 100

/** One reason why a version is held. */
export const ListFinding = z
  .object({
    kind: z.enum(FINDING_KINDS),
    detail: z.string().meta({ description: 'one sentence, with the figures and the limit' }),
    total: z.int().nonnegative(),
    names: z.array(
      z.object({
        name: z.string(),
        entry: z.string().meta({ description: 'the entry of the list that covers the name' }),
        because: z.enum(PROTECTED_BECAUSE),
      }),
    ),
  })
  .meta({ id: 'ListFinding' })
export type ListFinding = z.infer<typeof ListFinding>
