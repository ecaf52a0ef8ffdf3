/** One client that was seen asking: its group, its counts, and what can be done with it. */
import { Link } from '@tanstack/react-router'
import type { Client, SeenClient } from '@weir/shared/contract/clients'
import { formatCount, formatPercent } from '../../lib/format.ts'
import { holdsForClient, holdsForEveryone } from '../../lib/override-scope.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { rowKeys } from '../../ui/row-keys.ts'
import { RunningOverrides } from '../../ui/running-overrides.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import styles from './clients.module.css'

interface SeenRowProps {
  readonly client: SeenClient
  /** The entry that counts for it, if any. */
  readonly entry: Client | undefined
  readonly groups: readonly { readonly id: number; readonly name: string }[]
  /** While any client is being moved. */
  readonly isMoving: boolean
  readonly onMove: (groupId: number) => void
  readonly onRelease: (entry: Client) => void
  readonly onOpen: () => void
}

export function SeenRow({ client, entry, groups, isMoving, onMove, onRelease, onOpen }: SeenRowProps) {
  return (
    <tr>
      <td>
        <Link to="/queries" search={{ client: client.address }} className={styles.client} {...rowKeys}>
          {client.name && <b>{client.name}</b>}
          <code>{client.address}</code>
        </Link>
        <RunningOverrides
          holds={(override) => holdsForClient(client.address, client.groupId)(override) && !holdsForEveryone(override)}
        />
      </td>
      <td className={styles.group}>
        <SelectInput
          label={`Group of ${client.name || client.address}`}
          isLabelHidden
          value={String(client.groupId)}
          disabled={isMoving}
          options={groups.map(({ id, name }) => [String(id), name] as const)}
          onChange={(id) => onMove(Number(id))}
        />
      </td>
      <td className={styles.number} data-label="queries">
        <Link to="/queries" search={{ client: client.address }} className={styles.figure}>
          {formatCount(client.queries)}
        </Link>
      </td>
      <td className={styles.number} data-label="blocked">
        <Link to="/queries" search={{ client: client.address, outcome: 'blocked' }} className={styles.figure}>
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
          <Button variant="strong" onClick={() => onRelease(entry)}>
            Release
          </Button>
        )}
        <Button onClick={onOpen}>{entry?.identifier === client.address ? 'Edit' : 'Name it'}</Button>
      </td>
    </tr>
  )
}
