/** Search engines, each with the switch that holds it to safe results. */
import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from '../../lib/api/groups.ts'
import { schedulesQuery } from '../../lib/api/schedules.ts'
import { safeSearchQuery } from '../../lib/api/services.ts'
import { termsInWords } from '../../lib/terms.ts'
import { Panel } from '../../ui/panel.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { usePatchSafeSearch } from './change-services.ts'
import styles from './services.module.css'
import type { ServicesSearch } from './services-search.ts'
import { SetTile } from './set-tile.tsx'

export function SafeSearchPanel({ search }: { readonly search: ServicesSearch }) {
  const engines = useQuery(safeSearchQuery)
  const groups = useQuery(groupsQuery).data?.items ?? []
  const schedules = useQuery(schedulesQuery).data?.items ?? []
  const patch = usePatchSafeSearch()
  return (
    <Panel title="Safe search" note="Leads engines to the hosts that their makers publish for it">
      <Loaded query={engines} failure="Safe search could not be loaded" skeleton={<Skeleton rows={3} height={56} />}>
        {({ items }) => (
          <ul className={styles.tiles}>
            {items.map((engine) => (
              <SetTile
                key={engine.id}
                id={engine.id}
                name={engine.name}
                text={engine.effect}
                isOn={engine.enabled}
                isShadow={engine.shadow}
                whom={termsInWords(engine, groups, schedules)}
                hits={engine.enabled && engine.shadow ? engine.shadowHits : engine.hits}
                isBusy={patch.isPending && patch.variables?.path === `/safe-search/${engine.id}`}
                search={search}
                onSwitch={(enabled) => patch.save(engine, { enabled })}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}
