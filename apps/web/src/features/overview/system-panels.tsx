/** What the machine gives: memory by its parts, the databases and their checkpoint. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type DatabaseFileState, databaseQuery, describeCheckpoint, useCheckpoint } from '../../lib/api/database.ts'
import { type ResolverState, resolverQuery } from '../../lib/api/resolver.ts'
import { messageOf } from '../../lib/api-error.ts'
import { formatCount, formatOctets, formatShortCount } from '../../lib/format.ts'
import { useLiveState, useSamples } from '../../lib/live-context.ts'
import { falsePositiveText, filterText, keptText } from '../../lib/storage-facts.ts'
import { Button } from '../../ui/button.tsx'
import { type Fact, Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StackedBar } from '../../ui/stacked-bar.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import styles from './system-panels.module.css'

export function MemoryPanel() {
  const samples = useSamples()
  const { staleSince } = useLiveState()
  const latest = samples.at(-1)
  const { data: resolver } = useQuery(resolverQuery)
  return (
    <Panel
      title="Memory of the resolver"
      note={latest && `${formatOctets(latest.memory.residentOctets)} resident`}
      isStale={staleSince !== null}
    >
      {latest ? (
        <>
          <StackedBar
            label="Memory"
            parts={[
              {
                label: 'Rule index',
                value: latest.memory.ruleIndexOctets,
                text: formatOctets(latest.memory.ruleIndexOctets),
              },
              {
                label: 'Response cache',
                value: latest.memory.cacheOctets,
                text: formatOctets(latest.memory.cacheOctets),
              },
              {
                label: 'JavaScript heap',
                value: latest.memory.heapOctets,
                text: formatOctets(latest.memory.heapOctets),
              },
              { label: 'Other', value: latest.memory.otherOctets, text: formatOctets(latest.memory.otherOctets) },
            ]}
          />
          <div className={styles.below}>
            <Facts
              facts={[
                ['Cached answers', formatCount(latest.cacheEntries)],
                ['Queries in flight', formatCount(latest.inFlight)],
                ['Log records dropped since start', formatShortCount(latest.logDropped)],
                ...nameFacts(resolver?.index),
              ]}
            />
          </div>
        </>
      ) : (
        <Skeleton rows={4} />
      )}
    </Panel>
  )
}

/** Where names lie; of those on disk, what their filter does. */
function nameFacts(index: ResolverState['index'] | undefined): Fact[] {
  if (!index) return []
  const names: Fact = ['Names in memory', formatCount(index.names)]
  if (!index.tier) return [names]
  return [
    names,
    ['Names on disk', `${formatCount(index.tier.names)}, ${formatOctets(index.tier.sizeOctets)}`],
    ['Their filter', filterText(index.tier)],
    ['Unlisted names that pass it', falsePositiveText(index.tier)],
    ['Results kept', keptText(index.tier)],
  ]
}

export function DatabasePanel() {
  const database = useQuery(databaseQuery)
  const checkpoint = useCheckpoint()
  const toast = useToast()
  const run = () =>
    checkpoint.mutate(
      { mode: 'passive', database: 'weir' },
      {
        onSuccess: (result) => toast({ message: `Checkpoint of weir.db: ${describeCheckpoint(result)}` }),
        onError: (error) => toast({ message: `No checkpoint: ${messageOf(error)}`, isError: true }),
      },
    )
  return (
    <Panel
      title={<Link to="/database">Database</Link>}
      actions={
        <Button size="small" onClick={run} isBusy={checkpoint.isPending}>
          Checkpoint now
        </Button>
      }
    >
      <Loaded query={database} failure="The state of the database could not be loaded">
        {({ items, freeDiskOctets }) => (
          <>
            <div className={styles.files}>
              {items.map((file) => (
                <FileSummary key={file.database} file={file} />
              ))}
            </div>
            <p className={styles.free}>{formatOctets(freeDiskOctets)} free on the disk</p>
          </>
        )}
      </Loaded>
    </Panel>
  )
}

function FileSummary({ file }: { readonly file: DatabaseFileState }) {
  const last = file.lastCheckpoint
  return (
    <div>
      <h3 className={styles.file}>
        {file.database}.db {file.state !== 'ok' && <span className={styles.broken}>{file.state}</span>}
      </h3>
      <Facts
        facts={[
          ['Size', formatOctets(file.fileOctets)],
          ['WAL', `${formatOctets(file.walOctets)}, ${formatCount(file.walFrames)} frames`],
          ['Last checkpoint', last ? <TimeAgo key="at" at={last.at} /> : 'none yet'],
          ['Its result', last ? `${last.mode}${last.busy ? ', busy' : ''}` : '–'],
        ]}
      />
    </div>
  )
}
