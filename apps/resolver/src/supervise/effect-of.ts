/** What is in effect, as log.db notes it. */
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import { indexedLists } from '../rules/rule-index.ts'
import type { Effect } from '../telemetry/effects.ts'

export const effectOf = ({ revision }: ConfigData, index: CompiledIndex | null, atMs: number): Effect => ({
  atMs,
  revision,
  versions: indexedLists(index).map(({ listId, versionId }): [number, number] => [listId, versionId]),
})
