/** Who was seen asking: names, groups that change with one press, counts. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SeenClient } from '@weir/shared/contract/clients'
import { useState } from 'react'
import { clientsQuery, seenClientsQuery } from '../../lib/api/clients.ts'
import { groupsQuery } from '../../lib/api/groups.ts'
import { formatCount, formatPercent } from '../../lib/format.ts'
import { holdsForClient, holdsForEveryone } from '../../lib/override-scope.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { rowKeys } from '../../ui/row-keys.ts'
import { RunningOverrides } from '../../ui/running-overrides.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useDeleteClient, useMoveClient } from './change-clients.ts'
import styles from './clients.module.css'

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
                      <tr key={client.address}>
                        <td>
                          <Link
                            to="/queries"
                            search={{ client: client.address }}
                            className={styles.client}
                            {...rowKeys}
                          >
                            {client.name && <b>{client.name}</b>}
                            <code>{client.address}</code>
                          </Link>
                          <RunningOverrides
                            holds={(override) =>
                              holdsForClient(client.address, client.groupId)(override) && !holdsForEveryone(override)
                            }
                          />
                        </td>
                        <td className={styles.group}>
                          <SelectInput
                            label={`Group of ${client.name || client.address}`}
                            isLabelHidden
                            value={String(client.groupId)}
                            disabled={move.isPending}
                            options={groups.map(({ id, name }) => [String(id), name] as const)}
                            onChange={(id) => move.mutate({ seen: client, entry, groupId: Number(id) })}
                          />
                        </td>
                        <td className={styles.number} data-label="queries">
                          <Link to="/queries" search={{ client: client.address }} className={styles.figure}>
                            {formatCount(client.queries)}
                          </Link>
                        </td>
                        <td className={styles.number} data-label="blocked">
                          <Link
                            to="/queries"
                            search={{ client: client.address, outcome: 'blocked' }}
                            className={styles.figure}
                          >
                            {formatPercent(client.queries === 0 ? 0 : client.blocked / client.queries)}
                          </Link>
                        </td>
                        <td data-label="last">
                          <TimeAgo at={client.lastSeen} />
                        </td>
                        <td data-label="first">
                          <TimeAgo at={client.firstSeen} />
                        </td>
                        <td className={styles.actions}>
                          {entry?.isQuarantined && (
                            <Button variant="strong" onClick={() => release.mutate(entry)}>
                              Release
                            </Button>
                          )}
                          <Button onClick={() => onOpen(client.address)}>
                            {entry?.identifier === client.address ? 'Edit' : 'Name it'}
                          </Button>
                        </td>
                      </tr>
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
