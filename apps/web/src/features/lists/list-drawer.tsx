/** One list: how it stands, what can be done; and, one at a time, its state, what is set, its versions and its updates. */
import { useQuery } from '@tanstack/react-query'
import type { List } from '@weir/shared/contract/lists'
import { useState } from 'react'
import { listsQuery } from '../../lib/api/lists.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { HeldVersion } from './held-version.tsx'
import { ListActions } from './list-actions.tsx'
import { ListFaults } from './list-faults.tsx'
import { ListOnTrial } from './list-on-trial.tsx'
import { ListProgressBar } from './list-progress.tsx'
import { ListSettings } from './list-settings.tsx'
import { ListState } from './list-state.tsx'
import { listLevel, stateText } from './list-words.ts'
import styles from './lists.module.css'
import { UpdateLog } from './update-log.tsx'
import { type ComparedVersions, VersionDiff } from './version-diff.tsx'
import { VersionList } from './version-list.tsx'

interface ListDrawerProps {
  readonly id: number | undefined
  /** Two of its versions. */
  readonly compared: ComparedVersions | undefined
  /** undefined: no longer. */
  readonly onCompare: (compared: ComparedVersions | undefined) => void
  readonly onClose: () => void
}

export function ListDrawer({ id, compared, onCompare, onClose }: ListDrawerProps) {
  const lists = useQuery(listsQuery)
  const isOpen = id !== undefined
  const name = lists.data?.items.find((candidate) => candidate.id === id)?.name
  return (
    // Escape reaches the dialog above and the drawer: it closes the one above alone.
    <Drawer isOpen={isOpen} onClose={compared ? () => onCompare(undefined) : onClose} title={name ?? 'List'} isWide>
      <Loaded query={lists} failure="The list could not be loaded" skeleton={<Skeleton rows={8} />}>
        {({ items }) => {
          const list = items.find((candidate) => candidate.id === id)
          if (!list) return <EmptyState title="This list is gone" />
          const closeDiff = () => onCompare(undefined)
          return (
            <>
              <ListDetail key={list.id} list={list} onCompare={onCompare} onClose={onClose} />
              {compared && <VersionDiff list={list} compared={compared} onCompare={onCompare} onClose={closeDiff} />}
            </>
          )
        }}
      </Loaded>
    </Drawer>
  )
}

type ListDetailProps = Pick<ListDrawerProps, 'onCompare' | 'onClose'> & { readonly list: List }

const TABS = [
  ['state', 'State'],
  ['settings', 'Settings'],
  ['versions', 'Versions'],
  ['updates', 'Updates'],
] as const

function ListDetail({ list, onCompare, onClose }: ListDetailProps) {
  const [tab, setTab] = useState<(typeof TABS)[number][0]>('state')
  return (
    <div className={styles.form}>
      <div>
        <p className={styles.stateText} data-level={listLevel(list)}>
          {stateText(list)}
        </p>
        {list.lastError !== null && <p className={styles.failure}>{list.lastError}</p>}
        <ListProgressBar list={list} />
        <ListFaults listId={list.id} />
      </div>
      {list.heldVersion && (
        <HeldVersion
          list={list}
          version={list.heldVersion}
          onCompare={() => onCompare({ from: undefined, to: list.heldVersion!.id })}
        />
      )}
      {!list.enabled && list.activeVersion && (
        <SimulatedEffect changes={[{ kind: 'list', id: list.id, enabled: true }]} period="7d" />
      )}
      {list.enabled && list.shadow && <ListOnTrial list={list} />}
      <ListActions list={list} onClose={onClose} />
      <Segmented label="About this list" value={tab} onChange={setTab} options={TABS} />
      {tab === 'state' && <ListState list={list} />}
      {tab === 'settings' && <ListSettings list={list} />}
      {tab === 'versions' && <VersionList list={list} onCompare={onCompare} />}
      {tab === 'updates' && <UpdateLog list={list} />}
    </div>
  )
}
