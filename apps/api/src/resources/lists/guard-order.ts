/** What a list's new version is judged by: the settings, the list's own limits, and who brings the content. */
import { hostname } from 'node:os'
import type { GuardOrder } from './content-guard.ts'
import type { ListParts } from './list-parts.ts'
import type { ListRow, VersionRow } from './list-row.ts'
import { protectedNames } from './protected-names.ts'

type Guarded = Pick<ListRow, 'guard'> & { readonly acceptedEntries?: readonly string[] }

/**
 * @param active the version in effect; undefined: there is none
 * @param isFetched without anybody looking at it: then its size and shape are judged too
 */
export function guardOrder(
  { settings, database, log, clock }: Pick<ListParts, 'settings' | 'database' | 'log' | 'clock'>,
  { guard, acceptedEntries = [] }: Guarded,
  active: VersionRow | undefined,
  isFetched: boolean,
): GuardOrder {
  const { lists, http } = settings.current.settings
  const { maxShrinkPercent = lists.maxShrinkPercent, maxGrowthPercent = lists.maxGrowthPercent } = guard
  const { protectNames = lists.protectNames } = guard
  const sources = {
    database,
    log,
    consoleNames: [hostname(), ...http.allowedHosts],
    chosenNames: lists.protectedNames,
    nowMs: clock.now(),
  }
  return {
    previousEntries: active !== undefined && isFetched ? active.names + active.complexRules : null,
    maxShrinkPercent,
    maxGrowthPercent,
    checksShape: isFetched,
    protectedNames: protectNames ? protectedNames(sources, isFetched) : null,
    acceptedEntries,
  }
}
