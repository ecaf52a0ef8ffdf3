/** What is said of clients: by address, prefix, client id and reverse name. */
import { useQuery } from '@tanstack/react-query'
import { clientsQuery } from '../../lib/api/clients.ts'
import { groupsQuery } from '../../lib/api/groups.ts'
import { holdsForClient, holdsForEveryone } from '../../lib/override-scope.ts'
import { rowKeys } from '../../ui/row-keys.ts'
import { RunningOverrides } from '../../ui/running-overrides.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import styles from './clients.module.css'

export function EntryList({ onOpen }: { readonly onOpen: (identifier: string) => void }) {
  const clients = useQuery(clientsQuery)
  const groups = useQuery(groupsQuery).data?.items ?? []
  return (
    <Loaded query={clients} failure="The entries could not be loaded" skeleton={<Skeleton rows={4} height={44} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No entries">
            An entry names a client, or a range of them, and puts it into a group. Who has none belongs to Everyone.
          </EmptyState>
        ) : (
          <ul className={styles.entries}>
            {items.map((client) => (
              <li key={client.id}>
                <button type="button" className={styles.entry} {...rowKeys} onClick={() => onOpen(client.identifier)}>
                  <code>{client.identifier}</code>
                  <span>{client.name}</span>
                  <span>{groups.find(({ id }) => id === client.groupId)?.name}</span>
                  <span className={styles.note}>{[...client.tags, ...client.notes].join(' · ')}</span>
                </button>
                <RunningOverrides
                  isBelowRow
                  holds={(override) =>
                    holdsForClient(client.identifier, client.groupId)(override) && !holdsForEveryone(override)
                  }
                />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
