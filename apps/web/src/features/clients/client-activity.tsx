/** What a client asked for lately, each figure a door to its queries. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ClientActivity } from '@weir/shared/contract/client-activity'
import { type ReactNode, useState } from 'react'
import { formatCount, formatDayOrClock, formatPercent } from '../../lib/format.ts'
import { http } from '../../lib/http.ts'
import { BarList } from '../../ui/bar-list.tsx'
import { Facts } from '../../ui/facts.tsx'
import { NameText } from '../../ui/name-text.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import styles from './clients.module.css'

type Range = '24h' | '7d'
const RANGES: readonly (readonly [Range, string])[] = [
  ['24h', '24 h'],
  ['7d', '7 d'],
]

const activityQuery = (client: string, range: Range) =>
  queryOptions({
    queryKey: ['queries', 'client-activity', client, range],
    queryFn: ({ signal }) => http.get<ClientActivity>('/queries/client-activity', { client, range }, signal),
  })

/** @param client an address, or `id:` and a client id */
export function ClientActivityPanel({ client }: { readonly client: string }) {
  const [range, setRange] = useState<Range>('24h')
  const activity = useQuery({ ...activityQuery(client, range), placeholderData: (before) => before })
  return (
    <section className={styles.activity} aria-label="Asked lately" aria-busy={activity.isPlaceholderData}>
      <div className={styles.activityHead}>
        <h3>Asked lately</h3>
        <Segmented label="Over which time" value={range} onChange={setRange} options={RANGES} />
      </div>
      <Loaded query={activity} failure="Its queries could not be counted" skeleton={<Skeleton rows={6} height={20} />}>
        {(loaded) => <Figures client={client} activity={loaded} range={range} />}
      </Loaded>
    </section>
  )
}

interface FiguresProps {
  readonly client: string
  readonly activity: ClientActivity
  readonly range: Range
}

function Figures({ client, activity, range }: FiguresProps) {
  const { queries, blocked, names, blockedNames, from, isWhole, state } = activity
  if (state === 'unavailable') return <p className={styles.note}>The query log cannot be read now.</p>
  if (queries === 0)
    return <p className={styles.note}>It asked for nothing in the last {range === '24h' ? '24 hours' : '7 days'}.</p>
  const door = (search: Door, children: ReactNode) => (
    <Link to="/queries" search={{ client, from, ...search }} className={styles.door}>
      {children}
    </Link>
  )
  return (
    <>
      <Facts
        facts={[
          ['Queries', door({}, formatCount(queries))],
          ['Blocked', door({ outcome: 'blocked' }, `${formatPercent(blocked / queries)} (${formatCount(blocked)})`)],
        ]}
      />
      {!isWhole && (
        <p className={styles.note}>
          It asks for more than can be counted at once: these are the queries since {formatDayOrClock(from, Date.now())}
          .
        </p>
      )}
      <Ranking title="Names" rows={names} client={client} from={from} door={{}} />
      {blockedNames.length > 0 && (
        <Ranking title="Blocked names" rows={blockedNames} client={client} from={from} door={{ outcome: 'blocked' }} />
      )}
    </>
  )
}

interface Door {
  readonly outcome?: 'blocked'
}

interface RankingProps {
  readonly title: string
  readonly rows: ClientActivity['names']
  readonly client: string
  readonly from: number
  readonly door: Door
}

function Ranking({ title, rows, client, from, door }: RankingProps) {
  return (
    <>
      <h4 className={styles.rankingTitle}>{title}</h4>
      <BarList
        rows={rows.map((row) => ({ ...row, key: row.name, label: <NameText name={row.name || '(name not kept)'} /> }))}
        link={({ key }, children, className) => (
          <Link
            to="/queries"
            search={{ client, from, ...door, ...(key !== '' && { name: `=${key}` }) }}
            className={className}
          >
            {children}
          </Link>
        )}
      />
    </>
  )
}
