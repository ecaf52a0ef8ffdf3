/** What a policy tells of itself, for status and metrics: no decision asks for it. */
import type { Policy } from './policy.ts'

/** Memory that names take: those of the index, and the filter before those on disk. */
export function indexOctetsOf({ index, tier }: Policy): number {
  const { filter, sets } = tier?.tier ?? {}
  return (index?.sizeOctets ?? 0) + (filter?.bits.byteLength ?? 0) + (sets?.byteLength ?? 0)
}

/** Searches that tried no more regular expressions although there were more to try, since these rules are in effect. */
export const cutSearchesOf = ({ own, listRules }: Policy): number =>
  own.patterns.cutSearches + listRules.patterns.cutSearches

/** How often expressions of each list were left out of these; 0: own ones. */
export const skippedExpressionsOf = ({ own, listRules }: Policy): (readonly [listId: number, count: number])[] => [
  ...own.patterns.skippedByList,
  ...listRules.patterns.skippedByList,
]
