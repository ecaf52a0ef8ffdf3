/** How a list stands: what it holds, how fresh it is, how often it decided; and the lines that were refused. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import type { List } from '@weir/shared/contract/lists'
import { formatCount, formatOctets, NO_VALUE, plural } from '../../lib/format.ts'
import { type Fact, Facts } from '../../ui/facts.tsx'
import { RejectedTable } from '../../ui/rejected-table.tsx'
import { Loaded } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { rejectedQuery } from './get-lists.ts'
import styles from './lists.module.css'

export function ListState({ list }: { readonly list: List }) {
  return (
    <>
      <Facts facts={[...contentFacts(list), ...hitFacts(list), ...fetchFacts(list)]} />
      <RefusedLines list={list} />
    </>
  )
}

function contentFacts({ activeVersion: version, entries, format }: List): Fact[] {
  return [
    ['Entries', formatCount(entries)],
    [
      'Duplicates, not for DNS',
      version ? `${formatCount(version.duplicates)}, ${formatCount(version.ignored)}` : NO_VALUE,
    ],
    ['Size, stored', version ? `${formatOctets(version.sizeOctets)}, ${formatOctets(version.storedOctets)}` : NO_VALUE],
    ['Format', version?.format ?? format],
  ]
}

function hitFacts({ id, hits }: List): Fact[] {
  return [
    [
      `Decided today, in ${RECENT_HIT_DAYS} days`,
      hits ? `${formatCount(hits.today)}, ${formatCount(hits.recent)}` : 'the log cannot be read',
    ],
    ['Decided last', hits ? <TimeAgo key="hit" at={hits.lastHitAt} /> : NO_VALUE],
    [
      'Its queries',
      <Link key="queries" className={styles.link} to="/queries" search={{ list: id }}>
        show in the log
      </Link>,
    ],
  ]
}

function fetchFacts({
  source,
  lastFetchAt,
  lastSuccessAt,
  nextFetchAt,
  pinned,
  failures,
  failingSince,
  overdueSince,
}: List): Fact[] {
  if (source !== 'url') return []
  const facts: Fact[] = [
    ['Last fetch that went well', <TimeAgo key="success" at={lastSuccessAt} />],
    ['Last fetch', <TimeAgo key="last" at={lastFetchAt} />],
    ['Next fetch', nextFetchAt === null ? withoutNext(pinned) : <TimeAgo key="next" at={nextFetchAt} />],
  ]
  if (failingSince !== null)
    facts.push([
      'Failing since',
      <span key="failing">
        <TimeAgo at={failingSince} />, {plural(failures, 'time')}
      </span>,
    ])
  if (overdueSince !== null) facts.push(['Overdue since', <TimeAgo key="overdue" at={overdueSince} />])
  return facts
}

const withoutNext = (isPinned: boolean): string => (isPinned ? 'none, while it is pinned' : 'only by hand')

function RefusedLines({ list }: { readonly list: List }) {
  const rejected = useQuery(rejectedQuery(list.id))
  if ((list.activeVersion?.rejectedCount ?? 0) === 0) return null
  return (
    <div>
      <h3 className={styles.heading}>{plural(list.activeVersion!.rejectedCount, 'line')} not understood</h3>
      <Loaded query={rejected} failure="The lines could not be loaded">
        {({ items, total }) => <RejectedTable lines={items} total={total} />}
      </Loaded>
    </div>
  )
}
