/** Narrowing the history down: text, what, who, since when. */
import { useQuery } from '@tanstack/react-query'
import type { ChangeActors } from '@weir/shared/contract/history'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'
import { SelectInput, TextInput } from '../../ui/field.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import styles from './history.module.css'
import { ENTITY_LABELS, type HistoryEntity, type HistoryRange, type HistorySearch } from './history-search.ts'

const actorsQuery = {
  queryKey: ['changes', 'actors'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    http.get<z.infer<typeof ChangeActors>>('/changes/actors', undefined, signal),
}

const RANGE_OPTIONS: readonly (readonly [HistoryRange | 'all', string])[] = [
  ['all', 'All'],
  ['hour', 'Last hour'],
  ['today', 'Today'],
  ['day', '24 h'],
  ['week', '7 days'],
]
const EVERYTHING = 'all'

interface HistoryFiltersProps {
  readonly search: HistorySearch
  readonly onSearch: (search: HistorySearch) => void
}

export function HistoryFilters({ search, onSearch }: HistoryFiltersProps) {
  const { data } = useQuery(actorsQuery)
  const narrow = (change: Partial<HistorySearch>) => onSearch({ ...search, open: undefined, ...change })
  const names = new Set([...(data?.items.map(({ actor }) => actor) ?? []), ...(search.actor ? [search.actor] : [])])
  return (
    <div className={styles.filters}>
      <SearchField
        label="Search the history"
        placeholder="Name, comment …"
        value={search.search}
        onChange={(text) => narrow({ search: text })}
        takesSlash
      />
      <SelectInput
        label="What"
        value={search.entity ?? EVERYTHING}
        onChange={(entity) => narrow({ entity: entity === EVERYTHING ? undefined : (entity as HistoryEntity) })}
        options={[[EVERYTHING, 'Everything'], ...Object.entries(ENTITY_LABELS)] as const}
      />
      <SelectInput
        label="Who"
        value={search.actor ?? EVERYTHING}
        onChange={(actor) => narrow({ actor: actor === EVERYTHING ? undefined : actor })}
        options={[[EVERYTHING, 'Everybody'], ...[...names].map((name) => [name, name] as const)]}
      />
      <TextInput
        label="Since"
        type="datetime-local"
        value={search.since ?? ''}
        onChange={(since) => narrow({ since: since === '' ? undefined : since, range: undefined })}
      />
      <Segmented
        label="How far back"
        value={search.since === undefined ? (search.range ?? 'all') : 'all'}
        onChange={(range) => narrow({ range: range === 'all' ? undefined : range, since: undefined })}
        options={RANGE_OPTIONS}
      />
    </div>
  )
}
