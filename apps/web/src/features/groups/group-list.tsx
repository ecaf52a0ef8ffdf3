/** Groups and who belongs to them. */
import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from '../../lib/api/groups.ts'
import { plural } from '../../lib/format.ts'
import { holdsForEveryone } from '../../lib/override-scope.ts'
import { rowKeys } from '../../ui/row-keys.ts'
import { OverridesState, RunningOverrides } from '../../ui/running-overrides.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import type { Group } from './group-editor.tsx'
import styles from './groups.module.css'

const SHOWN_CLIENTS = 6

export function GroupList({ onOpen }: { readonly onOpen: (group: Group) => void }) {
  const groups = useQuery(groupsQuery)
  return (
    <Loaded query={groups} failure="The groups could not be loaded" skeleton={<Skeleton rows={4} height={44} />}>
      {({ items }) => (
        <div>
          <OverridesState />
          <ul className={styles.list}>
            {items.map((group) => (
              <li key={group.id}>
                <button type="button" className={styles.row} {...rowKeys} onClick={() => onOpen(group)}>
                  <span className={styles.name}>
                    {group.name}
                    <small>{group.isDefault ? 'every client that no other group holds' : group.comment}</small>
                  </span>
                  <span className={styles.clients}>
                    {group.clients.slice(0, SHOWN_CLIENTS).map((client) => (
                      <code key={client}>{client}</code>
                    ))}
                    {group.clients.length > SHOWN_CLIENTS && (
                      <span>and {group.clients.length - SHOWN_CLIENTS} more</span>
                    )}
                  </span>
                  <span className={styles.count}>
                    {group.isDefault ? 'default' : plural(group.clients.length, 'entry', 'entries')}
                  </span>
                </button>
                <RunningOverrides
                  isBelowRow
                  holds={(override) => override.groupId === group.id || (group.isDefault && holdsForEveryone(override))}
                />
              </li>
            ))}
          </ul>
          {items.every(({ isDefault }) => isDefault) && (
            <p className={styles.hint}>
              Clients for whom other rules, lists, services or hours are to hold, such as children or guests, go into a
              group.
            </p>
          )}
        </div>
      )}
    </Loaded>
  )
}
