/** Who was seen asking: names, groups that change with one press, counts. */
import { useQuery } from '@tanstack/react-query'
import type { SeenClient } from '@weir/shared/contract/clients'
import { useState } from 'react'
import { clientsQuery, seenClientsQuery } from '../../lib/api/clients.ts'
import { groupsQuery } from '../../lib/api/groups.ts'
import { SearchField } from '../../ui/search-field.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { useDeleteClient, useMoveClient } from './change-clients.ts'
import styles from './clients.module.css'
import { SeenRow } from './seen-row.tsx'

export function SeenList({ onOpen }: { readonly onOpen: (identifier: string) => void }) {
  const seen = useQuery(seenClientsQuery)
  const entries = useQuery(clientsQuery).data?.items ?? []
  const groups = useQuery(groupsQuery).data?.items ?? []
  const [search, setSearch] = useState('')
  const move = useMoveClient((id) => groups.find((group) => group.id === id)?.name ?? `group ${id}`)
  const release = useDeleteClient()
  return (
    <Loaded query={seen} failure="The clients could not be loaded" skeleton={<Skeleton rows={6} height={44} />}>
      {({ items, isLogReadable }) =>
        items.length === 0 ? (
          <EmptyState title={isLogReadable ? 'No client has asked yet' : 'The log cannot be read'}>
            Whoever asks is listed here, with its name where the network knows one.
          </EmptyState>
        ) : (
          <>
            <SearchField
              label="Search clients"
              value={search}
              onChange={(text) => setSearch(text ?? '')}
              placeholder="Name or address"
            />
            <table className={styles.table}>
              <thead>
                <tr>
                  <th>Client</th>
                  <th>Group</th>
                  <th className={styles.number}>Queries</th>
                  <th className={styles.number}>Blocked</th>
                  <th>Last seen</th>
                  <th>First seen</th>
                  <th>
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items
                  .filter((client) => isFound(client, search))
                  .map((client) => {
                    const entry = entries.find(({ id }) => id === client.entryId)
                    return (
                      <SeenRow
                        key={client.address}
                        client={client}
                        entry={entry}
                        groups={groups}
                        isMoving={move.isPending}
                        onMove={(groupId) => move.mutate({ seen: client, entry, groupId })}
                        onRelease={(quarantined) => release.mutate(quarantined)}
                        onOpen={() => onOpen(client.address)}
                      />
                    )
                  })}
              </tbody>
            </table>
          </>
        )
      }
    </Loaded>
  )
}

function isFound({ address, name, reverseName }: SeenClient, search: string): boolean {
  const needle = search.trim().toLowerCase()
  return [address, name, reverseName ?? ''].some((text) => text.toLowerCase().includes(needle))
}
