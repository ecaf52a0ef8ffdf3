/** The two databases: what they are made of, and how their WAL stands. */
import { useQuery } from '@tanstack/react-query'
import { type DatabaseFileState, databaseQuery, describeCheckpoint } from '../../lib/api/database.ts'
import { formatCount, formatMs, formatOctets, formatPercent } from '../../lib/format.ts'
import { middleTruncate } from '../../lib/middle-truncate.ts'
import { Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { CheckpointButtons } from './checkpoint-buttons.tsx'
import styles from './database.module.css'
import { IntegrityCheck } from './integrity-check.tsx'

/** What a column of facts holds on one line. */
const PATH_CHARACTERS = 40

const PURPOSE = {
  weir: 'Rules, lists, groups, settings, users: the configuration',
  log: 'Queries and statistics; disposable',
}

export function DatabaseFiles() {
  const database = useQuery(databaseQuery)
  return (
    <Loaded
      query={database}
      failure="The state of the databases could not be loaded"
      skeleton={<Skeleton rows={10} height={28} />}
    >
      {({ items, freeDiskOctets }) => (
        <>
          <p className={styles.free}>{formatOctets(freeDiskOctets)} free on the disk</p>
          <div className={styles.files}>
            {items.map((file) => (
              <FilePanel key={file.database} file={file} />
            ))}
          </div>
        </>
      )}
    </Loaded>
  )
}

function FilePanel({ file }: { readonly file: DatabaseFileState }) {
  const last = file.lastCheckpoint
  return (
    <Panel title={<span className="mono">{file.database}.db</span>} note={PURPOSE[file.database]}>
      {file.state !== 'ok' && (
        <p className={styles.broken} role="alert">
          This file is {file.state}.{' '}
          {file.database === 'log'
            ? 'DNS is answered all the same; a new log begins with the next start.'
            : 'The resolver goes on with its last good rules. Stop Weir and put a backup in its place.'}
        </p>
      )}
      <Facts
        facts={[
          ['File', formatOctets(file.fileOctets)],
          ['Pages', `${formatCount(file.pages)} of ${formatOctets(file.pageSizeOctets)}`],
          [
            'Free pages',
            `${formatCount(file.freePages)}, ${formatPercent(file.pages === 0 ? null : file.freePages / file.pages)}`,
          ],
          ['WAL', `${formatOctets(file.walOctets)}, ${formatCount(file.walFrames)} frames`],
          ['Last checkpoint', last ? <TimeAgo key="at" at={last.at} /> : 'none yet'],
          ['Its result', last ? `${last.mode}: ${describeCheckpoint(last)}, ${formatMs(last.durationMs)}` : '–'],
          ['Schema', `version ${file.schemaVersion}`],
          [
            'Last check',
            file.lastCheck ? (
              <>
                {file.lastCheck.quick ? 'quick' : 'full'}, {file.lastCheck.ok ? 'sound' : file.lastCheck.messages[0]},{' '}
                <TimeAgo at={file.lastCheck.at} />
              </>
            ) : (
              'none since the start'
            ),
          ],
          [
            'Path',
            <code key="path" title={file.path}>
              {middleTruncate(file.path, PATH_CHARACTERS)}
            </code>,
          ],
        ]}
      />
      <CheckpointButtons database={file.database} />
      <IntegrityCheck database={file.database} />
    </Panel>
  )
}
