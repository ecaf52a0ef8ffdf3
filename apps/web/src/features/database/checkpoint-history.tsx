/** The last checkpoints, newest first. */
import { useQuery } from '@tanstack/react-query'
import { databaseQuery, describeCheckpoint } from '../../lib/api/database.ts'
import { formatMs } from '../../lib/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import styles from './database.module.css'

export function CheckpointHistory() {
  const { data } = useQuery(databaseQuery)
  if (!data || data.checkpoints.length === 0) return null
  return (
    <Panel title="Last checkpoints">
      <ol className={styles.history}>
        {data.checkpoints.map((entry) => (
          <li key={`${entry.at} ${entry.database} ${entry.mode}`}>
            <span className={styles.when}>
              <TimeAgo at={entry.at} />
            </span>
            <span className="mono">{entry.database}.db</span>
            <span>{entry.mode}</span>
            <span className={styles.what}>{describeCheckpoint(entry)}</span>
            <span className={styles.when}>{formatMs(entry.durationMs)}</span>
            <span className={styles.when}>{entry.by}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
